"""The workers' part: find what is due, do what its status asks for, record what came of it."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from messaging.models import PartStatus, PublicationPart
from messaging.services.attempts import attempt_part, end_attempt
from messaging.services.lookups import end_following, end_look, follow_part, look_for_part
from messaging.services.withdrawals import end_withdrawal, take_down_part

Clock = Callable[[], datetime]


def due_channels(*, now: datetime) -> list[UUID]:
    """Return the ids of channels with something to do, the one that waits longest first."""
    due = PublicationPart.objects.due(now=now).values_list("publication__channel_id", flat=True)
    return list(dict.fromkeys(due))


def due_parts(*, now: datetime, limit: int, channel_id: UUID | None = None) -> list[UUID]:
    """Return the ids of parts with something to do, to one channel or (None) to any."""
    due = PublicationPart.objects.due(now=now)
    if channel_id is not None:
        due = due.to_channel(channel_id)
    return list(due.values_list("pk", flat=True)[:limit])


def perform_part(*, part_id: UUID, clock: Clock) -> None:
    """Do once what is due about a part; whoever comes second does nothing."""
    status = PublicationPart.objects.values_list("status", flat=True).get(pk=part_id)
    if status in _WORK:
        _WORK[status](part_id, clock)


def _publish(part_id: UUID, clock: Clock) -> None:
    done = attempt_part(part_id, now=clock())
    if done:
        end_attempt(claim=done[0], outcome=done[1], now=clock())


def _look(part_id: UUID, clock: Clock) -> None:
    done = look_for_part(part_id, now=clock())
    if done:
        end_look(claim=done[0], found=done[1], now=clock())


def _follow(part_id: UUID, clock: Clock) -> None:
    done = follow_part(part_id, now=clock())
    if done:
        end_following(claim=done[0], outcome=done[1], now=clock())


def _take_down(part_id: UUID, clock: Clock) -> None:
    done = take_down_part(part_id, now=clock())
    if done:
        end_withdrawal(claim=done[0], outcome=done[1], now=clock())


_WORK: dict[str, Callable[[UUID, Clock], None]] = {
    PartStatus.PENDING: _publish,
    PartStatus.UNKNOWN: _look,
    PartStatus.ACCEPTED: _follow,
    PartStatus.WITHDRAWING: _take_down,
}
