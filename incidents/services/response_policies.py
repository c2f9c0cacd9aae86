"""The response policy of a brand: set once, changed by managers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import DomainError, InvalidInput
from crisisapi.events.services.log import lock_chain, lock_for_change, record_event
from incidents.models import Incident, ResponsePolicy
from incidents.rules.clock_targets import default_clock_targets, flaws_of_targets
from incidents.rules.flaws import Flaw
from incidents.rules.severity import default_severity_rules, flaws_of_rules
from incidents.services.severity import gauge_severity

_CHECKS = {"severity_rules": flaws_of_rules, "clock_targets": flaws_of_targets}

# What would be right, by code of the flaw.
_SENTENCES = {
    "targets_shape": _("Give an object with the severities 1, 2, 3 and 4, each with its minutes."),
    "targets_row": _("Give an object with minutes for each of: %(choices)s."),
    "severity": _("The severity is 1, 2, 3 or 4."),
    "clock": _("The clocks are: %(choices)s."),
    "minutes": _("Give a whole number of minutes from %(least)s to %(most)s."),
    "rules_shape": _("Give a list of at most %(most)s rules."),
    "rule_shape": _("Give an object with a severity and a list of conditions (when)."),
    "when_shape": _("Give a list of 1 to %(most)s conditions."),
    "condition_shape": _("Give an object with a signal and the least value (at_least)."),
    "signal": _("The signals are: %(choices)s."),
    "choice": _("Give one of: %(choices)s."),
    "number": _("Give a number above 0 and at most %(most)s."),
    "name": _("There is no such field here. Known: %(choices)s."),
}


class PolicyExists(DomainError):
    """The brand has a policy already."""

    code = "policy_exists"
    detail = _("This brand has a response policy already: change that one.")


@transaction.atomic
def set_response_policy(
    *,
    brand: Brand,
    actor: Actor,
    now: datetime,
    severity_rules: list[dict[str, Any]] | None = None,
    clock_targets: dict[str, dict[str, int]] | None = None,
) -> ResponsePolicy:
    """Give a brand its policy; what is left out starts as a copy of the defaults.

    Refuses a second one (`PolicyExists`), and rules or targets with flaws, each at its place.
    """
    said = {
        "severity_rules": default_severity_rules() if severity_rules is None else severity_rules,
        "clock_targets": default_clock_targets() if clock_targets is None else clock_targets,
    }
    _check(said)
    lock_chain(brand.pk)
    if ResponsePolicy.objects.filter(brand=brand).exists():
        raise PolicyExists
    policy = ResponsePolicy.objects.create(brand=brand, created_at=now, updated_at=now, **said)
    _record(policy, "response_policy.set", actor, now, said)
    _gauge_all(policy, actor, now)
    return policy


@transaction.atomic
def change_response_policy(
    *,
    policy: ResponsePolicy,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    **fields: Any,
) -> ResponsePolicy:
    """Change rules or targets; the severity of every active incident is computed anew."""
    _check(fields)
    locked = lock_for_change(policy, expected_version=expected_version)
    changed = differing(locked, fields)
    if not changed:
        return locked
    told = {name: {"from": getattr(locked, name), "to": value} for name, value in changed.items()}
    for name, value in changed.items():
        setattr(locked, name, value)
    save_change(locked, *changed, now=now)
    _record(locked, "response_policy.changed", actor, now, {"changed": told})
    if "severity_rules" in changed:
        _gauge_all(locked, actor, now)
    return locked


def _check(fields: dict[str, Any]) -> None:
    errors: dict[str, list[object]] = {}
    for name, value in fields.items():
        if name in _CHECKS:
            _collect(errors, name, _CHECKS[name](value))
    if errors:
        raise InvalidInput(errors=errors)


def _collect(errors: dict[str, list[object]], field: str, flaws: Iterable[Flaw]) -> None:
    for flaw in flaws:
        place = ".".join((field, *flaw.path))
        errors.setdefault(place, []).append(_SENTENCES[flaw.code] % flaw.params)


def _gauge_all(policy: ResponsePolicy, actor: Actor, now: datetime) -> None:
    active = Incident.objects.active().filter(brand_id=policy.brand_id)
    for incident in active.select_for_update(of=("self",), no_key=True).order_by("pk"):
        gauge_severity(incident, actor=actor, now=now)


def _record(
    policy: ResponsePolicy, verb: str, actor: Actor, now: datetime, data: dict[str, Any]
) -> None:
    record_event(
        brand_id=policy.brand_id, verb=verb, instance=policy, actor=actor, now=now, data=data
    )
