"""Intervals that say how far a share can be trusted."""

from dataclasses import dataclass
from math import sqrt

Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Share:
    """A share with its 95 % interval, all between 0 and 1."""

    value: float
    low: float
    high: float


def share(part: int, whole: int) -> Share | None:
    """Return `part / whole` with Wilson's score interval; None when nothing was counted.

    E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference.
    """
    if whole <= 0:
        return None
    value = part / whole
    spread = Z_95 * Z_95 / whole
    middle = (value + spread / 2) / (1 + spread)
    half = Z_95 / (1 + spread) * sqrt(value * (1 - value) / whole + spread / (4 * whole))
    return Share(value, max(0.0, middle - half), min(1.0, middle + half))
