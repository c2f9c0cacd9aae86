"""What is set when weights were learnt: lifts of the labels, trust in word lists, certainty."""

from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from monitoring.rules.reading.learning import Numbers
from monitoring.rules.reading.model import LABELS, lifted
from monitoring.rules.reading.opinions import Heard, evening
from monitoring.rules.reading.rows import Floats
from monitoring.rules.reading.written import KIND

# Sentences of one hand say nothing about how mentions are mixed or how good the word lists are.
WRITTEN_TRUST = 1.5
# In points of macro-F1; of two thousand texts it is known to about one (standard error).
NEXT_TO_NOTHING, LITTLE = 0.5, 1.0
# Mentions are worded otherwise than any collection, so that the word lists always count.
_TRUSTS, _LIFTS = np.linspace(0.5, 2, 7), np.linspace(-1.5, 1.5, 21)
_NEIGHBOURS = (3, 7, 7)


def tuned(heard: Heard, kinds: Sequence[str]) -> tuple[Floats, Floats]:
    """For each kind, how far to lift each of LABELS against the first, and to trust word lists.

    Takes the best macro-F1, each figure averaged with its neighbours, as single ones are noise.
    Mentions are neither worded nor mixed as a collection is: so it trusts the word lists as far,
    and lifts what is frequent in the collection as little, as costs no more than a little.
    """
    mixtures, asked = -evening(heard.lesson), heard.lesson
    lifts, trust = np.zeros_like(mixtures), np.zeros(len(mixtures), np.float32)
    for kind, mixture in enumerate(mixtures):
        if kinds[kind] == KIND:
            trust[kind] = WRITTEN_TRUST
            continue
        mine = asked.kinds == kind
        figures = _figures(heard.scores[mine], heard.moods[mine], asked.labels[mine])
        place = int(np.flatnonzero(figures.max(axis=(1, 2)) >= figures.max() - NEXT_TO_NOTHING)[-1])
        trust[kind] = _TRUSTS[place]
        lifts[kind, 1:] = _least_leaning(figures[place], mixture - mixture.mean())
    return lifts, trust


def _figures(scores: Floats, moods: Floats, labels: Numbers) -> Floats:
    """The macro-F1 of each trust, lift of the second and lift of the third label."""
    found = np.empty((len(_TRUSTS), len(_LIFTS), len(_LIFTS)), np.float32)
    for place, trust in enumerate(_TRUSTS):
        first, second, third = (scores + lifted(moods, trust)).T
        for row, lift in enumerate(_LIFTS):
            highest, label = np.maximum(first, second + lift), second + lift > first
            for column, other in enumerate(_LIFTS):
                judged = np.where(third + other > highest, 2, label)
                found[place, row, column] = macro_f1(labels, judged)
    padded = np.pad(found, [(width // 2, width // 2) for width in _NEIGHBOURS], mode="edge")
    smooth: Floats = sliding_window_view(padded, _NEIGHBOURS).mean(axis=(3, 4, 5))
    return smooth


def _least_leaning(figures: Floats, mixture: Floats) -> tuple[float, float]:
    """The lifts of the best figure, or of one hardly worse where it leans on the mixture."""
    second, third = np.meshgrid(_LIFTS, _LIFTS, indexing="ij")
    leaning = np.maximum(0, second * mixture[1] + third * mixture[2])
    best = int(figures.argmax())
    if leaning.flat[best] > 0:
        good = figures >= figures.max() - LITTLE
        good &= leaning <= leaning[good].min()
        best = int(np.where(good, second**2 + third**2, np.inf).argmin())
    return float(second.flat[best]), float(third.flat[best])


def fit_certainty(shares: Floats, labels: Numbers) -> Floats:
    """Fit how likely the likeliest label is right, by logistic regression over its margin.

    Platt 1999; Newton's steps, slightly drawn to zero.
    """
    logs = np.log(np.maximum(shares, 1e-9))
    ordered = np.sort(logs, axis=1)
    found = logs.argmax(axis=1)
    inputs = np.column_stack([ordered[:, -1] - ordered[:, -2], np.eye(len(LABELS))[found]])
    right = (found == labels).astype(np.float64)
    weights = np.zeros(inputs.shape[1])
    for _ in range(20):
        shown = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (shown - right) + 0.1 * weights
        curve = (inputs * (shown * (1 - shown))[:, None]).T @ inputs + 0.1 * np.eye(len(weights))
        weights -= np.linalg.solve(curve, slope)
    return weights.astype(np.float32)


def macro_f1(labels: Numbers, found: Numbers) -> float:
    """Mean F1 over the labels that occur, in percent."""
    scores = []
    for label in np.unique(labels):
        hit = np.sum((labels == label) & (found == label))
        scores.append(2 * hit / (np.sum(labels == label) + np.sum(found == label)))
    return float(100 * np.mean(scores))
