"""Is there more talk than any usual day brings? Judged by the highest moments of the days before.

What is watched is the *rate*: mentions in five minutes of late, each counting half after half an
hour. Storms of talk are heavy-tailed, so the logarithm of the highest rate of a day is taken to
follow a Gumbel distribution (the limit of maxima: Fisher and Tippett 1928; Gumbel 1958, *Statistics
of Extremes*), whose mean and deviation are those of the last two weeks. A rate that a day reaches
once in seven is a false alarm once a week: the only setting there is.
"""

from dataclasses import dataclass

import numpy as np

from monitoring.rules.arrays import Flags, Numbers

# In buckets of five minutes.
HALF_LIFE = 6
DAY = 288
# The hour just before is part of what is judged: it is not what it is compared with.
APART = 12
DAYS = 14
# A day counts once a third of it was heard, so that an alert is possible after nine hours.
LEAST_HEARD = DAY // 3
# What is believed before anything is heard: the highest rates of days differ by a factor of
# e^0.5 or so. It weighs as much as three days.
PRIOR_DEVIATION = 0.5
PRIOR_DAYS = 3
# Keeps the logarithm of a rate of none finite: three mentions within the last hour or so.
FLOOR = 1 / 3

_KEPT = 0.5 ** (1 / HALF_LIFE)
_EULER = 0.5772156649
_GUMBEL_SCALE = np.sqrt(6) / np.pi


@dataclass(frozen=True)
class Detected:
    """What each bucket says, in arrays as long as the series.

    `rate` and `usual` are mentions in five minutes: those of late, and the highest that half of
    the usual days reach. `unusual` is the share of usual days that stay below the rate, from 0 to
    1; NaN, like `usual`, where too little was heard before to tell. `scale` is that of the Gumbel
    distribution of the logarithm.
    """

    rate: Numbers
    usual: Numbers
    unusual: Numbers
    scale: Numbers

    def limit(self, alarms_a_week: float) -> Numbers:
        """Return the rate that usual days exceed so often a week, in mentions in five minutes."""
        below = 1 - alarms_a_week / 7
        median = -np.log(-np.log(0.5))
        higher = -np.log(-np.log(below)) - median
        limit: Numbers = (self.usual + FLOOR) * np.exp(self.scale * higher) - FLOOR
        return limit


def detect(counts: Numbers, missing: Flags | None = None) -> Detected:
    """Judge each bucket of five minutes by those up to it; nothing after it is looked at.

    `missing` marks buckets in which nobody listened: they say nothing, and the rate stays as it
    was. Counts below 0, as corrections leave them, are taken as 0.
    """
    heard = np.ones(len(counts), dtype=bool) if missing is None else ~missing
    rate = _rate(np.maximum(counts, 0), heard)
    height = np.log(rate + FLOOR)
    mean, deviation = _days_before(np.where(heard, height, -np.inf), heard)
    scale = _GUMBEL_SCALE * deviation
    place = mean - _EULER * scale
    with np.errstate(over="ignore"):
        unusual = np.exp(-np.exp(-(height - place) / scale))
        usual = np.exp(place - scale * np.log(np.log(2))) - FLOOR
    return Detected(rate, usual, np.where(heard, unusual, np.nan), scale)


def alerts(unusual: Numbers, *, alarms_a_week: float, pause: int = DAY) -> Flags:
    """Return where an alert is raised: at what usual days exceed no more than so often a week.

    None follows for `pause` buckets. Refuses a rate of alarms that is not between 0 and 7.
    """
    if not 0 < alarms_a_week < 7:
        raise ValueError("false alarms a week must lie between 0 and 7")
    raised = np.zeros(len(unusual), dtype=bool)
    free_from = 0
    for at in np.flatnonzero(unusual >= 1 - alarms_a_week / 7).tolist():
        if at >= free_from:
            raised[at] = True
            free_from = at + pause
    return raised


def _rate(counts: Numbers, heard: Flags) -> Numbers:
    rate = np.empty(len(counts))
    current = 0.0
    for at, (count, is_heard) in enumerate(zip(counts.tolist(), heard.tolist(), strict=True)):
        if is_heard:
            current = _KEPT * current + (1 - _KEPT) * count
        rate[at] = current
    return rate


def _days_before(height: Numbers, heard: Flags) -> tuple[Numbers, Numbers]:
    """Return mean and deviation of the highest heights of the days before, NaN without one."""
    highest = _highest_of_day(height)
    total = np.concatenate([np.zeros(DAY), np.cumsum(heard, dtype=float)])
    is_told = total[DAY:] - total[:-DAY] >= LEAST_HEARD
    number, first, second = (np.zeros(len(height)) for _sum in range(3))
    for day in range(DAYS):
        lag = APART + day * DAY
        before = np.where(is_told, highest, np.nan)[: max(0, len(height) - lag)]
        known = ~np.isnan(before)
        number[lag:] += known
        first[lag:] += np.where(known, before, 0)
        second[lag:] += np.where(known, before, 0) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = first / number
        spread = np.maximum(second - number * mean**2, 0) + PRIOR_DAYS * PRIOR_DEVIATION**2
        return mean, np.sqrt(spread / (number - 1 + PRIOR_DAYS))


def _highest_of_day(height: Numbers) -> Numbers:
    """Return the highest of each bucket and the 287 before it, in nine steps of doubling."""
    highest, length = height.copy(), 1
    while length < DAY:
        step = min(length, DAY - length)
        highest[step:] = np.maximum(highest[step:], highest[:-step].copy())
        length += step
    return highest
