"""The pattern language of the packs, and how it is matched in linear time.

`words in a row`, `one|other`, `optional?`, `beginning*`, `*ending`, `*ending!$but_these`,
`=exactly`, `(a group|of words)`, `..3` for up to three words between, `#` for a number,
`$name` for a list of the pack.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import NamedTuple

from messaging.rules.language.english import expand
from messaging.rules.language.normal import plain_word

LONGEST_PATTERN, MOST_NODES, WIDEST_GAP, DEEPEST = 1200, 14, 10, 3
MOST_GAPS = 3
SHORTEST_STEM = 2
_PIECE = re.compile(r"\s*(?:(\()|(\))(\?)?|(\|)|\.\.(\d+)|\$([a-z][a-z0-9_]*)(\?)?|([^\s()|]+))")


class BadPattern(ValueError):
    """A pattern that cannot be read; says what is wrong with it."""


@dataclass(frozen=True, eq=False)
class Atom:
    """One word: any of these, or with such a beginning or ending, or written exactly so.

    Told apart by identity, which is what makes looking up its places quick.
    """

    exact: frozenset[str] = frozenset()
    stems: tuple[str, ...] = ()
    whole: frozenset[str] = frozenset()
    endings: tuple[str, ...] = ()
    # Words that have one of the endings and are not meant.
    barred: frozenset[str] = frozenset()

    def either(self, other: "Atom") -> "Atom":
        """Return the word that is one or the other."""
        return Atom(
            self.exact | other.exact,
            self.stems + other.stems,
            self.whole | other.whole,
            self.endings + other.endings,
            self.barred | other.barred,
        )


@dataclass(frozen=True)
class Gap:
    """Up to so many words of any kind."""

    width: int


@dataclass(frozen=True)
class Group:
    """One of several sequences."""

    branches: "tuple[tuple[Node, ...], ...]"


@dataclass(frozen=True)
class Maybe:
    """Something that may be left out."""

    node: "Atom | Group"


Node = Atom | Gap | Group | Maybe


@dataclass(frozen=True)
class Pattern:
    """A sequence with the source it was read from."""

    source: str
    nodes: tuple[Node, ...]

    @property
    def anchors(self) -> list[tuple[int, Atom]]:
        """Return the words that no match is without."""
        return [(place, node) for place, node in enumerate(self.nodes) if isinstance(node, Atom)]


class Piece(NamedTuple):
    """One sign of a pattern."""

    kind: str
    text: str
    optional: bool = False


def parse(source: str, lists: Mapping[str, Sequence[str]]) -> Pattern:
    """Read a pattern; raises `BadPattern` with the reason."""
    if not source.strip() or len(source) > LONGEST_PATTERN:
        raise BadPattern(f"a pattern has 1 to {LONGEST_PATTERN} characters")
    nodes, rest = _sequences(_pieces(source), lists, 0)
    if rest:
        raise BadPattern("a closing parenthesis without an opening one")
    if len(nodes) != 1:
        raise BadPattern("alternatives of several words need parentheses")
    pattern = Pattern(source, nodes[0])
    _require_bounded(pattern)
    return pattern


def _require_bounded(pattern: Pattern) -> None:
    if len(pattern.nodes) > MOST_NODES:
        raise BadPattern(f"more than {MOST_NODES} parts")
    if not any(isinstance(node, Atom) for node in pattern.nodes):
        raise BadPattern("needs a word that is neither optional nor in a group")
    if isinstance(pattern.nodes[0], Gap):
        raise BadPattern("a gap stands between words or at the end")
    if sum(isinstance(node, Gap) for node in pattern.nodes) > MOST_GAPS:
        raise BadPattern(f"more than {MOST_GAPS} gaps")


def _pieces(source: str) -> list[Piece]:
    pieces: list[Piece] = []
    place = 0
    stripped = source.rstrip()
    while place < len(stripped):
        found = _PIECE.match(stripped, place)
        if found is None:
            raise BadPattern(f"cannot read {stripped[place : place + 20]!r}")
        pieces.append(_piece(found))
        place = found.end()
    return pieces


def _piece(found: re.Match[str]) -> Piece:
    opening, closing, closed_maybe, bar, gap, name, named_maybe, word = found.groups()
    if opening or bar:
        return Piece("open" if opening else "bar", found[0].strip())
    if closing:
        return Piece("close", ")", bool(closed_maybe))
    if gap:
        return Piece("gap", gap)
    if name:
        return Piece("list", name, bool(named_maybe))
    return Piece("word", word.removesuffix("?"), word.endswith("?"))


def _sequences(
    pieces: list[Piece], lists: Mapping[str, Sequence[str]], depth: int
) -> tuple[list[tuple[Node, ...]], list[Piece]]:
    """Read branches up to a closing parenthesis; return them with what follows it.

    Outside of parentheses `|` joins single words; inside it parts sequences.
    """
    if depth > DEEPEST:
        raise BadPattern(f"more than {DEEPEST} groups inside each other")
    branches: list[list[Node]] = [[]]
    joined = False
    while pieces and pieces[0].kind != "close":
        piece, *pieces = pieces
        if piece.kind == "bar":
            joined = depth == 0
            if not joined:
                branches.append([])
            continue
        node, pieces = _node(piece, pieces, lists, depth)
        if joined:
            node = _joined(branches[-1], node)
        branches[-1].append(node)
        joined = False
    if joined or not all(branches):
        raise BadPattern("an alternative without words")
    return [tuple(branch) for branch in branches], pieces


def _joined(branch: list[Node], node: Node) -> Node:
    """Take the last node off the branch and return it with the other as alternatives."""
    before = branch.pop() if branch else None
    maybe = isinstance(before, Maybe) or isinstance(node, Maybe)
    left = before.node if isinstance(before, Maybe) else before
    right = node.node if isinstance(node, Maybe) else node
    if left is None or isinstance(left, Gap) or isinstance(right, Gap):
        raise BadPattern("an alternative without words")
    either = _either(left, right)
    return Maybe(either) if maybe else either


def _either(left: Atom | Group, right: Atom | Group) -> Atom | Group:
    if isinstance(left, Atom) and isinstance(right, Atom):
        return left.either(right)
    branches = [
        branch
        for side in (left, right)
        for branch in (side.branches if isinstance(side, Group) else ((side,),))
    ]
    return Group(tuple(branches))


def _node(
    piece: Piece, pieces: list[Piece], lists: Mapping[str, Sequence[str]], depth: int
) -> tuple[Node, list[Piece]]:
    if piece.kind == "gap":
        return _gap(piece.text), pieces
    if piece.kind == "word":
        ending, _mark, barred = piece.text.partition("!")
        made: Atom | Group = _word(ending)
        if barred:
            made = _ending_without(made, _listed(barred.removeprefix("$"), lists))
        return (Maybe(made) if piece.optional else made), pieces
    if piece.kind == "list":
        made = _listed(piece.text, lists)
        return (Maybe(made) if piece.optional else made), pieces
    branches, rest = _sequences(pieces, lists, depth + 1)
    if not rest:
        raise BadPattern("an opening parenthesis without a closing one")
    made = _one_of(branches)
    return (Maybe(made) if rest[0].optional else made), rest[1:]


def _one_of(branches: Sequence[tuple[Node, ...]]) -> Atom | Group:
    """Return the branches with those of one word made one word, which is faster to find."""
    atoms = [branch[0] for branch in branches if len(branch) == 1 and isinstance(branch[0], Atom)]
    one = reduce(Atom.either, atoms, Atom())
    if len(atoms) == len(branches):
        return one
    others = [branch for branch in branches if len(branch) > 1 or not isinstance(branch[0], Atom)]
    return Group((*others, (one,)) if atoms else tuple(others))


def _ending_without(made: Atom | Group, barred: Atom | Group) -> Atom:
    if not isinstance(made, Atom) or not made.endings or not isinstance(barred, Atom):
        raise BadPattern("only after a *ending, and with a list of single words, ! bars words")
    return replace(made, barred=barred.exact | barred.whole)


def _gap(width: str) -> Gap:
    if not 1 <= int(width) <= WIDEST_GAP:
        raise BadPattern(f"a gap is 1 to {WIDEST_GAP} words wide")
    return Gap(int(width))


def _listed(name: str, lists: Mapping[str, Sequence[str]]) -> Atom | Group:
    if name not in lists:
        raise BadPattern(f"there is no list ${name}")
    return _one_of([tuple(_words_of(entry)) for entry in lists[name]])


def _words_of(entry: str) -> list[Atom]:
    nodes = [_word(word) for word in entry.split()]
    atoms = [
        atom
        for node in nodes
        for atom in (node.branches[0] if isinstance(node, Group) else (node,))
        if isinstance(atom, Atom)
    ]
    if not atoms:
        raise BadPattern("an alternative without words")
    return atoms


def _word(text: str) -> Atom | Group:
    plain = plain_word(text).replace('"', "")
    if text.endswith("*"):
        stem = plain[:-1].replace("'", "")
        if len(stem) < SHORTEST_STEM or not stem.isalpha():
            raise BadPattern(f"{text}: at least {SHORTEST_STEM} letters before the *")
        return Atom(stems=(stem,))
    if text.startswith("*"):
        return Atom(endings=(_ending(text, plain[1:]),))
    if text.startswith("="):
        return Atom(whole=frozenset({_letters(text, plain[1:])}))
    if text in ("#", "%", "$", "₪", "€", "£"):
        return Atom(frozenset({text}))
    parts = expand(plain)
    if len(parts) > 1:
        return Group((tuple(Atom(frozenset({part})) for part in parts),))
    return Atom(frozenset({_letters(text, parts[0])}))


def _ending(text: str, plain: str) -> str:
    if len(plain) < SHORTEST_STEM or not plain.isalpha():
        raise BadPattern(f"{text}: at least {SHORTEST_STEM} letters after the *")
    return plain


def _letters(text: str, plain: str) -> str:
    word = plain.replace("'", "") if _is_hebrew(plain) else plain
    if not word.replace("'", "").isalnum():
        raise BadPattern(f"{text}: a word is letters or digits")
    return word


def _is_hebrew(word: str) -> bool:
    return any("א" <= char <= "ת" for char in word)
