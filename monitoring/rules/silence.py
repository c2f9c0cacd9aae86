"""Is a source silent that would usually speak? Told from its own counts at the same clock times.

A day is compared with the seven before it, by the median, so that neither a storm nor an outage
of last week is the measure. What is quiet at night, or on this day of the week, is no silence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import log
from statistics import median
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
DAYS = 7
LEAST_DAYS = 3
LEAST_GAP = timedelta(minutes=15)
# So many were to be expected at least, so that the absence of all of them is no accident.
LEAST_EXPECTED = 10.0
# Mentions that come independently leave a gap in which x were expected with probability e^-x, and
# there are as many gaps a day as mentions: once in e^7, about a thousand days, nothing is wrong.
RARITY = 7.0

Counts = Mapping[datetime, int]


@dataclass(frozen=True)
class Silence:
    """A stretch without mentions; `usual` is how many an hour would bring, `expected` all of it."""

    since: datetime
    usual: float
    expected: float


def silence_of(
    counts: Counts,
    *,
    heard_at: datetime,
    known_since: datetime,
    now: datetime,
    zone: ZoneInfo,
    patience: timedelta = LEAST_GAP,
) -> Silence | None:
    """Return the silence since `heard_at`, None when it is none, or nobody can tell.

    `counts` are mentions by the start of their hour in UTC, complete from `known_since` on; an
    hour that is missing had none. Needs three days of them before `heard_at`. Clock times are
    those of `zone`. Nothing shorter than `patience` is a silence.
    """
    gap = now - heard_at
    if gap < max(patience, LEAST_GAP):
        return None
    days = [day for day in range(1, DAYS + 1) if _back(heard_at, day, zone) >= known_since]
    if len(days) < LEAST_DAYS:
        return None
    starts = {day: _back(heard_at, day, zone) for day in days}
    rest = median(_within(counts, start, gap % DAY) for start in starts.values())
    if rest < LEAST_EXPECTED and gap < DAY:
        return None
    whole_day = median(_within(counts, start, DAY) for start in starts.values())
    expected = min(gap // DAY * whole_day + rest, _last_week(counts, starts, gap))
    if expected < max(LEAST_EXPECTED, RARITY + log(max(1.0, whole_day))):
        return None
    return Silence(heard_at, expected / (gap / HOUR), expected)


def _back(moment: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Return the same clock time so many days before, as clocks of the zone show it."""
    return (moment.astimezone(zone) - timedelta(days=days)).astimezone(UTC)


def _last_week(counts: Counts, starts: Mapping[int, datetime], gap: timedelta) -> float:
    """Return the mentions of the same stretch a week ago; no limit where nobody knows.

    Otherwise the first Saturday of a brand that rests on Saturdays would be an alarm.
    """
    start = starts.get(DAYS)
    return float("inf") if start is None else _within(counts, start, min(gap, DAYS * DAY))


def _within(counts: Counts, start: datetime, length: timedelta) -> float:
    """Return the mentions of a stretch; hours at its edges count by the part that is in it."""
    end, total = start + length, 0.0
    hour = start.replace(minute=0, second=0, microsecond=0)
    while hour < end:
        part = min(end, hour + HOUR) - max(start, hour)
        total += counts.get(hour, 0) * (part / HOUR)
        hour += HOUR
    return total


def rounded(number: float) -> str:
    """Return a number as people say it: 0.3, 6, 40."""
    return f"{number:.0f}" if number >= 10 else f"{number:.1f}".removesuffix(".0")
