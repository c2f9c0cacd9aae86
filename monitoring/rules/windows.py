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


def cover(window: Window) -> list[Window]:
    """Return the fewest buckets that make up a window: long ones within, short ones at its ends.

    In the order of time; each part has buckets of one of the widths that are stored, and those of
    the window are its shortest.
    """
    longer = {FIVE_MINUTES: HOUR, HOUR: DAY}.get(window.width)
    if longer is None:
        return [window]
    first = bucket_start(window.start + longer - window.width, longer)
    last = bucket_start(window.end, longer)
    if first >= last:
        return [window]
    parts = [
        Window(window.start, first, window.width),
        *cover(Window(first, last, longer)),
        Window(last, window.end, window.width),
    ]
    return [part for part in parts if part.start < part.end]
