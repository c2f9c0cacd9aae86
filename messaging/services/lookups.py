"""Asking the platform: is a part of which it is not known out, is what it took out by now?"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from crisisapi.common.actors import SYSTEM
from crisisapi.common.sentences import sentence as _
from messaging.channels import way_for
from messaging.channels.base import NOT_THERE, Outcome
from messaging.models import PartStatus, Publication, PublicationPart
from messaging.rules.backoff import FOLLOW, FOLLOWED_FOR, LOOK, wait_before
from messaging.services.attempts import may_not_leave
from messaging.services.calling_back import called_back, keep_following, take_back
from messaging.services.claims import Claim, ask, claim_of, lease, load_part, unclear
from messaging.services.late_news import is_proof, reopen
from messaging.services.parts import lock_parts, settle_publication
from messaging.services.steps import lock_publication
from messaging.services.taking_down import follow_through
from messaging.services.transitions import Moment, mark_unknown, take_outcome, try_again


def look_for_part(part_id: UUID, *, now: datetime) -> tuple[Claim, Outcome | None] | None:
    """Ask what became of an unknown part; None when it is not there to be asked about."""
    claim = _claim(part_id, PartStatus.UNKNOWN, now)
    if claim is None:
        return None
    # Every attempt before the last one was cleared up: what is not known began with it.
    since = claim.part.attempted_at or claim.publication.requested_at
    return claim, ask(
        claim, lambda: claim.way.find(claim.account, claim.piece, since=since), lambda: None
    )


def follow_part(part_id: UUID, *, now: datetime) -> tuple[Claim, Outcome] | None:
    """Ask what became of a part that the platform took; None when it is not there to be.

    Where a hold was raised since, the platform is asked to give it back.
    """
    claim = _claim(part_id, PartStatus.ACCEPTED, now)
    if claim is None or (claim.way.follow_publishes and _must_stay(claim, now)):
        return None
    return called_back(claim) or (claim, _followed(claim))


def _followed(claim: Claim) -> Outcome:
    return ask(
        claim,
        lambda: claim.way.follow(claim.account, claim.part.external_id),
        lambda: unclear("retry"),
    )


@transaction.atomic
def end_look(*, claim: Claim, found: Outcome | None, now: datetime) -> None:
    """Record what the platform said of an unknown part, unless somebody decided meanwhile.

    That it is out is recorded even then.
    """
    publication = lock_publication(claim.publication, expected_version=None)
    parts = lock_parts(publication)
    moment = Moment(parts, now, claim.way.can_find)
    if found is not None and _take_proof(publication, found, claim, moment):
        return
    part = _still(parts, claim, PartStatus.UNKNOWN)
    if part is None:
        return
    if found is None or _is_too_early(found, part, claim, now):
        _look_later(part, now)
    elif found.result not in _FOUND:
        part.next_attempt_at = None
    elif found.result in ("failed", "retry"):
        part.may_be_out = part.may_be_out and found.result == "retry"
        part.looks = 0
        _send_again(part, moment)
    else:
        take_outcome(part, found, moment)
    follow_through(publication, parts, now)
    settle_publication(publication, parts, actor=SYSTEM, now=now)


@transaction.atomic
def end_following(*, claim: Claim, outcome: Outcome, now: datetime) -> None:
    """Record what the platform said of a part it took, unless somebody decided meanwhile.

    That it is out is recorded even then.
    """
    publication = lock_publication(claim.publication, expected_version=None)
    parts = lock_parts(publication)
    moment = Moment(parts, now, claim.way.can_find)
    if not claim.is_call_back and _take_proof(publication, outcome, claim, moment):
        return
    part = _still(parts, claim, PartStatus.ACCEPTED)
    if part is None:
        return
    is_clear = outcome.result not in _UNCLEAR and outcome.code != NOT_THERE
    if claim.is_call_back and is_clear:
        _end_call_back(publication, part, parts, outcome, now)
        return
    if claim.is_call_back or outcome.result in ("accepted", "retry"):
        _follow_later(part, outcome, moment)
    else:
        take_outcome(part, outcome, moment)
    follow_through(publication, parts, now)
    settle_publication(publication, parts, actor=SYSTEM, now=now)


def _end_call_back(
    publication: Publication,
    part: PublicationPart,
    parts: Sequence[PublicationPart],
    outcome: Outcome,
    now: datetime,
) -> None:
    if outcome.result != "published":
        keep_following(part, publication, parts, now)
        return
    take_back(part, now)
    if not may_not_leave(publication, parts, now):
        settle_publication(publication, parts, actor=SYSTEM, now=now)


# What an answer to `find` may say; with anything else nobody needs to ask again.
_UNCLEAR = ("accepted", "retry", "unknown")
_FOUND = ("published", "accepted", "failed", "retry")


def _claim(part_id: UUID, status: PartStatus, now: datetime) -> Claim | None:
    part = load_part(part_id)
    number = lease(part, status, now=now)
    return None if number is None else claim_of(part, way_for(part.publication), number=number)


def _still(
    parts: Sequence[PublicationPart], claim: Claim, status: PartStatus
) -> PublicationPart | None:
    part = next(row for row in parts if row.pk == claim.part.pk)
    is_same_try = part.attempts == claim.part.attempts and part.looks == claim.number
    return part if part.status == status and is_same_try else None


def _take_proof(publication: Publication, outcome: Outcome, claim: Claim, moment: Moment) -> bool:
    """Record that a part is out, though somebody may have said that it is not; say if so."""
    part = next(row for row in moment.parts if row.pk == claim.part.pk)
    if not is_proof(part, outcome, claim.way):
        return False
    reopen(publication, moment.now)
    take_outcome(part, outcome, moment)
    follow_through(publication, moment.parts, moment.now)
    settle_publication(publication, moment.parts, actor=SYSTEM, now=moment.now)
    return True


def _is_too_early(found: Outcome, part: PublicationPart, claim: Claim, now: datetime) -> bool:
    """Say whether what is missing may still come to light: platforms' lists lag behind."""
    began = part.attempted_at
    return found.result == "failed" and began is not None and now - began < claim.way.settles_after


@transaction.atomic
def _must_stay(claim: Claim, now: datetime) -> bool:
    """Stop, or hold back, a part that following would publish, when it may not go out any more.

    To what decides that, the part is one that has not left; set free again it is sent anew.
    """
    publication = lock_publication(claim.publication, expected_version=None)
    parts = lock_parts(publication)
    part = _still(parts, claim, PartStatus.ACCEPTED)
    if part is None:
        return True
    part.status = PartStatus.PENDING
    part.save(update_fields=["status"])
    if may_not_leave(publication, parts, now):
        return True
    part.status = PartStatus.ACCEPTED
    part.save(update_fields=["status"])
    return False


def _look_later(part: PublicationPart, now: datetime) -> None:
    part.next_attempt_at = None
    if part.looks < len(LOOK):
        wait = wait_before(LOOK, part.looks + 1, key=part.pk)
        part.next_attempt_at = now + timedelta(seconds=wait)


def _send_again(part: PublicationPart, moment: Moment) -> None:
    try_again(part, moment)
    if part.status == PartStatus.PENDING:
        part.next_attempt_at = moment.now


def _follow_later(part: PublicationPart, outcome: Outcome, moment: Moment) -> None:
    part.external_id = outcome.external_id or part.external_id
    taken = part.accepted_at or moment.now
    if moment.now - taken > timedelta(seconds=FOLLOWED_FOR):
        part.last_error = _("The platform took it an hour ago and does not say that it is out.")
        part.error_code, part.looks, part.next_attempt_at = "not_followed", 0, None
        mark_unknown(part, moment)
        return
    wait = wait_before(FOLLOW, part.looks + 1, key=part.pk, retry_after=outcome.retry_after)
    part.next_attempt_at = moment.now + timedelta(seconds=wait)
