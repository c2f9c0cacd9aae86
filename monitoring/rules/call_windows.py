"""Counting calls in a rolling window with few numbers, and never too little."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

# In so many parts of a window calls are counted together.
PARTS = 60

# When the last of some calls was made, and how many they were.
Spent = tuple[datetime, int]


class UsedUp(Exception):
    """No call is left; the next one is in `wait`."""

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        super().__init__()


def spend(spent: Sequence[Spent], *, calls: int, window: timedelta, now: datetime) -> list[Spent]:
    """Return what counts after one call more, the oldest first; raises `UsedUp`.

    All calls of one part of a window count as made with its last one. So none counts too short,
    none longer by more than a part, and what is kept does not grow with the number of calls.
    """
    recent = [(at, count) for at, count in spent if at + window > now]
    left = sum(count for _at, count in recent)
    if left >= calls:
        raise UsedUp(_first_free(recent, left, calls) + window - now)
    last, count = recent[-1] if recent else (now, 0)
    if recent and (now <= last or _part(last, window) == _part(now, window)):
        return [*recent[:-1], (max(last, now), count + 1)]
    return [*recent, (now, 1)]


def _first_free(recent: Sequence[Spent], left: int, calls: int) -> datetime:
    for at, count in recent:
        left -= count
        if left < calls:
            return at
    return recent[-1][0]


def _part(at: datetime, window: timedelta) -> int:
    return (at - datetime(2000, 1, 1, tzinfo=UTC)) // (window / PARTS)
