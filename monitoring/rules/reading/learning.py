"""Learning a table of weights from labelled texts: multinomial logistic regression by AdaGrad.

Duchi, Hazan and Singer 2011; features are left out at random while learning (Wang and Manning
2013), so that none is trusted alone. The same data and seed give the same weights.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from monitoring.rules.reading.rows import Floats, Rows, products

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Course:
    """How long and how fast is learnt."""

    passes: int = 4
    averaged: int = 3  # passes whose results are averaged, the last ones
    rate: float = 0.1
    left_out: float = 0.3  # the share of features unseen at each look
    batch: int = 256
    decay: float = 1e-5
    seed: int = 1


@dataclass(frozen=True)
class Lesson:
    """Labelled texts; each belongs to a kind, whose mixture of labels is learnt apart."""

    rows: Rows
    labels: Numbers
    kinds: Numbers
    weights: Floats  # how much each text counts

    def take(self, numbers: Numbers) -> "Lesson":
        return Lesson(
            self.rows.take(numbers),
            self.labels[numbers],
            self.kinds[numbers],
            self.weights[numbers],
        )


@dataclass(frozen=True)
class Learnt:
    """A row of weights for each column, and for each kind what its labels weigh from the start."""

    table: Floats
    biases: Floats


def learn(lesson: Lesson, columns: int, labels: int, course: Course) -> Learnt:
    """Learn weights of `columns` columns for `labels` labels."""
    chance = np.random.default_rng(course.seed)
    kinds = int(lesson.kinds.max(initial=0)) + 1
    learner = _Learner(columns, labels, kinds, course)
    kept = []
    for number in range(course.passes):
        order = chance.permutation(len(lesson.labels))
        for start in range(0, len(order), course.batch):
            learner.look(lesson.take(order[start : start + course.batch]), chance)
        if number >= course.passes - course.averaged:
            kept.append((learner.table.copy(), learner.biases.copy()))
    return Learnt(np.mean([k[0] for k in kept], axis=0), np.mean([k[1] for k in kept], axis=0))


class _Learner:
    """The weights on their way, and what AdaGrad remembers of their gradients."""

    def __init__(self, columns: int, labels: int, kinds: int, course: Course) -> None:
        self.course = course
        self.labels = labels
        self.table = np.zeros((columns, labels), np.float32)
        self.squares = np.full((columns, labels), 1e-4, np.float32)
        self.biases = np.zeros((kinds, labels), np.float32)
        self.bias_squares = np.full((kinds, labels), 1e-2, np.float32)

    def look(self, lesson: Lesson, chance: np.random.Generator) -> None:
        """Take one step along the gradient of a batch."""
        rows = self._thinned(lesson.rows, chance)
        scores = products(rows, self.table) + self.biases[lesson.kinds]
        errors = softmax(scores)
        errors[np.arange(len(lesson.labels)), lesson.labels] -= 1
        errors *= lesson.weights[:, None]
        self._correct_biases(errors, lesson.kinds)
        self._correct_table(errors, rows)

    def _thinned(self, rows: Rows, chance: np.random.Generator) -> Rows:
        if not self.course.left_out:
            return rows
        kept = chance.random(len(rows.columns), np.float32) >= self.course.left_out
        scale = np.float32(1 / (1 - self.course.left_out))
        return Rows(rows.starts, rows.columns, rows.values * kept * scale)

    def _correct_biases(self, errors: Floats, kinds: Numbers) -> None:
        gradient = np.zeros_like(self.biases)
        np.add.at(gradient, kinds, errors)
        self.bias_squares += gradient**2
        self.biases -= self.course.rate * gradient / np.sqrt(self.bias_squares)

    def _correct_table(self, errors: Floats, rows: Rows) -> None:
        owners = np.repeat(np.arange(len(rows)), np.diff(rows.starts))
        columns, places = np.unique(rows.columns, return_inverse=True)
        gradient = np.empty((len(columns), self.labels), np.float32)
        for label in range(self.labels):
            terms = errors[owners, label] * rows.values
            gradient[:, label] = np.bincount(places, terms, len(columns))
        gradient += self.course.decay * self.table[columns]
        self.squares[columns] += gradient**2
        self.table[columns] -= self.course.rate * gradient / np.sqrt(self.squares[columns])


def softmax(scores: Floats) -> Floats:
    """Probabilities of the labels in each row."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True, initial=-np.inf))
    shares: Floats = raised / raised.sum(axis=1, keepdims=True)
    return shares
