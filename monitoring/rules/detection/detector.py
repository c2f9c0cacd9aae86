"""Is there more than any usual day brings? Judged by the highest moments of the days before.

What is watched is the *rate*: what came in five minutes of late, each counting half after a while.
Storms of talk are heavy-tailed, so its logarithm is compared. A rate that a day reaches once in
seven is a false alarm once a week: the only setting there is.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from monitoring.rules.arrays import Flags, Numbers
from monitoring.rules.detection.usual import DAY, Pace, UsualDays, days_before

# Of late is half an hour; the hour just before is no history yet.
BURST = Pace(half_life=6, apart=12)
# A climb of a day is not to become its own measure. Days differ less in their level than in their
# peaks.
SLOW_BURN = Pace(half_life=72, apart=DAY, deviation=0.25)
# Keeps the logarithm of a rate of none finite: so many of a unit tell nothing, in five minutes.
# For bursts these are three mentions within the last hour or so.
FLOOR = 1 / 3
# For slow burns nine within the last nine hours.
SLOW_FLOOR = 1 / 12


@dataclass(frozen=True)
class Detected:
    """What each bucket says, in arrays as long as the series.

    `observed` is what is seen of late, and `usual` the highest that half of the usual days reach,
    in the same unit. `unusual` is the share of usual days that stay below what is observed, from 0
    to 1; NaN, like `usual`, where too little was heard before to tell. `value` turns a height into
    the unit.
    """

    observed: Numbers
    unusual: Numbers
    days: UsualDays
    value: Callable[[Numbers], Numbers]

    @property
    def usual(self) -> Numbers:
        """What half of the usual days reach."""
        return self.value(self.days.height(0.5))

    def limit(self, alarms_a_week: float) -> Numbers:
        """Return what usual days exceed so often a week."""
        return self.value(self.days.height(share_below(alarms_a_week)))


def detect(counts: Numbers, missing: Flags | None = None, *, floor: float = FLOOR) -> Detected:
    """Judge each bucket of five minutes by those up to it; nothing after it is looked at.

    `missing` marks buckets in which nobody listened: they say nothing, and the rate stays as it
    was. Counts below 0, as corrections leave them, are taken as 0.
    """
    heard = np.ones(len(counts), dtype=bool) if missing is None else ~missing
    rate = rates(np.maximum(counts, 0), heard, half_life=BURST.half_life)
    return _against_days(rate, heard, BURST, floor)


def detect_slowly(counts: Numbers, missing: Flags) -> Detected:
    """Judge each bucket as `detect` does, by the level of the last hours.

    A rate of hours begins at none and needs hours to come up to the level: that would be a climb.
    It is told by what it has of the whole from its first half-life on.
    """
    heard = ~missing
    rate = rates(np.maximum(counts, 0), heard, half_life=SLOW_BURN.half_life)
    whole = rates(np.ones(len(counts)), heard, half_life=SLOW_BURN.half_life)
    is_told = whole >= 0.5
    level = np.where(is_told, rate / np.where(is_told, whole, 1), np.nan)
    return _against_days(level, heard & is_told, SLOW_BURN, SLOW_FLOOR)


def _against_days(rate: Numbers, heard: Flags, pace: Pace, floor: float) -> Detected:
    height = np.log(rate + floor)
    days = days_before(height, heard, pace)
    unusual = np.where(heard, days.below(height), np.nan)

    def value(height: Numbers) -> Numbers:
        with np.errstate(over="ignore"):
            return np.asarray(np.exp(height) - floor)

    return Detected(rate, unusual, days, value)


def alerts(unusual: Numbers, *, alarms_a_week: float, pause: int = DAY) -> Flags:
    """Return where an alert is raised: at what usual days exceed no more than so often a week.

    None follows for `pause` buckets. Refuses a rate of alarms that is not between 0 and 7.
    """
    raised = np.zeros(len(unusual), dtype=bool)
    free_from = 0
    for at in np.flatnonzero(unusual >= share_below(alarms_a_week)).tolist():
        if at >= free_from:
            raised[at] = True
            free_from = at + pause
    return raised


def share_below(alarms_a_week: float) -> float:
    """Return the share of days that stay below what is exceeded so often a week.

    Refuses a rate of alarms that is not between 0 and 7.
    """
    if not 0 < alarms_a_week < 7:
        raise ValueError("false alarms a week must lie between 0 and 7")
    return 1 - alarms_a_week / 7


def rates(counts: Numbers, heard: Flags, *, half_life: int) -> Numbers:
    """Return what comes in five minutes of late; it stays as it was where nobody listened."""
    kept = 0.5 ** (1 / half_life)
    rate = np.empty(len(counts))
    current = 0.0
    for at, (count, is_heard) in enumerate(zip(counts.tolist(), heard.tolist(), strict=True)):
        if is_heard:
            current = kept * current + (1 - kept) * count
        rate[at] = current
    return rate
