"""Stretches of time aligned to buckets."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Window:
    """Whole buckets from `start` (included) to `end` (excluded), each `width` long."""

    start: datetime
    end: datetime
    width: timedelta

    @property
    def hours(self) -> float:
        """Length in hours."""
        return (self.end - self.start) / timedelta(hours=1)

    def starts(self) -> Iterator[datetime]:
        """Yield the start of each bucket."""
        moment = self.start
        while moment < self.end:
            yield moment
            moment += self.width


def align(start: datetime, end: datetime, width: timedelta) -> Window:
    """Return the smallest window of whole buckets that holds both moments."""
    first = start.astimezone(UTC) - (start - _EPOCH) % width
    behind = (end - _EPOCH) % width
    last = end.astimezone(UTC) + (width - behind if behind else timedelta(0))
    return Window(first, max(last, first + width), width)
