"""Which key messages a text repeats: most of their words, close together.

A message is compared as a whole and sentence by sentence. Candidates come from an inverted index
of their rarest words (prefix filtering: Chaudhuri, Ganti and Kaushik, ICDE 2006), so that a text
is compared with those it shares such a word with, however many there are.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from math import ceil
from typing import Generic, Literal, NamedTuple, TypeVar

from monitoring.rules.meaning import Said, Term, said_in

Key = TypeVar("Key")
Way = Literal["said", "bare", "denied"]

NAME = "echoes-1"
# The share of a message's words that a text has to have (docs/pull-through.md).
LEAST_SHARE = 0.6
LEAST_TERMS, LEAST_TERMS_OF_CLAUSE = 3, 4
# In how many words they have to stand: as loosely as people speak, not all over an article.
LOOSE, SPARE = 3, 8
# A "not" so many words before the first of them still means them.
BEFORE = 2
# A text of hardly anything else has no opinion of its own.
OWN_WORDS = 2
# So close behind a message somebody calls it a lie, or before it.
DENIED_WITHIN = 6


_PARTS: tuple[tuple[Callable[[Term], int], int], ...] = (
    (lambda _term: 0, LEAST_TERMS),
    (lambda term: term.sentence, LEAST_TERMS),
    (lambda term: term.clause, LEAST_TERMS_OF_CLAUSE),
)


class Echo(NamedTuple):
    """That a text repeats a message.

    `score` is the share of the message's words, 0 to 1. `way` is denied where the text says that
    it is not so, bare where it says hardly anything else.
    """

    score: float
    way: Way


class _Unit(NamedTuple, Generic[Key]):
    """A whole message or a sentence of it: its words, each once, and whether it says no."""

    key: Key
    terms: tuple[frozenset[str], ...]
    names: frozenset[str]
    is_negative: bool

    @property
    def needed(self) -> int:
        """How many of its words a text has to have."""
        return max(LEAST_TERMS, ceil(LEAST_SHARE * len(self.terms)))


class Echoes(Generic[Key]):
    """Messages, ready to be found in texts."""

    def __init__(self, messages: Mapping[Key, Iterable[str]]) -> None:
        """Take messages with their texts, one for each language."""
        self._units = [
            unit for key, texts in messages.items() for text in texts for unit in _units(key, text)
        ]
        index: dict[str, list[int]] = defaultdict(list)
        common = Counter(name for unit in self._units for name in unit.names)
        for number, unit in enumerate(self._units):
            for term in _rarest(unit, common):
                for name in term:
                    index[name].append(number)
        self._index = dict(index)

    def found_in(self, text: str) -> dict[Key, Echo]:
        """Return the messages that a text repeats."""
        if not self._units:
            return {}
        said = said_in(text)
        found: dict[Key, Echo] = {}
        for unit in self._candidates(said.terms):
            echo = _echo(unit, said)
            known = found.get(unit.key)
            if echo and (known is None or _rank(echo) > _rank(known)):
                found[unit.key] = echo
        return found

    def _candidates(self, terms: Iterable[Term]) -> Iterator[_Unit[Key]]:
        """Yield those of which a text has enough words, wherever they stand in it."""
        names = {name for term in terms for name in term.readings}
        for number in sorted({one for name in names for one in self._index.get(name, ())}):
            unit = self._units[number]
            # Several readings of one word count more than once: at least this many are needed.
            if len(unit.names & names) >= unit.needed:
                yield unit


def _rank(echo: Echo) -> tuple[bool, float]:
    """A part of a message that is denied is a message that is denied."""
    return (echo.way == "denied", echo.score)


def _units(key: Key, text: str) -> Iterator[_Unit[Key]]:
    """Yield a message, its sentences and its longer clauses, each once."""
    said = said_in(text)
    seen: set[tuple[frozenset[str], ...]] = set()
    for parts, least in _PARTS:
        for _part, group in groupby(said.terms, parts):
            unit = _unit(key, list(group), said)
            if len(unit.terms) >= least and unit.terms not in seen:
                seen.add(unit.terms)
                yield unit


def _unit(key: Key, terms: list[Term], said: Said) -> _Unit[Key]:
    distinct = tuple(dict.fromkeys(term.readings for term in terms))
    near = range(terms[0].place - BEFORE, terms[-1].place + 1)
    is_negative = any(place in near for place in said.negations)
    return _Unit(key, distinct, frozenset().union(*distinct), is_negative)


def _rarest(unit: _Unit[Key], common: Counter[str]) -> list[frozenset[str]]:
    """Return so many of its words that a text without any of them has too few."""

    def how_common(term: frozenset[str]) -> tuple[int, list[str]]:
        return max(common[name] for name in term), sorted(term)

    ordered = sorted(unit.terms, key=how_common)
    return ordered[: len(ordered) - unit.needed + 1]


def _echo(unit: _Unit[Key], said: Said) -> Echo | None:
    width = LOOSE * len(unit.terms) + SPARE
    count, start, end = _closest(_hits(unit, said.terms), width)
    if count < unit.needed:
        return None
    return Echo(round(count / len(unit.terms), 3), _way(unit, said, start, end))


def _hits(unit: _Unit[Key], terms: Iterable[Term]) -> list[tuple[int, int]]:
    """Return where in a text which of its words stand."""
    return [
        (term.place, number)
        for term in terms
        for number, own in enumerate(unit.terms)
        if not own.isdisjoint(term.readings)
    ]


def _closest(hits: list[tuple[int, int]], width: int) -> tuple[int, int, int]:
    """Return how many different words stand in one stretch at most, where it begins and ends."""
    best, seen, first = (0, 0, 0), Counter[int](), 0
    for place, number in hits:
        seen[number] += 1
        # Those too far back are left, and those that stand nearer once more.
        while place - hits[first][0] >= width or seen[hits[first][1]] > 1:
            seen[hits[first][1]] -= 1
            first += 1
        count = sum(1 for times in seen.values() if times)
        if count > best[0]:
            best = (count, hits[first][0], place)
    return best


def _way(unit: _Unit[Key], said: Said, start: int, end: int) -> Way:
    near = range(start - BEFORE, end + 1)
    says_no = any(place in near for place in said.negations)
    around = range(start - DENIED_WITHIN, end + DENIED_WITHIN + 1)
    if says_no != unit.is_negative or any(place in around for place in said.denials):
        return "denied"
    outside = sum(1 for term in said.terms if not start <= term.place <= end)
    return "bare" if outside <= OWN_WORDS else "said"
