"""What weights learnt of the labels of texts, all kinds of text together and each apart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from monitoring.rules.reading.learning import (
    Course,
    Learnt,
    Lesson,
    Numbers,
    learn,
    learn_apart,
    softmax,
)
from monitoring.rules.reading.model import LABELS, OWN_PART, blended
from monitoring.rules.reading.rows import Floats, joined, products


@dataclass(frozen=True)
class Heard:
    """What texts score for LABELS that were not learnt, and of which kind they seem to be."""

    lesson: Lesson
    moods: Floats
    scores: Floats
    share: Floats


@dataclass(frozen=True)
class Opinion:
    """Weights for LABELS, those that tell kinds of text apart, and those of the kinds `owned`."""

    common: Learnt
    kinds: Learnt
    owned: Numbers
    own: tuple[Learnt, ...]

    @property
    def table(self) -> Floats:
        """All columns beside each other, as a `Reader` keeps them."""
        return np.hstack([self.common.table, self.kinds.table, *(one.table for one in self.own)])

    @property
    def leanings(self) -> Floats:
        """What the labels weigh from the start in each kind."""
        found = np.repeat(self.common.biases, self.kinds.biases.shape[1], axis=0)
        for kind, learnt in zip(self.owned, self.own, strict=True):
            found[kind] += OWN_PART * (learnt.biases[0] - found[kind])
        return found

    def hear(self, lesson: Lesson, moods: Floats) -> Heard:
        """Judge texts without word lists."""
        share = softmax(products(lesson.rows, self.kinds.table) + self.kinds.biases[0])
        common = products(lesson.rows, self.common.table)
        own = [products(lesson.rows, learnt.table) for learnt in self.own]
        apart = np.hstack(own) if own else np.zeros((len(common), 0), np.float32)
        scores = blended(common, apart, share[:, self.owned]) + share @ self.leanings
        return Heard(lesson, moods, scores, share)


def learn_opinion(
    lesson: Lesson,
    owned: Numbers,
    columns: int,
    kinds: int,
    course: Course,
    known: Opinion | None = None,
) -> Opinion:
    """Learn from labelled texts of so many kinds.

    Together every label counts alike over all kinds, so that one that is rare in a kind is learnt
    from the others; apart every label of a kind does. What is `known` from some of the texts makes
    the way shorter.
    """
    as_one = replace(lesson, kinds=np.zeros_like(lesson.kinds))
    own = known.own if known else (None,) * len(owned)
    return Opinion(
        _learn_labels(as_one, columns, course, known.common if known else None),
        _learn_kinds(lesson, kinds, columns, course, known.kinds if known else None),
        owned,
        tuple(
            _learn_labels(as_one.take(np.flatnonzero(lesson.kinds == kind)), columns, course, begun)
            for kind, begun in zip(owned, own, strict=True)
        ),
    )


def joined_hearings(parts: Sequence[Heard]) -> Heard:
    """One of several, one below the other."""
    lessons = [part.lesson for part in parts]
    return Heard(
        Lesson(
            joined([lesson.rows for lesson in lessons]),
            np.concatenate([lesson.labels for lesson in lessons]),
            np.concatenate([lesson.kinds for lesson in lessons]),
            np.concatenate([lesson.weights for lesson in lessons]),
        ),
        np.concatenate([part.moods for part in parts]),
        np.concatenate([part.scores for part in parts]),
        np.concatenate([part.share for part in parts]),
    )


def parted(lesson: Lesson, parts: int) -> Numbers:
    """The number of a part for each text; every part has as many of each label of each kind."""
    groups = lesson.kinds * len(LABELS) + lesson.labels
    order = np.argsort(groups, kind="stable")
    found = np.empty(len(groups), np.int64)
    found[order] = np.arange(len(groups)) % parts
    return found


def evening(lesson: Lesson) -> Floats:
    """What makes all labels of a kind equally likely at the start; one row a kind."""
    kinds = int(lesson.kinds.max()) + 1
    counts = np.ones((kinds, len(LABELS)), np.float32)
    np.add.at(counts, (lesson.kinds, lesson.labels), 1)
    found: Floats = -np.log(counts / counts.sum(axis=1, keepdims=True))
    return found


def _balanced(lesson: Lesson) -> Lesson:
    """The same texts, those of rare labels counting so much more that all labels count alike."""
    weights = np.exp(evening(lesson)) / len(LABELS)
    return replace(lesson, weights=weights[lesson.kinds, lesson.labels].astype(np.float32))


def _learn_kinds(
    lesson: Lesson, kinds: int, columns: int, course: Course, known: Learnt | None
) -> Learnt:
    """What tells the kinds of text apart; nothing has to be learnt where there is one."""
    if kinds == 1:
        return Learnt(np.zeros((columns, 1), np.float32), np.zeros((1, 1), np.float32))
    which = Lesson(
        lesson.rows, lesson.kinds, np.zeros_like(lesson.kinds), np.ones_like(lesson.weights)
    )
    return learn(which, columns, kinds, replace(course, steps=course.steps // 2), known)


def _learn_labels(lesson: Lesson, columns: int, course: Course, known: Learnt | None) -> Learnt:
    return learn_apart(_balanced(lesson), columns, len(LABELS), course, known)
