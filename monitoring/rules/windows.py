"""Stretches of time aligned to buckets."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

FIVE_MINUTES = timedelta(minutes=5)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """Whole buckets from `start` (included) to `end` (excluded), each `width` long."""

    start: datetime
    end: datetime
    width: timedelta

    @property
    def hours(self) -> float:
        """Length in hours."""
        return (self.end - self.start) / HOUR

    def starts(self) -> Iterator[datetime]:
        """Yield the start of each bucket."""
        moment = self.start
        while moment < self.end:
            yield moment
            moment += self.width


def fitting_width(length: timedelta) -> timedelta:
    """Return the width that shows a stretch of this length in a few hundred buckets."""
    if length <= DAY:
        return FIVE_MINUTES
    return HOUR if length <= 30 * DAY else DAY


def bucket_start(moment: datetime, width: timedelta) -> datetime:
    """Return the start of the bucket a moment falls into, in UTC."""
    return moment.astimezone(UTC) - (moment - _EPOCH) % width


def align(start: datetime, end: datetime, width: timedelta) -> Window:
    """Return the smallest window of whole buckets that holds both moments.

    Buckets are counted from 2000-01-01 UTC, so that days are days of UTC. Raises `OverflowError`
    at the end of the calendar.
    """
    first, last = bucket_start(start, width), bucket_start(end, width)
    if last < end or last == first:
        last += width
    return Window(first, last, width)
