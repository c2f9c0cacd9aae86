"""How the talk of a brand goes through the day and the week, and how sure that is.

A Poisson regression on days of the week and harmonics of the day, with a Gaussian prior on their
coefficients that weighs more the noisier and the more autocorrelated the history is; without
history the prior is all there is. Seasons in interrupted series: Bernal, Cummins and Gasparrini
(2017), International Journal of Epidemiology 46(1).
"""

from dataclasses import dataclass

import numpy as np

from monitoring.rules.arrays import Numbers
from monitoring.rules.effect.observed import Bins

_DAYS = 7
_HARMONICS = np.array([1, 2, 3, 4])
# Standard deviations of the logarithm that each day and each harmonic is expected to bring.
_SPREAD_OF_DAYS = 0.2
_SPREADS_OF_HARMONICS = (0.35, 0.2, 0.1, 0.06)
_ROUNDS = 12
_KNOWN_FROM = 48
# Beyond so many standard deviations a bucket no longer pulls: a storm is not the season.
_TOLERANCE = 2.5


@dataclass(frozen=True)
class Season:
    """Logarithm of the level per hour, coefficients of the features, and their covariance.

    It is known when there were two days or more to learn it from.
    """

    level: float
    coefficients: Numbers
    covariance: Numbers
    is_known: bool

    def expected(self, clock: Numbers, width: float) -> Numbers:
        """Return what is expected in bins of `width` hours at these hours of the week."""
        expected: Numbers = width * np.exp(self.level + features(clock) @ self.coefficients)
        return expected


def features(clock: Numbers) -> Numbers:
    """Return the day of the week, and the harmonics of the day: a row for each hour of the week."""
    days = np.floor(clock / 24)[:, None] % _DAYS == np.arange(_DAYS)[None, :]
    angles = 2 * np.pi * np.outer(clock, _HARMONICS) / 24
    return np.hstack([days.astype(float), np.cos(angles), np.sin(angles)])


def prior_variances() -> Numbers:
    """Return the variance of each coefficient before anything is known."""
    spreads = (_SPREAD_OF_DAYS,) * _DAYS + _SPREADS_OF_HARMONICS * 2
    variances: Numbers = np.square(np.array(spreads))
    return variances


def fit_season(bins: Bins) -> Season:
    """Fit the season of bins in which no storm is known; what sticks out is held back."""
    seen = ~bins.missing
    counts, width = bins.values[seen], bins.width
    marks = features(bins.clock[seen])
    coefficients = np.zeros(marks.shape[1])
    level = float(np.log(max(counts.mean() / width, 1e-3))) if counts.size else 0.0
    precision = np.diag(1 / prior_variances())
    if counts.size < 2:
        return Season(level, coefficients, np.linalg.inv(precision), is_known=False)
    information = precision
    for _ in range(_ROUNDS):
        expected = width * np.exp(level + marks @ coefficients)
        residuals = (counts - expected) / np.sqrt(expected)
        spread = max(1.0, 1.4826 * float(np.median(np.abs(residuals))))
        held = np.clip(residuals, -_TOLERANCE * spread, _TOLERANCE * spread)
        dispersion = _inflation(held)
        weighted = marks * expected[:, None]
        information = marks.T @ weighted / dispersion + precision
        slope = marks.T @ (np.sqrt(expected) * held) / dispersion - precision @ coefficients
        coefficients = coefficients + np.clip(np.linalg.solve(information, slope), -0.5, 0.5)
        expected = width * np.exp(level + marks @ coefficients)
        level += float(np.log(max(counts.sum(), 0.5) / expected.sum()))
    return Season(level, coefficients, np.linalg.inv(information), len(counts) >= _KNOWN_FROM)


def _inflation(residuals: Numbers) -> float:
    """Return by how much dispersion and autocorrelation widen what Poisson counts would say."""
    centred = residuals - residuals.mean()
    variance = float(centred @ centred) / len(centred)
    if len(centred) < 3 or variance == 0:
        return 1.0
    persistence = float(centred[1:] @ centred[:-1]) / (variance * len(centred))
    persistence = min(max(persistence, 0.0), 0.97)
    return max(1.0, variance * (1 + persistence) / (1 - persistence))
