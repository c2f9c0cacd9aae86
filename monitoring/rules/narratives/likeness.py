"""How alike the words of posts and narratives are: by the cosine, and by words that surprise.

Cosine alone is shy in a storm: posts about the same have one telling word in common ("handle")
and many of their own. So a post also belongs to a narrative by words that stand in a good part of
it and hardly anywhere else, neither in the talk before nor in what else is said now: the sum of
their log odds, as a naive Bayes classifier weighs them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from uuid import UUID

from monitoring.rules.narratives.terms import Background

# How alike (cosine) the words of a wording and of a narrative are at least.
JOINS = 0.25
# So many log odds make a post belong to a narrative (e^3.3 = 27 times likelier), of words that make
# up at least that share of what it says.
SURPRISE, SAID = 3.3, 0.1
# One word in common tells nothing, unless it stands in that share of a narrative of so many
# wordings, and in two of them.
SHARED = 2
CORE, CORE_WORDINGS = 0.2, 3
# Two narratives that are as alike are one, where so many other posts are known.
ONE = 0.4
ELSEWHERE = 50
# Later than that, or longer before, the same words are another story.
APART = timedelta(days=14)
CENTRE_TERMS = 40


@dataclass(eq=False)
class Narrative:
    """Wordings about the same; `terms` says in how many of them each word stands."""

    id: UUID
    terms: Counter[int]
    wordings: int
    first_at: datetime
    last_at: datetime
    is_new: bool = True

    def is_near(self, at: datetime) -> bool:
        """Whether what is said then may still belong to it."""
        return self.first_at - APART <= at <= self.last_at + APART

    def core(self) -> set[int]:
        """Return the words that stand in a good part of it; none where it is too young to say."""
        if self.wordings < CORE_WORDINGS:
            return set()
        least = max(SHARED, CORE * self.wordings)
        return {term for term, count in self.terms.items() if count >= least}


class Likeness:
    """Compares words against what is known of a brand's talk; remembers narratives until told."""

    def __init__(self, background: Background) -> None:
        """Take the brand's talk, which may grow meanwhile."""
        self._background = background
        self._centres: dict[UUID, tuple[dict[int, float], float]] = {}
        self._cores: dict[UUID, set[int]] = {}

    def forget(self, narrative: Narrative) -> None:
        """Look at a narrative anew: it has changed."""
        self._centres.pop(narrative.id, None)
        self._cores.pop(narrative.id, None)

    def centre(self, narrative: Narrative) -> list[tuple[int, int]]:
        """Return the words that tell most of a narrative, each with its wordings."""
        weighed = [
            (-count * self._background.rarity(term), term, count)
            for term, count in narrative.terms.items()
            if count > 0
        ]
        return [(term, count) for _weight, term, count in sorted(weighed)[:CENTRE_TERMS]]

    def is_worth_comparing(self, shared: int, terms: Iterable[int], narrative: Narrative) -> bool:
        """Whether so many words in common, or one of its core, may make it belong."""
        return shared >= SHARED or not self._core_of(narrative).isdisjoint(terms)

    def belongs(self, terms: tuple[int, ...], narrative: Narrative) -> float:
        """Return how much a post belongs to a narrative: from `JOINS` on it does."""
        rarity = self._background.rarity
        own = {term: rarity(term) for term in terms}
        centre, length = self._centre_of(narrative)
        shared = sum(narrative.terms[term] > 0 for term in terms)
        by_cosine = _cosine(own, centre, length) if shared >= SHARED else 0.0
        told = [term for term in terms if narrative.terms[term] >= SHARED]
        if narrative.wordings < CORE_WORDINGS or _sum(own, told) < SAID * _sum(own, terms):
            return by_cosine
        posts = narrative.wordings
        surprise = sum(
            self._background.surprise(term, count=narrative.terms[term], posts=posts)
            for term in told
        )
        return max(by_cosine, JOINS * surprise * self._background.trust / SURPRISE)

    def of_pair(self, one: Iterable[int], other: Iterable[int]) -> float:
        """Return the cosine of the words of two posts, 0 to 1."""
        rarity = self._background.rarity
        weights = {term: rarity(term) for term in other}
        return _cosine({term: rarity(term) for term in one}, weights, _length(weights))

    def of_narratives(self, one: Narrative, other: Narrative) -> float:
        """Return how alike two narratives are, 0 to 1: the cosine of words that surprise.

        A word weighs by how much more it stands in the two than in all else that is said; where
        hardly anything else is known, nothing is told.
        """
        posts = one.wordings + other.wordings
        if self._background.documents < posts + ELSEWHERE:
            return 0.0
        together = Counter(dict(self.centre(one))) + Counter(dict(self.centre(other)))
        weights = {
            term: self._background.surprise(term, count=count, posts=posts)
            for term, count in together.items()
            if count >= SHARED
        }
        first, second = (
            {term: each.terms[term] / max(1, each.wordings) * weights[term] for term in weights}
            for each in (one, other)
        )
        return _cosine(first, second, _length(second))

    def _core_of(self, narrative: Narrative) -> set[int]:
        if narrative.id not in self._cores:
            self._cores[narrative.id] = narrative.core() if self._background.trust else set()
        return self._cores[narrative.id]

    def _centre_of(self, narrative: Narrative) -> tuple[dict[int, float], float]:
        """Return the weights of the words of a narrative, and their length; kept while it stays.

        That words get commoner meanwhile changes little.
        """
        if narrative.id not in self._centres:
            whole = max(1, narrative.wordings)
            rarity = self._background.rarity
            centre = {term: count / whole * rarity(term) for term, count in self.centre(narrative)}
            self._centres[narrative.id] = centre, _length(centre)
        return self._centres[narrative.id]


def _sum(weights: Mapping[int, float], terms: Iterable[int]) -> float:
    return sum(weights[term] for term in terms)


def _cosine(one: Mapping[int, float], other: Mapping[int, float], length: float) -> float:
    product = sum(weight * other.get(term, 0.0) for term, weight in one.items())
    lengths = _length(one) * length
    return product / lengths if lengths else 0.0


def _length(weights: Mapping[int, float]) -> float:
    """Return the length of a vector."""
    return sqrt(sum(weight * weight for weight in weights.values()))
