"""The crisis brake: pulled by anybody or by a rule, lifted by those who decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import lock_version, save_change
from crisisapi.common.errors import DomainError, InvalidInput, require_reason
from crisisapi.events.services.log import lock_chain, lock_for_change, record_event
from incidents.models import Incident
from incidents.services.standing import require_standing
from messaging.models import Channel, Hold, HoldRule, Publication, PublicationStatus
from messaging.models.publication import PublicationQuerySet
from messaging.services.calling_back import begin_call_back
from messaging.services.holding import hold_back, holds_over
from messaging.services.settling import settle_message


class AlreadyLifted(DomainError):
    """The hold ended before."""

    code = "already_lifted"
    detail = _("This hold was lifted already.")


@dataclass(frozen=True)
class Scope:
    """What a hold stops: channels (none: all), and whether its own incident may go on speaking."""

    channels: Sequence[Channel] = ()
    incident: Incident | None = None
    allows_incident_messages: bool = True


@transaction.atomic
def raise_hold(
    *,
    brand: Brand,
    scope: Scope,
    reason: str,
    actor: Actor,
    now: datetime,
    rule: HoldRule | None = None,
) -> Hold:
    """Pull the brake: whatever it covers and is not being sent at this moment is held back.

    What a platform took already is called back; where it is not given back, the log says so.

    Refuses channels and incidents of other brands, a merged incident, and a blank reason.
    """
    require_reason(reason)
    lock_chain(brand.pk)
    _check(brand, scope)
    hold = Hold.objects.create(
        brand=brand,
        incident=scope.incident,
        allows_incident_messages=scope.allows_incident_messages,
        reason=reason,
        rule=rule,
        raised_by_id=actor.person_id,
        raised_at=now,
        created_at=now,
        updated_at=now,
    )
    hold.channels.set(scope.channels)
    channels = [channel.pk for channel in scope.channels]
    _record(hold, "hold.raised", actor, now, reason=reason, channels=channels, rule=hold.rule_id)
    _stop_covered(hold, actor, now)
    return hold


@transaction.atomic
def lift_hold(
    *, hold: Hold, reason: str, actor: Actor, now: datetime, expected_version: int | None
) -> Hold:
    """Let new messages leave again; what it held back waits for a decision on each."""
    require_reason(reason)
    locked = lock_for_change(hold, expected_version=expected_version)
    if not locked.is_standing:
        raise AlreadyLifted
    locked.lifted_at = now
    locked.lifted_by_id = actor.person_id
    locked.lift_reason = reason
    save_change(locked, "lifted_at", "lifted_by", "lift_reason", now=now)
    _record(locked, "hold.lifted", actor, now, reason=reason)
    return locked


def _stop_covered(hold: Hold, actor: Actor, now: datetime) -> None:
    for publication in _covered(hold, Publication.objects.stoppable()):
        hold_back(publication, hold=hold, actor=actor, now=now)
        settle_message(publication.message, actor=actor, now=now)
    taken = Publication.objects.filter(status=PublicationStatus.ACCEPTED)
    for publication in _covered(hold, taken):
        begin_call_back(publication, hold=hold, actor=actor, now=now)


def _covered(hold: Hold, rows: PublicationQuerySet) -> list[Publication]:
    """Lock those of the publications that a hold stops."""
    every = Publication.objects.select_related("message__incident", "channel")
    found = rows.filter(brand_id=hold.brand_id).select_related("message__incident").order_by("id")
    return [
        lock_version(every, publication.pk, expected_version=None)
        for publication in found
        if holds_over(publication, [hold])
    ]


def _check(brand: Brand, scope: Scope) -> None:
    errors: dict[str, list[object]] = {}
    if strange := [one.name for one in scope.channels if one.brand_id != brand.pk]:
        errors["channels"] = [_("%s belongs to another brand.") % name for name in strange]
    if scope.incident is not None and scope.incident.brand_id != brand.pk:
        errors["incident"] = [_("The incident belongs to another brand.")]
    if errors:
        raise InvalidInput(errors=errors)
    if scope.incident is not None:
        require_standing(Incident.objects.select_related("merged_into").get(pk=scope.incident.pk))


def _record(hold: Hold, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    record_event(
        brand_id=hold.brand_id,
        incident_id=hold.incident_id,
        verb=verb,
        instance=hold,
        actor=actor,
        now=now,
        data=data,
    )
