"""What an outcome makes of a part, and of those after it; the caller saves them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crisisapi.common.sentences import cleaned
from crisisapi.common.sentences import sentence as _
from messaging.channels.base import Outcome
from messaging.models import PartStatus, PublicationPart
from messaging.rules.backoff import ATTEMPTS, FOLLOW, LOOK, PUBLISH, wait_before

URL_LENGTH, ID_LENGTH, CODE_LENGTH = 2_000, 500, 50


@dataclass(frozen=True)
class Moment:
    """Where a part is when an outcome comes: among which others, when, and if one can look."""

    parts: Sequence[PublicationPart]
    now: datetime
    can_find: bool


def take_outcome(part: PublicationPart, outcome: Outcome, moment: Moment) -> None:
    """Bring a locked part to where the outcome of an attempt leaves it."""
    part.last_error = cleaned(outcome.error)
    part.error_code = _clean(outcome.code)[:CODE_LENGTH]
    part.external_id = (_clean(outcome.external_id) or part.external_id)[:ID_LENGTH]
    part.url = (_clean(outcome.url) or part.url)[:URL_LENGTH]
    part.next_attempt_at = None
    part.looks = 0
    match outcome.result:
        case "published":
            mark_published(part, moment.parts, moment.now)
            # It is out, though not everything went well: some of a list were refused, say.
            part.last_error = cleaned(outcome.error)
        case "accepted":
            _mark_accepted(part, moment.now)
        case "awaiting_person":
            _hand_over(moment.parts)
        case "retry":
            try_again(part, moment, retry_after=outcome.retry_after)
        case "failed":
            mark_failed(part, moment.parts)
        case "unknown":
            mark_unknown(part, moment)


def mark_published(
    part: PublicationPart, parts: Sequence[PublicationPart], published_at: datetime
) -> None:
    """It is out; the next one is due."""
    part.status = PartStatus.PUBLISHED
    part.published_at = part.published_at or published_at
    part.next_attempt_at = None
    part.may_be_out = False
    part.last_error = part.error_code = ""
    following = next((row for row in parts if row.number > part.number), None)
    if following and following.status == PartStatus.PENDING:
        following.next_attempt_at = published_at


def mark_failed(part: PublicationPart, parts: Sequence[PublicationPart]) -> None:
    """It is not out and will not be, and nor will those after it.

    If an earlier attempt may have got out, that is still not known: it becomes unknown instead.
    """
    part.next_attempt_at = None
    if part.may_be_out:
        part.status = PartStatus.UNKNOWN
        return
    part.status = PartStatus.FAILED
    for row in parts:
        if row.number > part.number and row.status in (PartStatus.PENDING, PartStatus.HELD):
            row.status = PartStatus.CANCELLED
            row.next_attempt_at = None
            row.last_error = _("The post before it did not get out.")


def mark_unknown(part: PublicationPart, moment: Moment) -> None:
    """Perhaps it is out: ask the platform soon, or, where it cannot be asked, a person."""
    part.status = PartStatus.UNKNOWN
    part.may_be_out = True
    if moment.can_find:
        part.next_attempt_at = moment.now + _seconds(wait_before(LOOK, 1, key=part.pk))


def try_again(part: PublicationPart, moment: Moment, *, retry_after: float | None = None) -> None:
    """Set it due again after a while; once it was tried too often, that was the last time."""
    if part.attempts >= part.attempts_allowed:
        mark_failed(part, moment.parts)
        return
    tries = part.attempts - (part.attempts_allowed - ATTEMPTS)
    wait = wait_before(PUBLISH, tries, key=part.pk, retry_after=retry_after)
    part.status = PartStatus.PENDING
    part.next_attempt_at = moment.now + _seconds(wait)


def _mark_accepted(part: PublicationPart, now: datetime) -> None:
    part.status = PartStatus.ACCEPTED
    part.accepted_at = part.accepted_at or now
    part.next_attempt_at = now + _seconds(wait_before(FOLLOW, 1, key=part.pk))


def _hand_over(parts: Sequence[PublicationPart]) -> None:
    for row in parts:
        if row.status in (PartStatus.PENDING, PartStatus.ATTEMPTING, PartStatus.UNKNOWN):
            row.status = PartStatus.AWAITING_PERSON
            row.may_be_out = False
            row.next_attempt_at = None


def _clean(text: str) -> str:
    return text.replace("\x00", "")


def _seconds(number: float) -> timedelta:
    return timedelta(seconds=number)
