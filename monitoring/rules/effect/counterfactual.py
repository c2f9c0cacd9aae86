"""What would have come without the publication: a distribution of its total.

Bayesian regression of the bins before it, with errors as in noise.py, averaged over noises and
courses of the storm by their marginal likelihood; the forecast is conditioned on the errors just
before. In the spirit of K. H. Brodersen et al. (2015), Inferring causal impact using Bayesian
structural time-series models, Annals of Applied Statistics 9(1).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from monitoring.rules.arrays import Flags, Numbers
from monitoring.rules.effect.noise import Noise

DRAWS = 4000
# How firmly the noise of the history holds in the storm: degrees of freedom of its scale.
_FIRMNESS = 10.0
_SEED = 20150301


@dataclass(frozen=True)
class Design:
    """A regression over bins: those before the publication come first.

    `values` are of the bins before; `seen` says which of all bins count. `steady` has a regressor
    of every model in each row, `courses` those of which a model has one or none, with logarithms of
    their prior weights; `prior_mean` and `prior_variance` are of the coefficients of `steady` and,
    last, of a course. Errors are relative to `level`: beside the noise there are those of the
    covariance `shared`, and counting, of variance `counting`. `weights` make the total; its tails
    are those of Student's t with `tails` degrees of freedom at most.
    """

    values: Numbers
    seen: Flags
    hours: Numbers
    steady: Numbers
    courses: Numbers
    course_weights: Numbers
    prior_mean: Numbers
    prior_variance: Numbers
    level: Numbers
    shared: Numbers
    counting: Numbers
    weights: Numbers
    is_count: bool
    tails: float

    @property
    def before(self) -> int:
        """Number of bins before the publication."""
        return len(self.values)


@dataclass(frozen=True)
class Guess:
    """One model's total: mean, variance, degrees of freedom and logarithm of its likelihood.

    `fitted` is what it expects of each bin, `calm` the same without the course of a storm.
    """

    mean: float
    variance: float
    freedom: float
    log_weight: float
    fitted: Numbers
    calm: Numbers


def guesses(design: Design, noises: Sequence[Noise]) -> list[Guess]:
    """Return the total that each noise with each course of the storm foretells."""
    return [guess for noise in noises for guess in _of_noise(design, noise)]


def _of_noise(design: Design, noise: Noise) -> list[Guess]:
    """Return a model for the steady part alone and one for each course beside it."""
    past = np.flatnonzero(design.seen[: design.before])
    later = design.before + np.flatnonzero(design.seen[design.before :])
    level, weights = design.level, design.weights[later]
    relative = noise.covariance(design.hours, design.hours) + design.shared
    covariance = relative * np.outer(level, level)
    fresh = noise.fresh * level**2 + design.counting
    within = covariance[np.ix_(past, past)] + np.diag(fresh[past])
    inverse = np.linalg.inv(within)
    determinant = float(np.linalg.slogdet(within)[1])

    known = _stacked(design)
    mean, variance = design.prior_mean, design.prior_variance
    residuals = design.values[past] - mean[:-1] @ design.steady[:, past]
    solved = known[:, :, past] @ inverse
    precision = solved @ known[:, :, past].transpose(0, 2, 1) + np.diag(1 / variance)
    posterior = np.linalg.inv(precision)
    shift = np.einsum("mij,mj->mi", posterior, solved @ residuals)
    misfit = residuals @ inverse @ residuals - np.einsum("mi,mi->m", solved @ residuals, shift)
    freedom = _FIRMNESS + len(past)
    likelihood = np.concatenate([[0.0], design.course_weights]) - 0.5 * (
        determinant
        + np.log(variance).sum()
        - np.linalg.slogdet(posterior)[1]
        + freedom * np.log(_FIRMNESS + misfit)
    )

    fitted = np.einsum("mi,mit->mt", mean + shift, known)
    # The errors scale with what the model expects, not with the level it was weighed by.
    scale = np.maximum(fitted[:, later], 0.05 * level[later]) / level[later]
    scale = scale if design.is_count else np.ones_like(scale)
    ahead = weights * scale
    between = covariance[np.ix_(later, past)]
    cross = ahead @ between @ inverse
    unexplained = residuals - np.einsum("mi,mit->mt", shift, known[:, :, past])
    totals = fitted[:, later] @ weights + np.einsum("mt,mt->m", cross, unexplained)
    left = known[:, :, later] @ weights - np.einsum("mit,mt->mi", known[:, :, past], cross)
    variances = (
        np.einsum("mi,mij,mj->m", left, posterior, left)
        + (ahead @ covariance[np.ix_(later, later)] * ahead).sum(axis=1)
        - (ahead @ between * cross).sum(axis=1)
        + ahead**2 @ (noise.fresh * level[later] ** 2)
        + scale @ (weights**2 * design.counting[later])
    )
    calm = (mean + shift)[:, :-1] @ design.steady
    variances = variances * (_FIRMNESS + misfit) / freedom
    return [
        Guess(
            mean=float(totals[model]),
            variance=float(variances[model]),
            freedom=min(freedom, design.tails),
            log_weight=float(likelihood[model]) + noise.log_weight,
            fitted=fitted[model],
            calm=calm[model],
        )
        for model in range(len(known))
    ]


def _stacked(design: Design) -> Numbers:
    """Return the regressors of each model: the first has no course, which is a row of zeros."""
    courses = np.vstack([np.zeros((1, design.steady.shape[1])), design.courses])
    steady = np.broadcast_to(design.steady, (len(courses), *design.steady.shape))
    return np.concatenate([steady, courses[:, None, :]], axis=1)


def draws(found: Sequence[Guess], *, is_positive: bool) -> Numbers:
    """Return draws of the total from all models together; the same models give the same draws.

    Totals that cannot be negative are drawn from the lognormal of the same mean and variance.
    """
    random = np.random.Generator(np.random.PCG64(_SEED))
    weights = shares(found)
    chosen = random.choice(len(found), size=DRAWS, p=weights)
    means = np.array([guess.mean for guess in found])[chosen]
    freedoms = np.array([guess.freedom for guess in found])[chosen]
    scale = freedoms / random.chisquare(freedoms)
    variances = np.array([guess.variance for guess in found])[chosen] * scale
    normal = random.standard_normal(DRAWS)
    if not is_positive:
        return means + np.sqrt(variances) * normal
    means = np.maximum(means, 0.5)
    logged = np.log1p(variances / means**2)
    drawn: Numbers = np.exp(np.log(means) - logged / 2 + np.sqrt(logged) * normal)
    return drawn


def shares(found: Sequence[Guess]) -> Numbers:
    """Return how much each model counts; together 1."""
    logs = np.array([guess.log_weight for guess in found])
    weights = np.exp(logs - logs.max())
    together: Numbers = weights / weights.sum()
    return together
