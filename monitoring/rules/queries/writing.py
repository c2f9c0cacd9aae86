"""A tree written as an expression again: operators and parentheses said, nothing left to guess."""

from monitoring.rules.queries.tree import All, Either, Followers, Known, Leaf, Node, Not


def normalised(tree: Node, expression: str) -> str:
    """Return an equal expression with all operators written out; `expression` gives the words."""
    if isinstance(tree, Either):
        return " OR ".join(_inside(child, expression) for child in tree.children)
    if isinstance(tree, All):
        return " AND ".join(_inside(child, expression) for child in tree.children)
    if isinstance(tree, Not):
        return f"NOT {_inside(tree.child, expression)}"
    if isinstance(tree, Known):
        return f"{tree.field}:{tree.value}"
    if isinstance(tree, Followers):
        return f"followers:{counted(tree)}"
    return _word(tree, expression)


def counted(asked: Followers) -> str:
    """Return a range of counts as it is written."""
    low = "*" if asked.low is None else asked.low
    high = "*" if asked.high is None else asked.high
    return f"[{low} TO {high}]"


def said_by(leaf: Leaf, expression: str) -> str:
    """Return a word or phrase as the expression says it."""
    return expression[leaf.start : leaf.end]


def _inside(node: Node, expression: str) -> str:
    written = normalised(node, expression)
    return f"({written})" if isinstance(node, All | Either) else written


def _word(tree: Node, expression: str) -> str:
    written = expression[tree.start : tree.end]
    if not isinstance(tree, Leaf) or not (tree.is_exact or tree.of_author):
        return written
    return f"{'author' if tree.of_author else 'exact'}:{written}"
