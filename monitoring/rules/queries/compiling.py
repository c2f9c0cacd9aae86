"""Expressions made ready to be matched, or refused with everything that is wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from monitoring.rules.queries.hebrew import stems_of
from monitoring.rules.queries.lexer import pieces_of
from monitoring.rules.queries.limits import LENGTH
from monitoring.rules.queries.parser import Parser
from monitoring.rules.queries.problems import ExpressionError, Problem
from monitoring.rules.queries.reading import Document, Reading
from monitoring.rules.queries.tree import Followers, Known, Leaf, Node, walk

_SHORT = 2
_NOTHING = Reading(Document(""))


@dataclass(frozen=True, slots=True)
class Compiled:
    """What an expression asks for; `fields` are those it names, e.g. lang and author."""

    expression: str
    tree: Node
    fields: frozenset[str]
    warnings: tuple[Problem, ...]

    def matches(self, reading: Reading) -> bool:
        """Say whether a mention has all that is asked for."""
        return self.tree.matches(reading)


@lru_cache(maxsize=16_384)
def compile_query(expression: str) -> Compiled:
    """Read any string as an expression; refuses it (`ExpressionError`) with all problems found."""
    if len(expression) > LENGTH:
        raise ExpressionError([Problem("too_long", LENGTH, len(expression), {"limit": LENGTH})])
    pieces, errors = pieces_of(expression)
    if not pieces and not errors:
        raise ExpressionError([Problem("empty", 0, len(expression))])
    parser = Parser(pieces, len(expression))
    tree = parser.read() if pieces else None
    errors = [*errors, *parser.errors]
    if tree is None or errors:
        raise ExpressionError(errors)
    warnings = (*parser.warnings, *_doubts(tree))
    return Compiled(expression, tree, frozenset(_fields(tree)), warnings)


def _fields(tree: Node) -> Iterator[str]:
    for node in walk(tree):
        if isinstance(node, Known):
            yield node.field
        elif isinstance(node, Followers):
            yield "followers"
        elif isinstance(node, Leaf) and node.of_author:
            yield "author"


def _doubts(tree: Node) -> Iterator[Problem]:
    """Yield what an expression seldom means as a whole, and words that seldom mean anything."""
    leaves = [node for node in walk(tree) if isinstance(node, Leaf)]
    if tree.matches(_NOTHING):
        yield Problem("only_negative", tree.start, tree.end)
    elif not leaves:
        yield Problem("only_fields", tree.start, tree.end)
    for leaf in leaves:
        yield from _doubt(leaf)


def _doubt(leaf: Leaf) -> Iterator[Problem]:
    form = leaf.parts[0].form
    if leaf.of_author or not form.isalpha():
        return
    if len(leaf.parts) == 1 and not leaf.parts[0].glob and len(form) <= _SHORT:
        yield Problem("short_word", leaf.start, leaf.end, {"word": form})
    if form[0] == "ה" and not leaf.is_exact and len(form) > _SHORT + 1 and stems_of(form):
        yield Problem("written_with_prefix", leaf.start, leaf.end, {"word": form[1:]})
