"""What is taken down: posts that are out, now or as soon as it is known that they are."""

from collections.abc import Sequence
from datetime import datetime

from messaging.models import PartStatus, Publication, PublicationPart
from messaging.services.parts import stop_parts

OUT = (PartStatus.PUBLISHED, PartStatus.ACCEPTED)
_MOVING = (*OUT, PartStatus.PENDING, PartStatus.HELD)


def begin_withdrawal(parts: Sequence[PublicationPart], *, reason: str, now: datetime) -> None:
    """Set locked parts that are out to be taken down; the caller settles the publication."""
    stop_parts(parts, reason=reason)
    for part in parts:
        if part.status in OUT:
            part.status = PartStatus.WITHDRAWING
            part.looks = 0
            part.next_attempt_at = None
    release_newest(parts, now)


def follow_through(
    publication: Publication, parts: Sequence[PublicationPart], now: datetime
) -> None:
    """Take down what turned out to be out after somebody had asked for it to be taken down."""
    is_asked = publication.withdrawal_reason and publication.withdrawn_at is None
    if is_asked and any(part.status in _MOVING for part in parts):
        begin_withdrawal(parts, reason=publication.withdrawal_reason, now=now)


def release_newest(parts: Sequence[PublicationPart], now: datetime) -> None:
    """Let the newest of the locked parts that are to be taken down be the next."""
    left = [part for part in parts if part.status == PartStatus.WITHDRAWING]
    if left:
        left[-1].next_attempt_at = now
