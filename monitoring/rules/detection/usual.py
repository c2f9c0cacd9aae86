"""What the highest moments of usual days are like.

Highest values follow about a Gumbel distribution (the limit of maxima: Fisher and Tippett 1928;
Gumbel 1958, *Statistics of Extremes*), whose mean and deviation are taken from the last two weeks.
"""

from dataclasses import dataclass

import numpy as np

from monitoring.rules.arrays import Flags, Numbers

# In buckets of five minutes.
DAY = 288
DAYS = 14
# A day counts once a third of it was heard, so that an alert is possible after nine hours.
LEAST_HEARD = DAY // 3
# What is believed before anything is heard weighs as much as three days.
PRIOR_DAYS = 3

_EULER = 0.5772156649
_GUMBEL_SCALE = np.sqrt(6) / np.pi


@dataclass(frozen=True)
class Pace:
    """How far back is of late, and what it is compared with; stretches in buckets of five minutes.

    What lies `apart` is part of what is judged, and not of what is before. `deviation` is how far
    the highest heights of days are apart, as is believed before anything is heard.
    """

    half_life: int
    apart: int
    deviation: float = 0.5


@dataclass(frozen=True)
class UsualDays:
    """Place and scale of the Gumbel distribution of the highest heights; NaN where none is known.

    A height is what is measured on a scale where twice as much is as far everywhere: a logarithm.
    """

    place: Numbers
    scale: Numbers

    def below(self, height: Numbers) -> Numbers:
        """Return the share of usual days that stay below a height, from 0 to 1."""
        with np.errstate(over="ignore"):
            share: Numbers = np.exp(-np.exp(-(height - self.place) / self.scale))
            return share

    def height(self, below: float) -> Numbers:
        """Return the height that this share of usual days stays below."""
        height: Numbers = self.place - self.scale * np.log(-np.log(below))
        return height


def days_before(height: Numbers, heard: Flags, pace: Pace) -> UsualDays:
    """Return what the days before each bucket were like; heights that nobody heard say nothing."""
    highest = _highest_of_day(np.where(heard, height, -np.inf))
    total = np.concatenate([np.zeros(DAY), np.cumsum(heard, dtype=float)])
    is_told = total[DAY:] - total[:-DAY] >= LEAST_HEARD
    number, first, second = (np.zeros(len(height)) for _sum in range(3))
    for day in range(DAYS):
        lag = pace.apart + day * DAY
        before = np.where(is_told, highest, np.nan)[: max(0, len(height) - lag)]
        known = ~np.isnan(before)
        number[lag:] += known
        first[lag:] += np.where(known, before, 0)
        second[lag:] += np.where(known, before, 0) ** 2
    return _usual_days(number, first, second, pace.deviation)


def days_known(highest: Numbers, *, deviation: float) -> UsualDays:
    """Return what days are like whose highest heights are these; NaN stands for unknown ones."""
    known = highest[~np.isnan(highest)]
    number, first, second = (np.array([each]) for each in (len(known), known.sum(), known @ known))
    return _usual_days(number, first, second, deviation)


def _usual_days(number: Numbers, first: Numbers, second: Numbers, deviation: float) -> UsualDays:
    """Return days from the number of highest heights, their sum, and the sum of their squares."""
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = first / number
        spread = np.maximum(second - number * mean**2, 0) + PRIOR_DAYS * deviation**2
        scale = _GUMBEL_SCALE * np.sqrt(spread / (number - 1 + PRIOR_DAYS))
        return UsualDays(mean - _EULER * scale, scale)


def _highest_of_day(height: Numbers) -> Numbers:
    """Return the highest of each bucket and the 287 before it, in nine steps of doubling."""
    highest, length = height.copy(), 1
    while length < DAY:
        step = min(length, DAY - length)
        highest[step:] = np.maximum(highest[step:], highest[:-step].copy())
        length += step
    return highest
