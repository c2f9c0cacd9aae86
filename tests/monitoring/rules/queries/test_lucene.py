"""What luqum, a parser of Lucene's syntax, reads in an expression with every operator written out
is what ours reads in it.
"""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from luqum import tree as lucene
from luqum.thread import parse

from monitoring.rules.queries import compile_query
from monitoring.rules.queries.tree import All, Either, Known, Leaf, Node, Not

_words = st.sampled_from(
    ["one", "קומקום", '"three four"', '"five six"~3', "sev*n", "ei?ht", "lang:he", "has:link"]
)
_operators = st.sampled_from([" AND ", " OR "])
_signs = st.sampled_from(["NOT ", "-", "+", "NOT NOT "])


def _chain(parts: list[str], operators: list[str]) -> str:
    return parts[0] + "".join(map("".join, zip(operators, parts[1:], strict=False)))


expressions = st.recursive(
    _words,
    lambda inner: st.one_of(
        inner.map(lambda said: f"({said})"),
        st.builds(lambda sign, said: f"{sign}({said})", _signs, inner),
        st.builds(
            _chain,
            st.lists(inner, min_size=2, max_size=4),
            st.lists(_operators, min_size=3, max_size=3),
        ),
    ),
    max_leaves=12,
)


def _joined(kind: str, parts: list[Any]) -> tuple[Any, ...]:
    """Return operands without the parentheses that change nothing."""
    flat = [one for part in parts for one in (part[1:] if part[0] == kind else [part])]
    return (kind, *flat)


def _negative(part: Any) -> tuple[Any, ...]:
    inside: tuple[Any, ...] = part[1] if part[0] == "not" else ("not", part)
    return inside


def _as_lucene(node: Any) -> tuple[Any, ...]:
    below = [_as_lucene(child) for child in node.children if isinstance(node, _PARTS)]
    if isinstance(node, lucene.AndOperation | lucene.OrOperation):
        return _joined("all" if isinstance(node, lucene.AndOperation) else "either", below)
    if isinstance(node, lucene.Not | lucene.Prohibit):
        return _negative(below[0])
    if isinstance(node, lucene.Group | lucene.Plus):
        return below[0]
    if isinstance(node, lucene.SearchField):
        return ("known", node.name, str(node.expr).strip())
    distance = int(node.degree) if isinstance(node, lucene.Proximity) else None
    words = str(node.term if isinstance(node, lucene.Proximity) else node)
    return ("words", distance, *words.strip().strip('"').split())


_PARTS = (
    lucene.AndOperation,
    lucene.OrOperation,
    lucene.Not,
    lucene.Prohibit,
    lucene.Plus,
    lucene.Group,
)


def _as_ours(node: Node) -> tuple[Any, ...]:
    if isinstance(node, All | Either):
        kind = "all" if isinstance(node, All) else "either"
        return _joined(kind, [_as_ours(child) for child in node.children])
    if isinstance(node, Not):
        return _negative(_as_ours(node.child))
    if isinstance(node, Known):
        return ("known", node.field, node.value)
    assert isinstance(node, Leaf)
    said = [part.glob or part.form.replace("קומקומ", "קומקום") for part in node.parts]
    return ("words", node.distance, *said)


@given(expressions)
def test_an_expression_is_read_as_lucene_reads_it(expression: str) -> None:
    assert _as_ours(compile_query(expression).tree) == _as_lucene(parse(expression))
