"""What an expression asks for, as a tree: each node says whether a mention has it.

A node also names keys of which a mention must have one in order to match. By them `Matcher` finds
the few queries that a text may match.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from typing import Literal, Protocol

from monitoring.rules.queries.reading import Reading
from monitoring.rules.queries.words import Words

# Where it is found, and what: a word or the beginning of one, of the text or of the author; or
# something known of the mention.
Key = tuple[Literal["word", "head", "author", "author_head", "known"], str]
# What it costs to look at a query whenever a key is there.
Cost = Callable[[Key], float]
Need = tuple[float, frozenset[Key]]
# Of a word with wildcards, so many letters are looked up at most.
LONGEST_HEAD = 6


class Node(Protocol):
    """A part of an expression; its place is in characters."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Behind its last character."""

    def matches(self, reading: Reading) -> bool:
        """Say whether the mention has it."""

    def need(self, cost: Cost) -> Need | None:
        """Return the cheapest set of keys of which one must be there; None when there is none."""


@lru_cache(maxsize=4096)
def _fitting(glob: str) -> Callable[[str], object]:
    """Return what says whether a word fits; takes a time that grows with the word alone."""
    return re.compile(translate(glob)).match


@dataclass(frozen=True, slots=True)
class Part:
    """One word: as it is compared; or what words with wildcards begin with, and the whole."""

    form: str
    glob: str = ""

    def key(self, *, of_author: bool) -> Key:
        """Return by what it is found."""
        if not self.glob:
            return "author" if of_author else "word", self.form
        return "author_head" if of_author else "head", self.form[:LONGEST_HEAD]

    def places(self, words: Words, *, bare: bool) -> Collection[int]:
        """Return where it stands in the text; `bare`: under glued prefixes, too."""
        found = self._places(words, bare=False)
        return {*found, *self._places(words, bare=True)} if bare else found

    def _places(self, words: Words, *, bare: bool) -> Collection[int]:
        forms = words.bare if bare else words.exact
        if not self.glob:
            return forms.get(self.form, ())
        beginning = words.beginning_with(self.form, bare=bare)
        return {place for form in beginning if self._fits(form) for place in forms[form]}

    def _fits(self, form: str) -> bool:
        return self.glob == f"{self.form}*" or _fitting(self.glob)(form) is not None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A word, or words one after the other, or near each other when there is a distance."""

    start: int
    end: int
    parts: tuple[Part, ...]
    distance: int | None = None
    is_exact: bool = False
    of_author: bool = False

    def matches(self, reading: Reading) -> bool:
        """Say whether the words stand so in the text, or in the author's names."""
        words = reading.author if self.of_author else reading.words
        return next(self.found(words), None) is not None

    def found(self, words: Words) -> Iterator[tuple[int, int]]:
        """Yield the first and last places of the words, wherever they stand so."""
        yield from self._in_a_row(words) if self.distance is None else self._near(words)

    def _in_a_row(self, words: Words) -> Iterator[tuple[int, int]]:
        first, *others = self.parts
        starts = first.places(words, bare=not self.is_exact)
        if not starts:
            return
        follow = [set(part.places(words, bare=False)) for part in others]
        if not all(follow):
            return
        for start in sorted(starts):
            if all(start + step in places for step, places in enumerate(follow, 1)):
                yield start, start + len(others)

    def _near(self, words: Words) -> Iterator[tuple[int, int]]:
        """Yield stretches that hold every word, in any order; a prefix may stand on each."""
        places = [part.places(words, bare=not self.is_exact) for part in self.parts]
        if not all(places):
            return
        events = sorted((place, which) for which, found in enumerate(places) for place in found)
        last = [-1] * len(self.parts)
        width = len(self.parts) - 1 + (self.distance or 0)
        for place, which in events:
            last[which] = place
            earliest = min(last)
            if earliest >= 0 and place - earliest <= width:
                yield earliest, place

    def sought(self) -> list[Key]:
        """Return by what each word is found."""
        return [part.key(of_author=self.of_author) for part in self.parts]

    def need(self, cost: Cost) -> Need | None:
        """Return the word that costs least."""
        cheapest = min(self.sought(), key=cost)
        return cost(cheapest), frozenset((cheapest,))


@dataclass(frozen=True, slots=True)
class Known:
    """A field that has a value."""

    start: int
    end: int
    field: str
    value: str

    def matches(self, reading: Reading) -> bool:
        """Say whether this is known of the mention."""
        return self._said in reading.known

    def sought(self) -> list[Key]:
        """Return the value itself."""
        return [("known", self._said)]

    def need(self, cost: Cost) -> Need | None:
        """Return the value itself."""
        return cost(self.sought()[0]), frozenset(self.sought())

    @property
    def _said(self) -> str:
        return f"{self.field}:{self.value}"


@dataclass(frozen=True, slots=True)
class Followers:
    """An author with so many followers; one of whom it is not known has none of them."""

    start: int
    end: int
    low: int | None
    high: int | None

    def matches(self, reading: Reading) -> bool:
        """Say whether the count lies in between, the ends included."""
        count = reading.document.author_followers
        if count is None:
            return False
        return (self.low is None or count >= self.low) and (self.high is None or count <= self.high)

    def need(self, cost: Cost) -> Need | None:
        """Return nothing: a count is no key."""
        return None


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be there."""

    start: int
    end: int
    child: Node

    def matches(self, reading: Reading) -> bool:
        """Say whether it is missing."""
        return not self.child.matches(reading)

    def need(self, cost: Cost) -> Need | None:
        """Return nothing: what is missing is no key."""
        return None


@dataclass(frozen=True, slots=True)
class All:
    """Everything of this."""

    start: int
    end: int
    children: tuple[Node, ...]

    def matches(self, reading: Reading) -> bool:
        """Say whether nothing is missing."""
        return all(child.matches(reading) for child in self.children)

    def need(self, cost: Cost) -> Need | None:
        """Return what one of them needs, the cheapest."""
        needs = [need for child in self.children if (need := child.need(cost))]
        return min(needs, key=lambda need: need[0]) if needs else None


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of these."""

    start: int
    end: int
    children: tuple[Node, ...]

    def matches(self, reading: Reading) -> bool:
        """Say whether there is one."""
        return any(child.matches(reading) for child in self.children)

    def need(self, cost: Cost) -> Need | None:
        """Return what all of them need together; nothing when one needs nothing."""
        total, keys = 0.0, set[Key]()
        for child in self.children:
            need = child.need(cost)
            if need is None:
                return None
            total += need[0]
            keys |= need[1]
        return total, frozenset(keys)


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything below it, in the order of the expression."""
    waiting = [node]
    while waiting:
        present = waiting.pop()
        yield present
        if isinstance(present, Not):
            waiting.append(present.child)
        elif isinstance(present, All | Either):
            waiting.extend(reversed(present.children))
