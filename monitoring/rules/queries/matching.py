"""Which of many queries a mention matches, in a time that hardly grows with their number.

Each query is found by a few keys of which a mention must have one in order to match: the words
that fewest other queries hang on. Only the queries whose keys a mention has are looked at, and
those that have no key: that ask only for what is missing, or for a count of followers.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from typing import Generic, TypeVar

from monitoring.rules.queries.compiling import Compiled
from monitoring.rules.queries.limits import HEAD
from monitoring.rules.queries.reading import Document, Reading
from monitoring.rules.queries.tree import LONGEST_HEAD, Key, Known, Leaf, Node, walk

Name = TypeVar("Name", bound=Hashable)
# How much commoner a key is than a long word: what is known is known of nearly all mentions.
_OF_KNOWN, _OF_HEAD, _OF_SHORT = 1000.0, 8.0, 12.0

_HEAD_LENGTHS = range(HEAD, LONGEST_HEAD + 1)


class Matcher(Generic[Name]):
    """Matches mentions with queries, each under a name of its own."""

    def __init__(self, queries: Mapping[Name, Compiled]) -> None:
        """Choose the keys of every query; takes a few microseconds for each."""
        self._trees = {name: query.tree for name, query in queries.items()}
        self._order = {name: place for place, name in enumerate(queries)}
        self._used = Counter(key for tree in self._trees.values() for key in _keys(tree))
        self._keyless: list[Name] = []
        self._found: dict[str, dict[str, list[Name]]] = defaultdict(lambda: defaultdict(list))
        for name, tree in self._trees.items():
            self._place(name, tree)

    def _place(self, name: Name, tree: Node) -> None:
        need = tree.need(self._cost)
        if need is None:
            self._keyless.append(name)
            return
        for kind, said in need[1]:
            self._found[kind][said].append(name)

    def _cost(self, key: Key) -> float:
        """Return how many queries look for a key, times how many mentions may have it."""
        kind, said = key
        commonness = 1 + _OF_SHORT / len(said)
        if kind == "known":
            commonness = _OF_KNOWN
        elif kind in ("head", "author_head"):
            commonness *= _OF_HEAD
        return self._used[key] * commonness

    def match(self, document: Document) -> list[Name]:
        """Return the names of the queries it matches, in the order they were given."""
        if not self._trees:
            return []
        reading = Reading(document)
        candidates = {*self._keyless, *self._candidates(reading)}
        matching = [name for name in candidates if self._trees[name].matches(reading)]
        return sorted(matching, key=self._order.__getitem__)

    def _candidates(self, reading: Reading) -> Iterator[Name]:
        words = reading.words
        for forms in (words.exact, words.bare):
            yield from self._having("word", forms)
            yield from self._beginning("head", forms)
        if "author" in self._found or "author_head" in self._found:
            yield from self._having("author", reading.author.exact)
            yield from self._beginning("author_head", reading.author.exact)
        if "known" in self._found:
            yield from self._having("known", dict.fromkeys(reading.known))

    def _having(self, kind: str, present: Mapping[str, object]) -> Iterator[Name]:
        found = self._found.get(kind)
        if found:
            # Walks over the smaller of the two: a short text, whatever the number of queries.
            for said in found.keys() & present.keys():
                yield from found[said]

    def _beginning(self, kind: str, forms: Collection[str]) -> Iterator[Name]:
        found = self._found.get(kind)
        if found:
            heads = {form[:length] for length in _HEAD_LENGTHS for form in forms}
            for head in found.keys() & heads:
                yield from found[head]


def _keys(tree: Node) -> Iterable[Key]:
    return {key for node in walk(tree) if isinstance(node, Leaf | Known) for key in node.sought()}
