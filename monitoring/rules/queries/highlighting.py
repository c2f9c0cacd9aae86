"""Where in a text what a query asks for stands."""

from collections.abc import Iterator

from monitoring.rules.queries.tree import All, Either, Leaf, Node
from monitoring.rules.queries.words import Span, Words, spans_of

MARKED_AT_MOST = 50


def marked(tree: Node, text: str) -> list[Span]:
    """Return the words that made a text match, in order; what must be missing marks nothing."""
    words = Words(text)
    spans = spans_of(text)
    places = sorted({place for leaf in _asked(tree) for place in _places(leaf, words)})
    return [spans[place] for place in places[:MARKED_AT_MOST]]


def _asked(tree: Node) -> Iterator[Leaf]:
    """Yield the words and phrases that are asked for in the text."""
    if isinstance(tree, All | Either):
        for child in tree.children:
            yield from _asked(child)
    elif isinstance(tree, Leaf) and not tree.of_author:
        yield tree


def _places(leaf: Leaf, words: Words) -> Iterator[int]:
    for first, last in leaf.found(words):
        if leaf.distance is None:
            yield from range(first, last + 1)
        else:
            bare = not leaf.is_exact
            found = {place for part in leaf.parts for place in part.places(words, bare=bare)}
            yield from (place for place in found if first <= place <= last)
