"""What a publication did to a series of counts: mentions, negative ones, engagement."""

from dataclasses import dataclass, replace

import numpy as np

from monitoring.rules.arrays import Flags, Numbers
from monitoring.rules.effect.counterfactual import Design, Guess, draws, guesses, shares
from monitoring.rules.effect.noise import Noise, noises, tails
from monitoring.rules.effect.observed import Bins, Observed, put_together
from monitoring.rules.effect.season import Season, features, fit_season
from monitoring.rules.effect.storm import SMOOTH, Storm, course_weights, courses, find_storm

STEPS_OF_HOUR = 12
STEPS_OF_DAY = 288
# A storm is looked for this long before the publication, unless it is known to be older.
_STORM_WITHIN = 3 * STEPS_OF_DAY
_HISTORY_LEAST = 3 * STEPS_OF_DAY
_LEAD = 48
_BINS_MOST = 200
_BINS_LEAST = 72
_NOISES = 16
_NOISES_AT_FIRST = 4
_LEVEL_LEAST = 0.1
_KEPT = 0.8
_LEVEL_SPREAD = 0.15
_LEVEL_UNKNOWN = 1.0
_FRESH_LEAST = 0.0004
# A control may move as much as the brand, or twice, or not at all.
_CONTROL_SPREAD = 1.0
_ROUNDS = 2
# Courses so much less likely than the best do not say how the talk divides.
_UNLIKELY = 0.002


@dataclass(frozen=True)
class Question:
    """Bins around a publication: `at` is its bucket, `end` the first bucket not measured.

    `calm_until` is the bucket up to which the brand's history counts as usual, `steps` the number
    of buckets in a bin.
    """

    observed: Observed
    at: int
    end: int
    calm_until: int
    steps: int

    def bins(self, values: Numbers) -> Bins:
        """Return the values put together around the publication."""
        return put_together(self.observed, values, at=self.at, end=self.end, steps=self.steps)

    def season(self, values: Numbers) -> Season:
        """Return the season of the values in the history."""
        return fit_season(
            put_together(
                self.observed, values, at=self.calm_until, end=self.calm_until, steps=STEPS_OF_HOUR
            )
        )

    @property
    def calm_bins(self) -> int:
        """Number of bins that the history has."""
        return max(0, self.at // self.steps - -(-(self.at - self.calm_until) // self.steps))


@dataclass(frozen=True)
class Foretold:
    """What would have come: draws of the total after the publication, and its course.

    Of each bin of `bins` from `first` on, `usual` is what the season says, `stormy` how much of the
    talk is the storm's: a row for each likely model, with the logarithms of their weights.
    """

    observed: float
    draws: Numbers
    bins: Bins
    storm: Storm | None
    first: int
    usual: Numbers
    stormy: Numbers
    stormy_weights: Numbers


@dataclass(frozen=True)
class _Baseline:
    usual: Numbers
    errors: Numbers
    season: Season
    controls: Numbers
    control_mean: Numbers
    control_variance: Numbers


def calm_until(*, at: int, storm_since: int | None) -> int:
    """Return the bucket up to which history counts as usual, given where the storm began if known.

    A day before the storm is left out, since storms begin before anybody calls them so.
    """
    since = min(at - _STORM_WITHIN, storm_since if storm_since is not None else at)
    calm = max(since - STEPS_OF_DAY, 0)
    return calm if calm >= _HISTORY_LEAST else max(0, at - STEPS_OF_DAY)


@dataclass(frozen=True)
class _Wandering:
    """Noises, the variance of counting as a multiple of the level, and how heavy the tails are."""

    noises: list[Noise]
    counting: float
    tails: float


@dataclass(frozen=True)
class Fitted:
    """Models of the bins from `first` on: what each expects, with and without the storm."""

    bins: Bins
    storm: Storm | None
    first: int
    usual: Numbers
    models: list[Guess]
    noises: int


def foretell_counts(question: Question, values: Numbers, *, is_compound: bool) -> Foretold:
    """Return what would have been counted without the publication.

    `is_compound` is for sums over mentions, as likes are, whose variance grows with their number.
    """
    fitted = fit_counts(question, values, is_compound=is_compound)
    bins = fitted.bins
    after = _seen(bins, fitted.storm)[bins.before :]
    return Foretold(
        observed=float(bins.values[bins.before :][after].sum()),
        draws=draws(fitted.models, is_positive=True),
        bins=bins,
        storm=fitted.storm,
        first=fitted.first,
        usual=fitted.usual,
        **_stormy(fitted.models, fitted.noises),
    )


def fit_counts(question: Question, values: Numbers, *, is_compound: bool) -> Fitted:
    """Return the models of a series of counts, fitted to the bins before the publication."""
    bins = question.bins(values)
    baseline = _baseline(question, values, bins)
    wandering = _wandering(question, bins, baseline, is_compound=is_compound)
    storm = _storm(question, bins, baseline, wandering)
    first = _first(bins, storm)
    level = baseline.usual[first:]
    models: list[Guess] = []
    for round_ in range(_ROUNDS):
        design = _design(bins, baseline, storm, first, level, wandering)
        models = guesses(design, wandering.noises[: _NOISES if round_ else _NOISES_AT_FIRST])
        fitted = np.array([model.fitted for model in models])
        level = np.maximum(shares(models) @ fitted, _LEVEL_LEAST * baseline.usual[first:])
    return Fitted(bins, storm, first, baseline.usual[first:], models, len(wandering.noises))


def _stormy(models: list[Guess], noises: int) -> dict[str, Numbers]:
    """Return how much of the talk is the storm's by each likely course, whatever the noise."""
    weights = shares(models).reshape(noises, -1)
    calm, fitted = (
        np.array([getattr(model, name) for model in models]).reshape(*weights.shape, -1)
        for name in ("calm", "fitted")
    )
    of_course = weights.sum(axis=0)
    likely = of_course > _UNLIKELY * of_course.max()
    within = (weights / np.maximum(of_course, 1e-300))[:, likely, None]
    stormy = 1 - (within * calm[:, likely] / np.maximum(fitted[:, likely], 1e-9)).sum(axis=0)
    return {
        "stormy": np.clip(stormy, 0.0, 1.0),
        "stormy_weights": np.log(of_course[likely]),
    }


def _baseline(question: Question, values: Numbers, bins: Bins) -> _Baseline:
    season = question.season(values)
    usual = season.expected(bins.clock, bins.width)
    errors = bins.values / usual - 1
    controls = [_error_of(question, control) for control in question.observed.controls]
    if not controls:
        return _Baseline(usual, errors, season, np.zeros((0, len(usual))), *[np.zeros(0)] * 2)
    stacked = np.array(controls)
    mean, variance = _follow(stacked[:, : question.calm_bins], errors[: question.calm_bins])
    return _Baseline(usual, errors, season, stacked, mean, variance)


def _error_of(question: Question, control: Numbers) -> Numbers:
    bins = question.bins(control)
    return bins.values / question.season(control).expected(bins.clock, bins.width) - 1


def _follow(controls: Numbers, errors: Numbers) -> tuple[Numbers, Numbers]:
    """Return how the brand's errors follow those of the controls: means and variances.

    Regression of quasi-differences, since both wander (Cochrane and Orcutt 1949).
    """
    if errors.size < 2:
        return np.zeros(len(controls)), np.full(len(controls), _CONTROL_SPREAD**2)
    regressors, answers = (_differenced(each) for each in (controls, errors))
    spread = float(answers.var()) + 1e-9
    precision = regressors @ regressors.T + np.eye(len(controls)) * spread / _CONTROL_SPREAD**2
    mean = np.linalg.solve(precision, regressors @ answers)
    left = float((answers - mean @ regressors).var())
    return mean, np.diag(np.linalg.inv(precision)) * max(left, 1e-9)


def _differenced(values: Numbers) -> Numbers:
    differences: Numbers = values[..., 1:] - _KEPT * values[..., :-1]
    return differences


def _wandering(
    question: Question, bins: Bins, baseline: _Baseline, *, is_compound: bool
) -> _Wandering:
    calm = slice(0, question.calm_bins)
    errors = baseline.errors[calm] - baseline.control_mean @ baseline.controls[:, calm]
    found = noises(errors, bins.missing[calm], width=bins.width, most=_NOISES)
    usual = np.maximum(baseline.usual[calm] if calm.stop else baseline.usual, 0.2)
    least = float(np.mean(1 / usual))
    counting = max(1.0, found[0].fresh / least) if is_compound else 1.0
    return _Wandering(
        [replace(each, fresh=max(each.fresh - counting * least, _FRESH_LEAST)) for each in found],
        counting,
        tails(errors, bins.missing[calm]),
    )


def _storm(
    question: Question, bins: Bins, baseline: _Baseline, wandering: _Wandering
) -> Storm | None:
    before = slice(0, bins.before)
    common = 1 + baseline.control_mean @ baseline.controls[:, before]
    ratios = (1 + baseline.errors[before]) / np.maximum(common, 0.1)
    noise = wandering.noises[0]
    fresh = noise.fresh + wandering.counting / float(baseline.usual.mean())
    spread = float(np.sqrt(noise.lingering + noise.slow + fresh / SMOOTH))
    known = np.where(bins.missing[before], np.nan, ratios)
    return find_storm(known, since=question.calm_bins, spread=spread)


def _first(bins: Bins, storm: Storm | None) -> int:
    """Return the first bin that the regression looks at."""
    if storm is None:
        return max(0, bins.before - min(_BINS_MOST, max(_BINS_LEAST, 3 * bins.after)))
    return max(0, storm.rise - _LEAD, bins.before - _BINS_MOST)


def _seen(bins: Bins, storm: Storm | None) -> Flags:
    """Return which bins count: the rise of a storm says nothing of how it falls."""
    seen = ~bins.missing
    if storm is not None:
        seen[max(storm.rise - 1, 0) : storm.up] = False
    return seen


def _design(
    bins: Bins,
    baseline: _Baseline,
    storm: Storm | None,
    first: int,
    level: Numbers,
    wandering: _Wandering,
) -> Design:
    usual, marks = baseline.usual[first:], features(bins.clock[first:])
    level_variance = (_LEVEL_SPREAD if baseline.season.is_known else _LEVEL_UNKNOWN) ** 2
    falling, weights = _falling(bins, storm, first)
    excess = storm.excess if storm else 1.0
    return Design(
        values=bins.values[first : bins.before],
        seen=_seen(bins, storm)[first:],
        hours=bins.hours[first:],
        steady=np.vstack([usual, usual * baseline.controls[:, first:]]),
        courses=falling * usual,
        course_weights=weights,
        prior_mean=np.concatenate([[1.0], baseline.control_mean, [0.0]]),
        prior_variance=np.concatenate(
            [[level_variance], baseline.control_variance, [(2 * excess) ** 2]]
        ),
        level=level,
        shared=marks @ baseline.season.covariance @ marks.T,
        counting=wandering.counting * level,
        weights=np.concatenate([np.zeros(bins.before - first), np.ones(bins.after)]),
        is_count=True,
        tails=wandering.tails,
    )


def _falling(bins: Bins, storm: Storm | None, first: int) -> tuple[Numbers, Numbers]:
    """Return the courses of the storm in the bins from `first` on, and their prior weights."""
    hours = bins.hours[first:]
    if storm is None:
        return np.zeros((0, len(hours))), np.zeros(0)
    rows = []
    for turn in storm.turns():
        row = courses(hours - bins.hours[turn] + bins.width / 2)
        row[:, max(storm.up - first, 0) : max(turn - first, 0)] = 1
        rows.append(row)
    return np.vstack(rows), np.tile(course_weights(), len(rows))
