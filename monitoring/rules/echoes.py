"""Which key messages a text repeats: most of their words, close together.

A message is compared as a whole and sentence by sentence. Candidates come from an inverted index
of their rarest words (prefix filtering: Chaudhuri, Ganti and Kaushik, ICDE 2006), so that a text
is compared with those it shares such a word with, however many there are.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
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


# The words of a part of a message, each once, and whether it says no.
_Shape = tuple[tuple[frozenset[str], ...], bool]


class Echo(NamedTuple):
    """That a text repeats a message.

    `score` is the share of the message's words, 0 to 1. `way` is denied where the text says that
    it is not so, bare where it says hardly anything else.
    """

    score: float
    way: Way


class _Unit(NamedTuple, Generic[Key]):
    """A whole message or a sentence of it: its words, each once, and whether it says no.

    Messages that say it in the same words share it.
    """

    keys: list[Key]
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
        shared: dict[_Shape, _Unit[Key]] = {}
        for key, texts in messages.items():
            for shape in dict.fromkeys(shape for text in texts for shape in _shapes(text)):
                terms, is_negative = shape
                made: _Unit[Key] = _Unit([], terms, frozenset().union(*terms), is_negative)
                shared.setdefault(shape, made).keys.append(key)
        self._units = list(shared.values())
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
        heard = _Heard(said_in(text))
        found: dict[Key, Echo] = {}
        for unit in self._candidates(heard.places.keys()):
            echo = _echo(unit, heard)
            if echo is None:
                continue
            for key in unit.keys:
                if key not in found or _rank(echo) > _rank(found[key]):
                    found[key] = echo
        return found

    def _candidates(self, names: Set[str]) -> Iterator[_Unit[Key]]:
        """Yield those of which a text has enough words, wherever they stand in it."""
        for number in sorted({one for name in names for one in self._index.get(name, ())}):
            unit = self._units[number]
            # Several readings of one word count more than once: at least this many are needed.
            if len(unit.names & names) >= unit.needed:
                yield unit


class _Heard:
    """A text ready to be compared with many messages: where each word stands in it."""

    def __init__(self, said: Said) -> None:
        """Take what a text tells."""
        self.places: dict[str, list[int]] = defaultdict(list)
        for term in said.terms:
            for name in term.readings:
                self.places[name].append(term.place)
        self._terms = [term.place for term in said.terms]
        self._negations, self._denials = said.negations, said.denials

    def outside(self, start: int, end: int) -> int:
        """Return how many words it has besides those of a stretch."""
        inside = bisect_right(self._terms, end) - bisect_left(self._terms, start)
        return len(self._terms) - inside

    def says_no(self, start: int, end: int) -> bool:
        """Whether there is a "not" in a stretch."""
        return _is_any_in(self._negations, start, end)

    def denies(self, start: int, end: int) -> bool:
        """Whether it calls something a lie in a stretch."""
        return _is_any_in(self._denials, start, end)


def _is_any_in(places: list[int], start: int, end: int) -> bool:
    return bisect_right(places, end) > bisect_left(places, start)


def _rank(echo: Echo) -> tuple[bool, float]:
    """A part of a message that is denied is a message that is denied."""
    return (echo.way == "denied", echo.score)


def _shapes(text: str) -> Iterator[_Shape]:
    """Yield a message, its sentences and its longer clauses, each once."""
    said = said_in(text)
    seen: set[tuple[frozenset[str], ...]] = set()
    for parts, least in _PARTS:
        for _part, group in groupby(said.terms, parts):
            terms, is_negative = _shape(list(group), said)
            if len(terms) >= least and terms not in seen:
                seen.add(terms)
                yield terms, is_negative


def _shape(terms: list[Term], said: Said) -> _Shape:
    distinct = tuple(dict.fromkeys(term.readings for term in terms))
    is_negative = _is_any_in(said.negations, terms[0].place - BEFORE, terms[-1].place)
    return distinct, is_negative


def _rarest(unit: _Unit[Key], common: Counter[str]) -> list[frozenset[str]]:
    """Return so many of its words that a text without any of them has too few."""

    def how_common(term: frozenset[str]) -> tuple[int, list[str]]:
        return max(common[name] for name in term), sorted(term)

    ordered = sorted(unit.terms, key=how_common)
    return ordered[: len(ordered) - unit.needed + 1]


def _echo(unit: _Unit[Key], heard: _Heard) -> Echo | None:
    width = LOOSE * len(unit.terms) + SPARE
    count, start, end = _closest(_hits(unit, heard), width)
    if count < unit.needed:
        return None
    return Echo(round(count / len(unit.terms), 3), _way(unit, heard, start, end))


def _hits(unit: _Unit[Key], heard: _Heard) -> list[tuple[int, int]]:
    """Return where in a text which of its words stand, the first first."""
    return sorted(
        {
            (place, number)
            for number, own in enumerate(unit.terms)
            for name in own
            for place in heard.places.get(name, ())
        }
    )


def _closest(hits: list[tuple[int, int]], width: int) -> tuple[int, int, int]:
    """Return how many different words stand in one stretch at most, where it begins and ends."""
    best, seen, first, count = (0, 0, 0), Counter[int](), 0, 0
    for place, number in hits:
        count += not seen[number]
        seen[number] += 1
        # Those too far back are left, and those that stand nearer once more.
        while place - hits[first][0] >= width or seen[hits[first][1]] > 1:
            seen[hits[first][1]] -= 1
            count -= not seen[hits[first][1]]
            first += 1
        if count > best[0]:
            best = (count, hits[first][0], place)
    return best


def _way(unit: _Unit[Key], heard: _Heard, start: int, end: int) -> Way:
    says_no = heard.says_no(start - BEFORE, end)
    if says_no != unit.is_negative or heard.denies(start - DENIED_WITHIN, end + DENIED_WITHIN):
        return "denied"
    return "bare" if heard.outside(start, end) <= OWN_WORDS else "said"
