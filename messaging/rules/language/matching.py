"""Finding patterns in a text in linear time.

Every word is looked at once for all patterns; a pattern is then tried only round the places of
its rarest word in this text, and only if none of its words is missing.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from messaging.rules.language.patterns import Atom, Gap, Group, Maybe, Node, Pattern
from messaging.rules.language.reading import Reading, Word

NOWHERE: frozenset[int] = frozenset()
# "*ed" is looked for in "closed", not in "red".
SHORTEST_BEFORE_ENDING = 2


class Span(NamedTuple):
    """Words from `first` to before `past`."""

    first: int
    past: int


class Lexicon:
    """The words of many patterns, looked up together."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._exact: dict[str, list[Atom]] = {}
        self._whole: dict[str, list[Atom]] = {}
        self._stems: dict[str, list[Atom]] = {}
        self._endings: dict[str, list[Atom]] = {}
        for atom in {atom for pattern in patterns for atom in _atoms(pattern.nodes)}:
            for table, words in (
                (self._exact, atom.exact),
                (self._whole, atom.whole),
                (self._stems, atom.stems),
                (self._endings, atom.endings),
            ):
                for word in words:
                    table.setdefault(word, []).append(atom)
        self._lengths = sorted({len(stem) for stem in self._stems})
        self._ending_lengths = sorted({len(ending) for ending in self._endings})

    def locate(self, words: Sequence[Word]) -> dict[Atom, set[int]]:
        """Return where each word of the patterns stands; those that stand nowhere are absent."""
        places: dict[Atom, set[int]] = {}
        known: dict[tuple[str, ...], tuple[Atom, ...]] = {}
        for place, word in enumerate(words):
            atoms = known.get(word.forms)
            if atoms is None:
                atoms = known[word.forms] = tuple(self._atoms_of(word.forms))
            for atom in atoms:
                places.setdefault(atom, set()).add(place)
        return places

    def _atoms_of(self, forms: tuple[str, ...]) -> set[Atom]:
        found = set(self._whole.get(forms[0], ()))
        for form in forms:
            found.update(self._exact.get(form, ()))
            for length in self._lengths:
                found.update(self._stems.get(form[:length], ()))
        for length in self._ending_lengths:
            if len(forms[0]) >= length + SHORTEST_BEFORE_ENDING:
                ending = self._endings.get(forms[0][-length:], ())
                found.update(atom for atom in ending if atom.barred.isdisjoint(forms))
        return found


class Places(NamedTuple):
    """A text with the places of the words of the patterns in it."""

    reading: Reading
    of: dict[Atom, set[int]]

    def find(self, patterns: Iterable[Pattern]) -> list[Span]:
        """Return where any of the patterns matches, overlapping matches joined, by place."""
        return joined(span for pattern in patterns for span in self._find(pattern))

    def _find(self, pattern: Pattern) -> Iterator[Span]:
        anchors = [(self.of.get(atom, NOWHERE), place) for place, atom in pattern.anchors]
        rarest, place = min(anchors, key=lambda anchor: len(anchor[0]))
        if any(not found for found, _place in anchors):
            return
        before, after = pattern.nodes[:place][::-1], pattern.nodes[place + 1 :]
        for word in rarest:
            low, high = self.reading.bounds_of[word]
            firsts = self._walk(before, {word}, low, -1)
            pasts = self._walk(after, {word + 1}, high, 1) if firsts else set()
            if pasts:
                yield Span(min(firsts), max(pasts))

    def _walk(self, nodes: Sequence[Node], cuts: set[int], limit: int, step: int) -> set[int]:
        """Return the cuts between words that can be reached over the nodes, up to a limit."""
        for node in nodes:
            cuts = self._step(node, cuts, limit, step)
            if not cuts:
                break
        return cuts

    def _step(self, node: Node, cuts: set[int], limit: int, step: int) -> set[int]:
        if isinstance(node, Atom):
            found = self.of.get(node, NOWHERE)
            back = min(step, 0)
            return {cut + step for cut in cuts if cut != limit and cut + back in found}
        if isinstance(node, Gap):
            return {
                cut + step * width
                for cut in cuts
                for width in range(min(node.width, abs(limit - cut)) + 1)
            }
        if isinstance(node, Maybe):
            return cuts | self._step(node.node, cuts, limit, step)
        reached: set[int] = set()
        for branch in node.branches:
            reached |= self._walk(branch[::step], cuts, limit, step)
        return reached


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return the spans by place, those that share a word made one."""
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.first < result[-1].past:
            result[-1] = Span(result[-1].first, max(result[-1].past, span.past))
        else:
            result.append(span)
    return result


def _atoms(nodes: Iterable[Node]) -> Iterator[Atom]:
    for node in nodes:
        if isinstance(node, Atom):
            yield node
        elif isinstance(node, Maybe):
            yield from _atoms((node.node,))
        elif isinstance(node, Group):
            for branch in node.branches:
                yield from _atoms(branch)
