"""Sending a part: it is claimed, attempted once, and its outcome recorded.

A crash in between leaves it `attempting`; the sweep makes that `unknown`, never `pending`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models.functions import Greatest

from crisisapi.common.actors import SYSTEM
from crisisapi.common.concurrency import save_change
from crisisapi.common.errors import DomainError
from crisisapi.common.sentences import cleaned, joined
from crisisapi.common.sentences import sentence as _
from messaging.channels import way_for
from messaging.channels.base import Outcome
from messaging.models import (
    Channel,
    PartStatus,
    Publication,
    PublicationPart,
    PublicationStatus,
)
from messaging.services.claims import GIVE_UP_AFTER, Claim, ask, claim_of, load_part, unclear
from messaging.services.fitness import DoesNotFit, require_parts_fit
from messaging.services.holding import must_wait
from messaging.services.late_news import is_proof, reopen
from messaging.services.parts import lock_parts, settle_publication, stop_parts
from messaging.services.publications import require_sendable
from messaging.services.settling import settle_message
from messaging.services.steps import lock_publication
from messaging.services.taking_down import follow_through
from messaging.services.transitions import Moment, mark_failed, take_outcome

log = structlog.get_logger(__name__)

# Where a platform asks us to wait and does not say how long.
RESUME_AFTER = timedelta(minutes=1)


def attempt_part(part_id: UUID, *, now: datetime) -> tuple[Claim, Outcome] | None:
    """Claim and send a part; None when it is not there to be sent."""
    claim = begin_attempt(part_id=part_id, now=now)
    if claim is None:
        return None
    return claim, ask(claim, lambda: claim.way.publish(claim.account, claim.piece), unclear)


@transaction.atomic
def begin_attempt(*, part_id: UUID, now: datetime) -> Claim | None:
    """Claim a part that is due; one whose message may not go out any more is stopped."""
    found = load_part(part_id)
    publication = lock_publication(found.publication, expected_version=None)
    parts = lock_parts(publication)
    part = _of(parts, part_id)
    if not _is_due(part, publication, now) or may_not_leave(publication, parts, now):
        return None
    if publication.attempts == 0 and _fails_to_fit(publication, parts, now):
        return None
    part.status = PartStatus.ATTEMPTING
    part.attempts += 1
    part.attempted_at = now
    part.next_attempt_at = None
    part.save(update_fields=["status", "attempts", "attempted_at", "next_attempt_at"])
    publication.status = PublicationStatus.ATTEMPTING
    publication.attempts += 1
    publication.attempted_at = now
    save_change(publication, "status", "attempts", "attempted_at", now=now)
    settle_message(publication.message, actor=SYSTEM, now=now)
    part.publication = publication
    return claim_of(part, way_for(publication), number=part.attempts)


@transaction.atomic
def end_attempt(*, claim: Claim, outcome: Outcome, now: datetime) -> None:
    """Record how an attempt ended, unless a person was faster or it was tried again since.

    That it is out is news even then: nobody knows better than the platform.
    """
    publication = lock_publication(claim.publication, expected_version=None)
    parts = lock_parts(publication)
    part = _of(parts, claim.part.pk)
    if is_proof(part, outcome, claim.way):
        reopen(publication, now)
    elif not _is_awaited(part, claim.number):
        return
    # Until a person is told to post it, it can still be stopped.
    if outcome.result == "awaiting_person":
        _hand_back(part)
        if may_not_leave(publication, parts, now):
            return
    take_outcome(part, outcome, Moment(parts, now, claim.way.can_find))
    follow_through(publication, parts, now)
    publication.instructions = cleaned(outcome.instructions)
    _let_channel_wait(publication.channel, outcome, now)
    log.info("publication.attempted", publication=str(publication.pk), outcome=outcome.result)
    goes_on = part.status == PartStatus.PUBLISHED and part.number < len(parts)
    verb = "part_published" if goes_on else ""
    said: dict[str, object] = {"number": part.number, "count": len(parts)} if goes_on else {}
    if part.status == PartStatus.PENDING:
        said = {"retry_at": part.next_attempt_at, "attempts": part.attempts}
    settle_publication(publication, parts, actor=SYSTEM, now=now, verb=verb, **said)


def give_up_attempts(*, now: datetime) -> None:
    """Set attempts without an end for five minutes to `unknown`: they may have got out."""
    for part_id in PublicationPart.objects.stuck(before=now - GIVE_UP_AFTER).values_list("pk"):
        _give_up(part_id[0], now)


@transaction.atomic
def _give_up(part_id: UUID, now: datetime) -> None:
    publication = lock_publication(load_part(part_id).publication, expected_version=None)
    parts = lock_parts(publication)
    part = _of(parts, part_id)
    if part.status != PartStatus.ATTEMPTING:
        return
    error = _("The attempt broke off. Look on the platform whether it is there.")
    broken_off = Outcome("unknown", error=error, code="broken_off")
    take_outcome(part, broken_off, Moment(parts, now, way_for(publication).can_find))
    settle_publication(publication, parts, actor=SYSTEM, now=now)


def _is_due(part: PublicationPart, publication: Publication, now: datetime) -> bool:
    if part.status != PartStatus.PENDING or part.next_attempt_at is None:
        return False
    resume_at = publication.channel.resume_at
    is_open = resume_at is None or resume_at <= now
    return is_open and part.next_attempt_at <= now and publication.is_ripe(now)


def _hand_back(part: PublicationPart) -> None:
    """Set a part as if it had not been claimed, in the row too: a hold reads it from there."""
    part.status = PartStatus.PENDING
    part.save(update_fields=["status"])


def _is_awaited(part: PublicationPart, number: int) -> bool:
    """Say whether an outcome is still news: of the last attempt, and of a part not decided."""
    is_open = part.status in (PartStatus.ATTEMPTING, PartStatus.UNKNOWN)
    return is_open and part.attempts == number


def may_not_leave(
    publication: Publication, parts: Sequence[PublicationPart], now: datetime
) -> bool:
    """Stop, or hold back, a locked publication that may not go out now; say whether it stays."""
    try:
        require_sendable(publication, parts)
    except DomainError as refusal:
        stop_parts(parts, reason=cleaned(refusal.detail))
        settle_publication(publication, parts, actor=SYSTEM, now=now)
        return True
    if must_wait(publication, SYSTEM, now):
        settle_message(publication.message, actor=SYSTEM, now=now)
        return True
    return False


def _fails_to_fit(
    publication: Publication, parts: Sequence[PublicationPart], now: datetime
) -> bool:
    """Fail what its platform would refuse by now: limits change while a post waits for its time."""
    try:
        require_parts_fit(parts, publication.channel)
    except DoesNotFit as refusal:
        parts[0].last_error = joined(refusal.errors["channels"])
        parts[0].error_code = refusal.code
        mark_failed(parts[0], parts)
        settle_publication(publication, parts, actor=SYSTEM, now=now)
        return True
    return False


def _let_channel_wait(channel: Channel, outcome: Outcome, now: datetime) -> None:
    if outcome.code != "rate_limited":
        return
    asked = outcome.retry_after
    until = now + (RESUME_AFTER if asked is None else timedelta(seconds=asked))
    # The database's GREATEST leaves nothing out but nulls.
    Channel.objects.filter(pk=channel.pk).update(resume_at=Greatest("resume_at", until))


def _of(parts: Sequence[PublicationPart], part_id: UUID) -> PublicationPart:
    return next(part for part in parts if part.pk == part_id)
