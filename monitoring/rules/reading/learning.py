"""Learning tables of weights from labelled texts, by L-BFGS (Liu and Nocedal 1989).

Kinds of text and emotions are told apart by multinomial logistic regression, opinions by a squared
hinge for each label against the others (Chang, Hsieh, Lin 2008). The same data give the same
weights.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from monitoring.rules.reading.rows import Floats, Rows

Numbers = npt.NDArray[np.int64]
Target = Callable[[Floats], tuple[float, Floats]]
# What the scores of texts cost, one number a text, and its slope; from scores and right labels.
Cost = Callable[[Floats, Numbers], tuple[Floats, Floats]]

# Scores so far from zero are sure enough: as probabilities, 0.98 against 0.02.
MARGIN = 2.0
_REMEMBERED = 6  # steps whose curvature is remembered
_ENOUGH, _HALVINGS = 1e-4, 20  # a step that gains less than this share of its slope is halved
_STANDSTILL = 1e-5  # ends when a step gains less than this share of the loss


@dataclass(frozen=True)
class Course:
    """How freely and how long is learnt."""

    freedom: float = 4.0  # the variance that weights are expected to have (likelihood)
    hinge_freedom: float = 0.8  # the same where a squared hinge is made small
    steps: int = 50
    seen: int = 2  # features that occur less often are not learnt


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


def learn(
    lesson: Lesson, columns: int, labels: int, course: Course, known: Learnt | None = None
) -> Learnt:
    """Learn weights of `columns` columns for `labels` labels, by multinomial logistic regression.

    What is `known` from some of the texts is where the way begins: it makes it shorter.
    """
    grid = _Grid(lesson.rows)
    return _learn(_Task(lesson, labels, grid, course.freedom, unlikelihood), columns, course, known)


def learn_apart(
    lesson: Lesson, columns: int, labels: int, course: Course, known: Learnt | None = None
) -> Learnt:
    """Learn weights as `learn` does, each label against the others, by a squared hinge."""
    grid = _Grid(lesson.rows)
    return _learn(_Task(lesson, labels, grid, course.hinge_freedom, hinge), columns, course, known)


def _learn(task: "_Task", columns: int, course: Course, known: Learnt | None) -> Learnt:
    grid = task.grid
    start = np.zeros(task.size, np.float32)
    if known:
        start = np.concatenate([known.table[grid.columns].ravel(), known.biases.ravel()])
    table, biases = task.parted(minimised(task.loss, start, course.steps))
    return Learnt(grid.spread(table, columns), biases.copy())


class _Grid:
    """The features of texts as a sparse matrix, by rows and by columns."""

    def __init__(self, mine: Rows) -> None:
        owners = np.repeat(np.arange(len(mine)), np.diff(mine.starts))
        counting = mine.values > 0
        self.columns, places = np.unique(mine.columns[counting], return_inverse=True)
        self.places, self.values = places.ravel(), mine.values[counting]
        owners = owners[counting]
        self.row_starts = np.searchsorted(owners, np.arange(len(mine)))
        self.filled = np.bincount(owners, minlength=len(mine)) > 0
        order = np.argsort(self.places, kind="stable")
        self.owners, self.column_values = owners[order], self.values[order]
        self.column_starts = np.searchsorted(self.places[order], np.arange(len(self.columns)))

    def scores(self, table: Floats) -> Floats:
        """What the texts score with a table of these columns."""
        return _sums(table, self.places, self.values, self.row_starts, self.filled)

    def gathered(self, errors: Floats) -> Floats:
        """What the columns get of errors of the texts."""
        everywhere = np.ones(len(self.columns), np.bool_)
        return _sums(errors, self.owners, self.column_values, self.column_starts, everywhere)

    def spread(self, table: Floats, columns: int) -> Floats:
        """A table of all columns, as texts are looked up in."""
        whole = np.zeros((columns, table.shape[1]), np.float32)
        whole[self.columns] = table
        return whole


def _sums(
    table: Floats, places: Numbers, values: Floats, starts: Numbers, filled: npt.NDArray[np.bool_]
) -> Floats:
    """Sums of the table's rows at some places, times values, from each start to the next."""
    sums = np.zeros((len(starts), table.shape[1]), np.float32)
    if len(places):
        for column in range(table.shape[1]):
            terms = table[:, column][places] * values
            sums[filled, column] = np.add.reduceat(terms, starts[filled])
    return sums


class _Task:
    """The loss of one lesson as a function of one long row of numbers, and its slope."""

    def __init__(
        self, lesson: Lesson, labels: int, grid: _Grid, freedom: float, cost: Cost
    ) -> None:
        self.lesson, self.grid, self.freedom, self.cost = lesson, grid, np.float32(freedom), cost
        self.shape = (int(lesson.kinds.max(initial=0)) + 1, labels)
        self.weights = labels * len(grid.columns)
        self.size = self.weights + self.shape[0] * labels

    def parted(self, row: Floats) -> tuple[Floats, Floats]:
        """The row as a table of weights, and the biases."""
        table = row[: self.weights].reshape(-1, self.shape[1])
        return table, row[self.weights :].reshape(self.shape)

    def loss(self, row: Floats) -> tuple[float, Floats]:
        """What is to be as small as can be, and its slope."""
        lesson = self.lesson
        table, biases = self.parted(row)
        costs, slopes = self.cost(self.grid.scores(table) + biases[lesson.kinds], lesson.labels)
        weights = row[: self.weights]
        loss = 0.5 * np.dot(weights, weights) / self.freedom
        loss += (lesson.weights * costs).sum(dtype=np.float64)
        slopes *= lesson.weights[:, None]
        of_biases = np.zeros_like(biases)
        np.add.at(of_biases, lesson.kinds, slopes)
        of_table = self.grid.gathered(slopes) + table / self.freedom
        return float(loss), np.concatenate([of_table.ravel(), of_biases.ravel()])


def unlikelihood(scores: Floats, labels: Numbers) -> tuple[Floats, Floats]:
    """The negative logarithm of the right label's probability, and its slope."""
    everyone, shares = np.arange(len(labels)), softmax(scores)
    costs: Floats = -np.log(np.maximum(shares[everyone, labels], 1e-9))
    shares[everyone, labels] -= 1
    return costs, shares


def hinge(scores: Floats, labels: Numbers) -> tuple[Floats, Floats]:
    """How far labels are from their side of zero, squared, and its slope.

    A right label should score `MARGIN` at least, a wrong one as much below zero.
    """
    sides = np.full_like(scores, -1)
    sides[np.arange(len(labels)), labels] = 1
    short = np.maximum(0, 1 - sides * scores / MARGIN)
    slopes: Floats = -2 / MARGIN * sides * short
    return (short * short).sum(axis=1), slopes


def minimised(target: Target, row: Floats, steps: int) -> Floats:
    """Walk downhill from `row`, at most so many steps."""
    loss, slope = target(row)
    walked: list[tuple[Floats, Floats]] = []
    for _ in range(steps):
        way = _downhill(slope, walked)
        fall = float(np.dot(way, slope))
        stride = np.float32(1 if walked else min(1, 1 / np.abs(slope).sum()))
        for _halving in range(_HALVINGS):
            ahead = row + stride * way
            next_loss, next_slope = target(ahead)
            if next_loss <= loss + _ENOUGH * float(stride) * fall:
                break
            stride /= 2
        else:
            break
        if float(np.dot(ahead - row, next_slope - slope)) > 0:
            walked = [*walked[-_REMEMBERED + 1 :], (ahead - row, next_slope - slope)]
        gained = loss - next_loss
        row, loss, slope = ahead, next_loss, next_slope
        if gained < _STANDSTILL * loss:
            break
    return row


def _downhill(slope: Floats, walked: list[tuple[Floats, Floats]]) -> Floats:
    """The way down as remembered curvature bends it (the two loops of L-BFGS)."""
    way, shares = -slope, []
    for step, turn in reversed(walked):
        share = np.dot(step, way) / np.dot(step, turn)
        shares.append(share)
        way = way - share * turn
    if walked:
        step, turn = walked[-1]
        way *= np.dot(step, turn) / np.dot(turn, turn)
    for (step, turn), share in zip(walked, reversed(shares), strict=True):
        way = way + (share - np.dot(turn, way) / np.dot(step, turn)) * step
    return way


def softmax(scores: Floats) -> Floats:
    """Probabilities of the labels in each row."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True, initial=-np.inf))
    shares: Floats = raised / raised.sum(axis=1, keepdims=True)
    return shares
