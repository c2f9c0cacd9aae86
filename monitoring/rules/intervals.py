"""Intervals that say how far a number can be trusted; all are of 95 %."""

from dataclasses import dataclass
from math import exp, log, sqrt

Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Share:
    """A share with its 95 % interval, all between 0 and 1."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Estimate:
    """Any number with its 95 % interval."""

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


def rate(count: int, hours: float) -> Estimate | None:
    """Return `count / hours` with Byar's interval for a Poisson count; None without time.

    Breslow and Day (1987), Statistical methods in cancer research II, formula 2.13. Talk comes in
    bursts, so that the true interval is rather wider.
    """
    if hours <= 0:
        return None
    low, more = 0.0, count + 1
    if count > 0:
        low = count * (1 - 1 / (9 * count) - Z_95 / (3 * sqrt(count))) ** 3
    high = more * (1 - 1 / (9 * more) + Z_95 / (3 * sqrt(more))) ** 3
    return Estimate(count / hours, max(0.0, low) / hours, high / hours)


def rate_ratio(count: int, hours: float, before: int, hours_before: float) -> Estimate | None:
    """Return how many times the rate of before a rate is; None where one of them is 0.

    With the usual interval of the logarithm (Rothman, Greenland and Lash (2008), Modern
    epidemiology, chapter 14). Talk comes in bursts, so that the true interval is rather wider.
    """
    if min(count, before) <= 0 or min(hours, hours_before) <= 0:
        return None
    value = (count / hours) / (before / hours_before)
    half = Z_95 * sqrt(1 / count + 1 / before)
    return Estimate(value, exp(log(value) - half), exp(log(value) + half))


def share_difference(now: Share | None, before: Share | None) -> Estimate | None:
    """Return how far a share has moved, from -1 to 1; None when either is not known.

    R. G. Newcombe (1998), Interval estimation for the difference between independent proportions:
    comparison of eleven methods, method 10.
    """
    if now is None or before is None:
        return None
    value = now.value - before.value
    down = sqrt((now.value - now.low) ** 2 + (before.high - before.value) ** 2)
    up = sqrt((now.high - now.value) ** 2 + (before.value - before.low) ** 2)
    return Estimate(value, value - down, value + up)
