"""Holding back: what a hold covers, and what missed its time, waits for a person's decision."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from crisisapi.accounts.models import Role
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import save_change
from crisisapi.common.sentences import sentence as _
from incidents.models.incident import Mode
from messaging.models import (
    HeldBecause,
    Hold,
    PartStatus,
    Publication,
    PublicationPart,
    PublicationStatus,
)
from messaging.rules.holds import Brake, Load, covers, is_missed
from messaging.services.parts import gather_parts, lock_parts
from messaging.services.steps import waits_on

# What has not left, as far as we know.
_STOPPED = (PartStatus.PENDING, PartStatus.AWAITING_PERSON)


def covering_hold(publication: Publication) -> Hold | None:
    """Return the oldest standing hold that stops a publication, None when none does.

    The caller holds the chain: what is raised later comes after whatever follows from the answer.
    """
    return next(iter(holds_over(publication, standing_holds(publication.brand_id))), None)


def standing_holds(brand_id: UUID) -> list[Hold]:
    """Return the holds of a brand that stand, the oldest first, with their channels."""
    standing = Hold.objects.standing().filter(brand_id=brand_id).select_related("incident")
    return list(standing.prefetch_related("channels").order_by("raised_at", "id"))


def holds_over(publication: Publication, holds: Sequence[Hold]) -> list[Hold]:
    """Return those of the holds that stop a publication."""
    if not holds:
        return []
    incident = publication.message.incident
    load = Load(publication.channel_id, incident.pk, incident.mode == Mode.DRILL)
    return [hold for hold in holds if covers(_brake(hold), load)]


def must_wait(publication: Publication, actor: Actor, now: datetime) -> bool:
    """Hold a locked publication back that a hold covers, or whose time was missed."""
    hold = covering_hold(publication)
    if hold is not None:
        hold_back(publication, hold=hold, actor=actor, now=now)
        return True
    grace = timedelta(minutes=settings.SCHEDULE_GRACE_MINUTES)
    # What is tried again, or goes on after its first post, was not late when it began.
    is_first = publication.attempts == 0
    if is_first and is_missed(not_before=publication.not_before, now=now, grace=grace):
        hold_back(publication, hold=None, actor=actor, now=now)
        return True
    return False


def hold_back(publication: Publication, *, hold: Hold | None, actor: Actor, now: datetime) -> None:
    """Set a locked publication to held, for a hold or (None) because it is late; tell of it."""
    publication.held_at = now
    publication.held_for = hold
    publication.held_because = HeldBecause.HOLD if hold else HeldBecause.LATE
    publication.status = PublicationStatus.HELD
    save_change(publication, "status", "held_at", "held_because", "held_for", now=now)
    parts = lock_parts(publication)
    for part in parts:
        if part.status in _STOPPED:
            part.may_be_out = part.may_be_out or part.status == PartStatus.AWAITING_PERSON
            part.status = PartStatus.HELD
            part.next_attempt_at = None
            part.last_error = _sentence(publication, part)
    gather_parts(
        publication,
        parts,
        actor=actor,
        now=now,
        verb="held",
        channel=publication.channel_id,
        cause=publication.held_because,
        hold=publication.held_for_id,
        not_before=publication.not_before,
        waits_on=waits_on(role=Role.APPROVER),
    )


def _sentence(publication: Publication, part: PublicationPart) -> str:
    if part.may_be_out:
        return _("Do not post it: it was held back. If it is out already, record it.")
    if publication.held_because == HeldBecause.HOLD:
        return _("A hold stands. Somebody has to release it or drop it.")
    return _("Its time was missed. Somebody has to release it or drop it.")


def _brake(hold: Hold) -> Brake:
    return Brake(
        channels=frozenset(channel.pk for channel in hold.channels.all()),
        incident_id=hold.incident_id,
        spares_incident=hold.allows_incident_messages,
        is_drill=hold.incident is not None and hold.incident.mode == Mode.DRILL,
    )
