"""Rules that pull the brake by themselves."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import DomainError, InvalidInput
from crisisapi.events.services.log import lock_chain, lock_for_change, record_event
from incidents.models import Incident
from incidents.models.incident import Kind, Mode
from messaging.models import Channel, Hold, HoldRule
from messaging.services.holds import Scope, raise_hold


class HoldRuleExists(DomainError):
    """The name is taken."""

    code = "hold_rule_exists"
    detail = gettext_lazy("This brand has a rule of this name already.")


@transaction.atomic
def add_hold_rule(
    *, brand: Brand, actor: Actor, now: datetime, channels: Sequence[Channel] = (), **fields: Any
) -> HoldRule:
    """Make a rule; refuses a name that is taken, unknown kinds, and channels of other brands."""
    lock_chain(brand.pk)
    _check(brand.pk, channels, fields)
    rule = HoldRule(brand=brand, created_at=now, updated_at=now, **fields)
    _require_free(rule)
    rule.save(force_insert=True)
    rule.channels.set(channels)
    _record(rule, "hold_rule.added", actor, now, name=rule.name, severity=rule.severity)
    return rule


@transaction.atomic
def change_hold_rule(
    *,
    rule: HoldRule,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    channels: Sequence[Channel] | None = None,
    **fields: Any,
) -> HoldRule:
    """Change a rule; holds it has raised stay as they are."""
    locked = lock_for_change(rule, expected_version=expected_version)
    _check(locked.brand_id, channels or (), fields)
    changed = sorted(differing(locked, fields))
    for name in changed:
        setattr(locked, name, fields[name])
    _require_free(locked)
    if channels is not None and set(channels) != set(locked.channels.all()):
        locked.channels.set(channels)
        changed.append("channels")
    if not changed:
        return locked
    save_change(locked, *(name for name in changed if name != "channels"), now=now)
    _record(locked, "hold_rule.changed", actor, now, fields=changed)
    return locked


def pull_by_rules(*, incident_id: UUID, now: datetime) -> None:
    """Raise the hold of every active rule that a live incident fits; each once an incident.

    Runs in the transaction, and under the chain, of the event that told of the incident. A hold
    that a person lifted is not raised again by the same rule for the same incident.
    """
    incident = Incident.objects.select_related("brand").get(pk=incident_id)
    if incident.mode != Mode.LIVE or incident.is_over:
        return
    rules = HoldRule.objects.filter(
        brand_id=incident.brand_id, is_active=True, severity__gte=incident.severity
    )
    for rule in rules.prefetch_related("channels").order_by("id"):
        fits = not rule.kinds or incident.kind in rule.kinds
        if fits and not Hold.objects.filter(rule=rule, incident=incident).exists():
            _pull(rule, incident, now)


def _pull(rule: HoldRule, incident: Incident, now: datetime) -> None:
    scope = Scope(
        channels=list(rule.channels.all()),
        incident=incident,
        allows_incident_messages=rule.allows_incident_messages,
    )
    reason = _("%(incident)s has severity %(severity)s (rule: %(rule)s).") % {
        "incident": incident.reference,
        "severity": incident.severity,
        "rule": rule.name,
    }
    raise_hold(brand=incident.brand, scope=scope, reason=reason, actor=SYSTEM, now=now, rule=rule)


def _check(brand_id: UUID, channels: Iterable[Channel], fields: dict[str, Any]) -> None:
    errors: dict[str, list[object]] = {}
    kinds = fields.get("kinds", [])
    if not isinstance(kinds, list) or any(kind not in Kind.values for kind in kinds):
        known = ", ".join(Kind.values)
        errors["kinds"] = [_("Give a list of kinds of incidents: %s.") % known]
    if strange := [one.name for one in channels if one.brand_id != brand_id]:
        errors["channels"] = [_("%s belongs to another brand.") % name for name in strange]
    if errors:
        raise InvalidInput(errors=errors)


def _require_free(rule: HoldRule) -> None:
    others = HoldRule.objects.filter(brand_id=rule.brand_id, name=rule.name)
    if others.exclude(pk=rule.pk).exists():
        raise HoldRuleExists


def _record(rule: HoldRule, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    record_event(brand_id=rule.brand_id, verb=verb, instance=rule, actor=actor, now=now, data=data)
