"""How much counts wander around what is expected, and for how long.

The relative error of a bucket is taken as three parts: one that is new in each bucket (counting,
over-dispersion), one that lingers for minutes or hours (autoregressive), one that lingers for
days. A grid of their shares and durations is weighed by Whittle's likelihood of the history.

P. Whittle (1953), Estimation and information in stationary time series, Arkiv för Matematik 2.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

from monitoring.rules.arrays import Flags, Numbers

SLOW_HOURS = 72.0
_LINGERS = (0.25, 0.5, 1.0, 1.5, 2.2, 3.3, 5.0, 7.5, 11.0, 16.0, 32.0)
_FRESH = (0.02, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.97, 1.0)
_SLOW = (0.0, 0.15, 0.4)
_HISTORY_LEAST = 48
_HISTORY_MOST = 2016
_VARIANCE_UNKNOWN = 0.09
_VARIANCE_LEAST = 1e-8
_CLIP = 6.0
# Differences of logarithms beyond which a noise counts for nothing.
_UNLIKELY = 8.0


@dataclass(frozen=True)
class Noise:
    """Variances of the relative error: fresh, lingering with its hours, slow; and a weight."""

    fresh: float
    lingering: float
    hours: float
    slow: float
    log_weight: float

    def covariance(self, one: Numbers, other: Numbers) -> Numbers:
        """Return the covariance that lingers between two sets of times in hours."""
        apart = np.abs(one[:, None] - other[None, :])
        kept: Numbers = self.lingering * np.exp(-apart / self.hours)
        slowly: Numbers = self.slow * np.exp(-apart / SLOW_HOURS)
        return kept + slowly


def noises(residuals: Numbers, missing: Flags, *, width: float, most: int) -> list[Noise]:
    """Return the `most` likeliest noises of a history of relative errors in bins of `width` hours.

    Without history enough all of the grid is as likely.
    """
    shares = [
        (fresh, (1 - fresh) * (1 - slow), hours, (1 - fresh) * slow)
        for fresh, hours, slow in product(_FRESH, _LINGERS, _SLOW)
        if hours >= width / 2 and (fresh < 1 or (hours == _LINGERS[-1] and slow == 0))
    ]
    grid = np.array(shares)
    variances, weights = _weigh(grid, residuals[-_HISTORY_MOST:], missing[-_HISTORY_MOST:], width)
    best = np.argsort(weights)[::-1][:most]
    top = weights[best[0]]
    likely = [index for index in best if weights[index] > top - _UNLIKELY]
    return [_noise(grid[index], variances[index], weights[index] - top) for index in likely]


def _noise(shares: Numbers, variance: float, log_weight: float) -> Noise:
    fresh, lingering, hours, slow = map(float, shares)
    return Noise(fresh * variance, lingering * variance, hours, slow * variance, float(log_weight))


def tails(errors: Numbers, missing: Flags) -> float:
    """Return the degrees of freedom of Student's t whose tails are as heavy as those of the errors.

    From the kurtosis of square roots of three bins together, which makes counts nearly normal:
    4 + 6 / excess. Brands with bursts of their own have heavy ones.
    """
    whole = len(errors) // 3 * 3
    triples = (1 + errors[:whole]).reshape(-1, 3).mean(axis=1)
    roots = np.sqrt(np.maximum(triples, 0.0))[~missing[:whole].reshape(-1, 3).any(axis=1)]
    centred = roots - roots.mean() if roots.size else roots
    variance = float(np.mean(centred**2)) if roots.size else 0.0
    if roots.size < _HISTORY_LEAST or variance == 0:
        return np.inf
    excess = float(np.mean(centred**4)) / variance**2 - 3
    return 4 + 6 / excess if excess > 0 else np.inf


def _weigh(
    grid: Numbers, residuals: Numbers, missing: Flags, width: float
) -> tuple[Numbers, Numbers]:
    seen = int((~missing).sum())
    if seen < _HISTORY_LEAST:
        return np.full(len(grid), _VARIANCE_UNKNOWN), np.zeros(len(grid))
    spread = max(1e-9, 1.4826 * float(np.median(np.abs(residuals[~missing]))))
    limit = _CLIP * max(spread, 0.3 * float(residuals[~missing].std()))
    clipped = np.where(missing, 0.0, np.clip(residuals, -limit, limit))
    power = np.abs(np.fft.rfft(clipped)[1:]) ** 2 / seen
    angles = 2 * np.pi * np.arange(1, len(power) + 1) / len(residuals)
    shapes = _spectra(grid, angles, width)
    variances = np.maximum((power / shapes).mean(axis=1), _VARIANCE_LEAST)
    weights = -(np.log(shapes).sum(axis=1) + len(power) * np.log(variances))
    return variances, weights


def _spectra(grid: Numbers, angles: Numbers, width: float) -> Numbers:
    fresh, lingering, hours, slow = grid.T
    slowly = np.full(len(grid), np.exp(-width / SLOW_HOURS))
    spectra: Numbers = (
        fresh[:, None]
        + lingering[:, None] * _autoregressive(np.exp(-width / hours), angles)
        + slow[:, None] * _autoregressive(slowly, angles)
    )
    return spectra


def _autoregressive(kept: Numbers, angles: Numbers) -> Numbers:
    """Return spectra of autoregressions of order one with variance 1."""
    factor = kept[:, None]
    spectra: Numbers = (1 - factor**2) / (1 - 2 * factor * np.cos(angles)[None, :] + factor**2)
    return spectra
