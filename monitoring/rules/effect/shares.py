"""What a publication did to the share of negative mentions."""

from dataclasses import dataclass, replace

import numpy as np

from monitoring.rules.arrays import Flags, Numbers
from monitoring.rules.effect.counterfactual import Design, draws, guesses
from monitoring.rules.effect.counts import Foretold, Question
from monitoring.rules.effect.noise import Noise, noises

_USUAL_SPREAD = 0.1
_USUAL_UNKNOWN = 0.5
_STORM_SPREAD = 0.5
_NOISES = 12
_FRESH_LEAST = 0.0001


@dataclass(frozen=True)
class ForetoldShare:
    """The share after the publication, and draws of what it would have been."""

    observed: float
    draws: Numbers
    known: int


@dataclass(frozen=True)
class _Shares:
    values: Numbers
    known: Numbers
    missing: Flags


def foretell_share(question: Question, volume: Foretold) -> ForetoldShare | None:
    """Return what the negative share would have been; None when nothing was known after.

    The share of a storm differs from the usual one, and goes back to it as the storm dies down:
    the share in a bin is the mean of both, weighed by how much of the talk is the storm's, which
    each model of the volume says anew. The variance of counting is that of a binomial, widened by
    the noise.
    """
    found = _shares(question)
    before, first = volume.bins.before, volume.first
    if found.known[before:].sum() <= 0:
        return None
    usual, spread = _usual(found, question.calm_bins)
    counted = usual * (1 - usual) / np.maximum(found.known, 1.0)
    wandering = _noises(question, found, usual, counted, volume.bins.width)
    bins = len(volume.usual)
    after = np.where(found.missing[before:], 0.0, found.known[before:])
    design = Design(
        values=found.values[first:before],
        seen=~found.missing[first:],
        hours=volume.bins.hours[first:],
        steady=np.ones((1, bins)),
        courses=volume.stormy,
        course_weights=volume.stormy_weights,
        prior_mean=np.array([usual, 0.0]),
        prior_variance=np.square([spread, _STORM_SPREAD]),
        level=np.ones(bins),
        shared=np.zeros((bins, bins)),
        counting=_counted_in(found, usual, first, before),
        weights=np.concatenate([np.zeros(before - first), after / after.sum()]),
        is_count=False,
        tails=np.inf,
    )
    share = float(after @ found.values[before:] / after.sum())
    drawn = draws(guesses(design, wandering), is_positive=False)
    return ForetoldShare(share, np.clip(drawn, 0.0, 1.0), int(after.sum()))


def _shares(question: Question) -> _Shares:
    known, negative = (
        question.bins(values) for values in (question.observed.known, question.observed.negative)
    )
    shares = negative.values / np.maximum(known.values, 1.0)
    return _Shares(shares, known.values, known.missing | (known.values <= 0))


def _usual(found: _Shares, calm: int) -> tuple[float, float]:
    """Return the usual share, and how far from it the next days may be."""
    known = np.where(found.missing, 0.0, found.known)
    span = slice(0, calm) if known[:calm].sum() > 0 else slice(0, len(known))
    usual = float(known[span] @ found.values[span] / known[span].sum())
    return min(max(usual, 0.02), 0.98), _USUAL_SPREAD if span.stop == calm else _USUAL_UNKNOWN


def _noises(
    question: Question, found: _Shares, usual: float, counted: Numbers, width: float
) -> list[Noise]:
    calm = slice(0, question.calm_bins)
    errors = np.where(found.missing[calm], 0.0, found.values[calm] - usual)
    missing = found.missing[calm]
    wandering = noises(errors, missing, width=width, most=_NOISES)
    counting = float(counted[calm][~missing].mean()) if (~missing).any() else 0.0
    return [replace(each, fresh=max(each.fresh - counting, _FRESH_LEAST)) for each in wandering]


def _counted_in(found: _Shares, usual: float, first: int, before: int) -> Numbers:
    """Return the variance of counting in bins from `first` on, at the share just before."""
    known = np.where(found.missing, 0.0, found.known)[first:before]
    latest = float(known @ found.values[first:before] / known.sum()) if known.sum() else usual
    share = min(max(latest, 0.02), 0.98)
    return share * (1 - share) / np.maximum(found.known[first:], 1.0)
