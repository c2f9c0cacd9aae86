"""How far the talk is from what it was before the crisis, and when it will be back.

The talk has recovered when its level has stayed inside the band of the usual one for a day. When
it will be back is read off the courses of the storm that fit it so far (storm.py), weighed as for
the response effect; where a fair part of them does not come back within two weeks nobody can tell.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np

from monitoring.rules.arrays import Numbers
from monitoring.rules.effect.counterfactual import shares
from monitoring.rules.effect.counts import (
    STEPS_OF_DAY,
    STEPS_OF_HOUR,
    Question,
    calm_until,
    fit_counts,
)
from monitoring.rules.effect.observed import HOUR, STEP, Observed
from monitoring.rules.effect.verdicts import Interval
from monitoring.rules.intervals import share

METHOD = "storm-recovery-1"
STAYS = timedelta(hours=24)
AHEAD = timedelta(days=14)
_LEVEL = 6
_RELAPSE = 2.0
_BAND_LEAST = 0.25
_BAND_MOST = 1.0
_DEVIATIONS = 2.0
_HISTORY_LEAST = 3 * STEPS_OF_DAY
_BACK_LEAST = 0.9
_FALLING_LEAST = 4
# A storm that has not come down by a fifth shows nothing of how it falls.
_FALLEN = 0.8
_SHARE_BAND = 0.03
_BLURS = (0.6, 1.0, 1.6)
_BLUR_WEIGHTS = (0.25, 0.5, 0.25)
_QUANTILES = (0.05, 0.5, 0.95)


class RecoveryState(StrEnum):
    """How the talk stands against what it was."""

    STORM = "storm"
    SETTLING = "settling"
    RECOVERED = "recovered"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True)
class Distance:
    """A measure now and as usual; `distance` is relative (of shares: points), 0 when it is back."""

    now: float
    usual: float
    distance: float
    is_inside: bool


@dataclass(frozen=True)
class Recovery:
    """Where the talk stands, since when it is back, and when it is expected to be.

    `band` is how far from the usual level counts as usual, relative. `settled_at` is when the level
    came inside the band for the first stay of a day, which only a level twice as far out ends;
    `recovered_at` is when that day was over.
    `expected` is in hours from now; null when nobody can tell, or when it is there.
    """

    state: RecoveryState
    band: float | None = None
    volume: Distance | None = None
    negative_share: Distance | None = None
    engagement: Distance | None = None
    settled_at: datetime | None = None
    recovered_at: datetime | None = None
    expected: Interval | None = None


def measure_recovery(observed: Observed, *, storm_since: datetime, now: datetime) -> Recovery:
    """Return how far the talk is from the usual one; needs three days from before the storm."""
    at = min(observed.index(now), len(observed.mentions))
    since = observed.index(storm_since)
    heard = np.flatnonzero(observed.mentions[:at])
    if not heard.size or since - int(heard[0]) < _HISTORY_LEAST:
        return Recovery(RecoveryState.CANNOT_TELL)
    question = Question(observed, at, at, calm_until(at=at, storm_since=since), STEPS_OF_HOUR)
    ratios, usual = _ratios(question, observed.mentions)
    levels = _levels(ratios)
    band = _band(levels[: question.calm_bins])
    inside = np.abs(levels - 1) <= band
    hours = len(levels)
    settled = _settled(levels, band, max(0, hours - (at - since) // STEPS_OF_HOUR))
    settled_at = _moment(observed, at, settled - hours) if settled is not None else None
    state = _state(settled_at, now)
    volume = Distance(
        now=float(levels[-1] * usual[-_LEVEL:].mean()),
        usual=float(usual[-_LEVEL:].mean()),
        distance=float(levels[-1] - 1),
        is_inside=bool(inside[-1]),
    )
    return Recovery(
        state,
        band,
        volume,
        _share(question),
        _engagement(question, band),
        settled_at,
        settled_at + STAYS if settled_at and state == RecoveryState.RECOVERED else None,
        _expected(question, band, levels) if state == RecoveryState.STORM else None,
    )


def _ratios(question: Question, values: Numbers) -> tuple[Numbers, Numbers]:
    """Return counts of each hour against the usual ones (NaN where missing), and the latter."""
    bins = question.bins(values)
    usual = question.season(values).expected(bins.clock, bins.width)
    return np.where(bins.missing, np.nan, bins.values / usual), usual


def _levels(ratios: Numbers) -> Numbers:
    """Return the mean of the last hours at each hour; what is missing is left out."""
    kernel = np.ones(_LEVEL)
    known = ~np.isnan(ratios)
    sums = np.convolve(np.where(known, ratios, 0.0), kernel)[: len(ratios)]
    counts = np.convolve(known.astype(float), kernel)[: len(ratios)]
    # Nothing known is no calm.
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.inf)


def _band(levels: Numbers) -> float:
    known = levels[np.isfinite(levels)]
    spread = float(np.sqrt(np.median((known - 1) ** 2)) * 1.4826) if known.size else 0.0
    return min(max(_BAND_LEAST, _DEVIATIONS * spread), _BAND_MOST)


def _settled(levels: Numbers, band: float, since: int) -> int | None:
    """Return the hour from which on the talk is usual; None while it is not.

    That is the first hour after the highest one from which it stays inside the band for a day, or
    until now. Later hours outside do not count until the level is twice the band away.
    """
    top = since + int(np.argmax(levels[since:]))
    inside = np.abs(levels - 1) <= band
    outside = [*(top + np.flatnonzero(~inside[top:])), len(levels)]
    if levels[-1] - 1 > _RELAPSE * band:
        return None
    runs = zip([top - 1, *outside[:-1]], outside, strict=True)
    stays = STAYS // HOUR
    first = next((last + 1 for last, end in runs if end - last - 1 >= stays), outside[-2] + 1)
    return int(first) if first < len(levels) else None


def _moment(observed: Observed, at: int, hours: int) -> datetime:
    return observed.started_at + (at + hours * STEPS_OF_HOUR) * STEP


def _state(settled_at: datetime | None, now: datetime) -> RecoveryState:
    if settled_at is None:
        return RecoveryState.STORM
    return RecoveryState.RECOVERED if settled_at + STAYS <= now else RecoveryState.SETTLING


def _share(question: Question) -> Distance | None:
    known = question.bins(question.observed.known).values
    negative = question.bins(question.observed.negative).values
    calm = slice(0, question.calm_bins)
    usual = share(int(negative[calm].sum()), int(known[calm].sum()))
    now = share(int(negative[-_LEVEL:].sum()), int(known[-_LEVEL:].sum()))
    if usual is None or now is None:
        return None
    is_inside = now.low <= usual.value + _SHARE_BAND
    return Distance(now.value, usual.value, now.value - usual.value, is_inside)


def _engagement(question: Question, band: float) -> Distance | None:
    """Return the distance of the latest hours that are a day old; None without a usual one."""
    values = question.observed.engagement
    if not values[: question.calm_until].any():
        return None
    ratios, usual = _ratios(question, values)
    ripe = len(ratios) - 24
    if ripe <= question.calm_bins:
        return None
    level = float(_levels(ratios)[ripe - 1])
    expected = float(usual[ripe - _LEVEL : ripe].mean())
    return Distance(level * expected, expected, level - 1, abs(level - 1) <= band)


def _expected(question: Question, band: float, levels: Numbers) -> Interval | None:
    """Return in how many hours the level comes inside the band; None when too many never do.

    The edge of the band is blurred, since the level wanders around what a model expects.
    """
    latest = levels[question.calm_bins :]
    if not np.isfinite(latest).all() or latest[-1] - 1 > _FALLEN * (latest.max() - 1):
        return None
    padded = _padded(question)
    fitted = fit_counts(padded, padded.observed.mentions, is_compound=False)
    if fitted.storm is None or fitted.bins.before - fitted.storm.up < _FALLING_LEAST:
        return None
    weights = shares(fitted.models)
    span = slice(-fitted.bins.after, None)
    expected = np.array([model.fitted[span] for model in fitted.models]) / fitted.usual[span]
    times = np.concatenate([_back(expected, band * blur) for blur in _BLURS])
    together = np.concatenate([weights * weight for weight in _BLUR_WEIGHTS])
    if together[np.isfinite(times)].sum() < _BACK_LEAST:
        return None
    order = np.argsort(times)
    reached = np.searchsorted(np.cumsum(together[order]), _QUANTILES)
    low, middle, high = map(float, times[order][np.minimum(reached, len(times) - 1)])
    return Interval(low, middle, high) if np.isfinite(high) else None


def _back(expected: Numbers, band: float) -> Numbers:
    """Return the hours until each row is inside the band; infinite where it never is."""
    inside = expected - 1 <= band
    return np.where(inside.any(axis=1), np.argmax(inside, axis=1) + 1.0, np.inf)


def _padded(question: Question) -> Question:
    """Return the same question with room for the days ahead, of which nothing is known."""
    observed, ahead = question.observed, AHEAD // STEP
    nothing = np.zeros(ahead)
    wider = replace(
        observed,
        mentions=np.concatenate([observed.mentions[: question.at], nothing]),
        missing=np.concatenate([observed.missing[: question.at], nothing.astype(bool)]),
        controls=(),
    )
    return replace(question, observed=wider, end=question.at + ahead)
