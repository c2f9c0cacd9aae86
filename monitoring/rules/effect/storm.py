"""The storm before a publication: when it rose, when it turned, and how it may die down.

A storm dies down by itself; what would have come without the publication must contain that. Its
course after the turn is taken as exponential or as a power of time: R. Crane and D. Sornette
(2008), Robust dynamic classes revealed by measuring the response function of a social system,
PNAS 105(41).
"""

from dataclasses import dataclass

import numpy as np

from monitoring.rules.arrays import Flags, Numbers

# Hours in which a storm falls to 1/e (exponential) or begins to fall (power of time).
_HOURS = (0.7, 1.5, 3.0, 5.0, 8.0, 12.0, 18.0, 27.0, 40.0, 60.0, 96.0, 200.0)
# Powers of time have heavier tails; few storms here keep to them, so each weighs less.
_POWER_WEIGHT = 0.35
_POWERS = ((0.3, 1.0), (1.0, 1.0), (3.0, 1.0), (1.0, 1.6), (3.0, 1.6), (8.0, 1.6))
SMOOTH = 3
_LEAST_EXCESS = 0.4
_LEAST_DEVIATIONS = 4.5
_RISEN = 0.15
_UP = 0.8


@dataclass(frozen=True)
class Storm:
    """Bins at which the storm began to rise, was nearly up, and was highest.

    It may have turned anywhere from `up` to `top`: the highest of noisy bins is late by chance.
    """

    rise: int
    up: int
    top: int
    excess: float

    def turns(self) -> list[int]:
        """Return up to three bins at which it may have turned."""
        return sorted({self.up, (self.up + self.top) // 2, self.top})


def find_storm(ratios: Numbers, *, since: int, spread: float) -> Storm | None:
    """Return the highest storm among bins from `since` on; None when nothing sticks out.

    `ratios` are counts against what is expected (NaN where missing), `spread` their usual standard
    deviation.
    """
    if len(ratios) - since < SMOOTH:
        return None
    smooth = _smoothed(ratios)
    top = since + int(np.argmax(smooth[since:]))
    excess = float(smooth[top]) - 1
    if excess < max(_LEAST_EXCESS, _LEAST_DEVIATIONS * spread):
        return None
    below = smooth[: top + 1] - 1
    rise, up = (_first_after(below < share * excess) for share in (_RISEN, _UP))
    return Storm(rise=rise, up=max(rise, up), top=top, excess=excess)


def _first_after(low: Flags) -> int:
    """Return the bin after the last low one."""
    found = np.flatnonzero(low)
    return int(found[-1]) + 1 if found.size else 0


def _smoothed(ratios: Numbers) -> Numbers:
    known = ~np.isnan(ratios)
    kernel = np.ones(SMOOTH)
    sums = np.convolve(np.where(known, ratios, 0.0), kernel, mode="same")
    counts = np.convolve(known.astype(float), kernel, mode="same")
    return np.where(counts > 0, sums / np.maximum(counts, 1), 1.0)


def course_weights() -> Numbers:
    """Return the logarithm of how much each row of `courses` counts beforehand."""
    weights: Numbers = np.log(np.array([1.0] * len(_HOURS) + [_POWER_WEIGHT] * len(_POWERS)))
    return weights


def courses(hours: Numbers) -> Numbers:
    """Return how a storm may fall, 1 at its turn: a row for each course, a column for each hour.

    `hours` are counted from the turn; before it the storm is not there.
    """
    since = np.maximum(hours, 0.0)
    exponential = [np.exp(-since / fall) for fall in _HOURS]
    powers = [(1 + since / begin) ** -power for begin, power in _POWERS]
    falling: Numbers = np.array(exponential + powers)
    return np.where(hours[None, :] >= 0, falling, 0.0)
