"""From the pieces of an expression to its tree: OR over AND over NOT; a space is AND.

Of the syntax of Lucene it takes what can be matched word by word. `docs/queries.md` tells it to
those who write queries, and ADR 17 why no library reads it.
"""

import re
from collections.abc import Sequence

from monitoring.rules.queries import fields
from monitoring.rules.queries.complaints import Complaints, Unreadable
from monitoring.rules.queries.counts import between, compared
from monitoring.rules.queries.lexer import Piece
from monitoring.rules.queries.limits import DEPTH, DISTANCE, HEAD, NEAR, PHRASE, TERMS, WILDCARDS
from monitoring.rules.queries.terms import BadWildcard, parts_of, wildcards_in
from monitoring.rules.queries.tree import All, Either, Followers, Known, Leaf, Node, Not, Part

_VALUES = {"open", "word", "phrase", "compare", "range"}
_BEGINNINGS = {*_VALUES, "field", "not", "plus"}
# Operators as people write them in a hurry; they are words like others.
_OPERATOR_WORDS = {"and", "or", "not", "או", "וגם", "לא"}
_REGEX = re.compile(r"/.+/")


class Parser(Complaints):
    """Reads the pieces once, from the first to the last."""

    def __init__(self, pieces: Sequence[Piece], length: int) -> None:
        """Take the pieces of an expression of this length."""
        super().__init__()
        self.pieces = pieces
        self.at = self.depth = self.terms = self.wildcards = 0
        # Behind the last piece; of no kind.
        self.behind = Piece("", length, length, "")

    def read(self) -> Node | None:
        """Return the tree; None when `errors` say why there is none."""
        try:
            tree = self._either("")
            if self.next.kind == "close":
                self.stop("unopened_parenthesis", self.next.start, self.next.end)
        except Unreadable:
            return None
        return None if self.errors else tree

    @property
    def next(self) -> Piece:
        """The piece that is read next."""
        return self.pieces[self.at] if self.at < len(self.pieces) else self.behind

    def _take(self) -> Piece:
        piece = self.next
        self.at += 1
        return piece

    def _either(self, field: str) -> Node:
        """Read parts with OR between them; `field` is what the values around are asked of."""
        options = [self._all(field)]
        while self.next.kind == "or":
            self._take()
            options.append(self._all(field))
        nodes = tuple(node for node, _count in options)
        if len(nodes) == 1:
            return nodes[0]
        if any(count > 1 for _node, count in options):
            self.warn("mixed_operators", nodes[0].start, nodes[-1].end)
        for node in nodes:
            if isinstance(node, Not):
                self.warn("negative_in_or", node.start, node.end)
        return Either(nodes[0].start, nodes[-1].end, nodes)

    def _all(self, field: str) -> tuple[Node, int]:
        """Read what stands between two ORs; returns of how many parts it is, too."""
        nodes = [self._unary(field)]
        while self.next.kind == "and" or self.next.kind in _BEGINNINGS:
            if self.next.kind == "and":
                self._take()
            nodes.append(self._unary(field))
        if len(nodes) == 1:
            return nodes[0], 1
        return All(nodes[0].start, nodes[-1].end, tuple(nodes)), len(nodes)

    def _unary(self, field: str) -> Node:
        start = self.next.start
        is_negative = False
        while self.next.kind in ("not", "plus"):
            is_negative ^= self._take().kind == "not"
        node = self._operand(field)
        if not is_negative:
            return node
        return node.child if isinstance(node, Not) else Not(start, node.end, node)

    def _operand(self, field: str) -> Node:
        if self.next.kind not in (*_VALUES, "field"):
            self._miss_operand()
        if self.next.kind == "field":
            return self._field(field)
        if self.next.kind == "open":
            return self._group(field)
        piece = self.next
        node = self._value(field)
        self.terms += len(node.parts) if isinstance(node, Leaf) else 1
        if self.terms > TERMS:
            self.stop("too_many_terms", piece.start, piece.end, limit=TERMS)
        self._refuse_rest()
        return node

    def _value(self, field: str) -> Node:
        if field == fields.FOLLOWERS:
            return self._followers()
        piece = self._take()
        if piece.kind in ("compare", "range"):
            self.stop("only_of_followers", piece.start, piece.end)
        return self._known(piece, field) if field in fields.EQUAL else self._leaf(piece, field)

    def _group(self, field: str) -> Node:
        opening = self._take()
        self.depth += 1
        if self.depth > DEPTH:
            self.stop("too_deep", opening.start, opening.end, limit=DEPTH)
        if self.next.kind == "close":
            self.stop("empty_parentheses", opening.start, self.next.end)
        node = self._either(field)
        if self.next.kind != "close":
            self.stop("unclosed_parenthesis", opening.start, opening.end)
        self._take()
        self.depth -= 1
        self._refuse_rest()
        return node

    def _field(self, outer: str) -> Node:
        piece = self._take()
        field = fields.field_named(piece.said)
        if field is None:
            known = ", ".join(f"{name}:" for name in fields.FIELDS)
            self.stop("unknown_field", piece.start, piece.end, field=piece.said, known=known)
        if outer:
            self.stop("nested_field", piece.start, piece.end, field=piece.said, outer=outer)
        if self.next.kind not in _VALUES:
            self.stop("value_missing", piece.start, piece.end, field=piece.said)
        return self._operand(field)

    def _known(self, piece: Piece, field: str) -> Node:
        value = fields.value_of(field, piece.said)
        if value is None:
            known = ", ".join(fields.KNOWN[field])
            self.err("bad_value", piece, field=field, value=piece.said, known=known)
        return Known(piece.start, piece.end, field, value or "")

    def _followers(self) -> Node:
        piece = self._take()
        last = piece
        if piece.kind == "range":
            bounds = between(piece)
        else:
            is_compared = piece.kind == "compare"
            last = self._take() if is_compared and self.next.kind == "word" else piece
            bounds = compared(piece.said if is_compared else "", last.said)
        if bounds is None:
            self.err("bad_range", piece._replace(end=last.end))
        low, high = bounds or (None, None)
        return Followers(piece.start, last.end, low, high)

    def _leaf(self, piece: Piece, field: str) -> Node:
        parts = self._parts(piece)
        distance, end = self._distance(piece, len(parts))
        most = PHRASE if distance is None else NEAR
        if len(parts) > most:
            self.err("phrase_too_long", piece, limit=most)
        if not field and piece.kind == "word" and piece.said in _OPERATOR_WORDS:
            self.warn("operator_as_word", piece.start, piece.end, said=piece.said)
        of_author = field == fields.AUTHOR
        is_exact = of_author or field == fields.EXACT
        return Leaf(piece.start, end, parts, distance, is_exact, of_author)

    def _parts(self, piece: Piece) -> tuple[Part, ...]:
        self.wildcards += wildcards_in(piece.said)
        if self.wildcards > WILDCARDS:
            self.stop("too_many_wildcards", piece.start, piece.end, limit=WILDCARDS)
        if piece.kind == "word" and _REGEX.fullmatch(piece.said):
            self.err("no_regex", piece)
            return ()
        try:
            parts = parts_of(piece.said)
        except BadWildcard:
            self.err("early_wildcard", piece, letters=HEAD)
            return ()
        if not parts:
            self.err("nothing_to_find", piece, said=piece.said)
        return parts

    def _distance(self, piece: Piece, words: int) -> tuple[int | None, int]:
        """Return over how many more words a phrase may be spread, and where it ends."""
        if piece.kind != "phrase" or self.next.kind != "near":
            return None, piece.end
        near = self._take()
        if not (near.said.isascii() and near.said.isdigit() and len(near.said) <= 6):
            self.err("bad_distance", near, limit=DISTANCE)
        elif int(near.said) > DISTANCE:
            self.err("distance_too_large", near, limit=DISTANCE)
        elif words == 1:
            self.err("distance_of_one_word", near)
        else:
            return int(near.said), near.end
        return None, near.end

    def _refuse_rest(self) -> None:
        """Refuse what Lucene allows behind a word, and what would not mean anything here."""
        while self.next.kind in ("boost", "near"):
            piece = self._take()
            self.err("no_boost" if piece.kind == "boost" else "no_fuzzy", piece)

    def _miss_operand(self) -> None:
        piece = self.next
        before = self.pieces[self.at - 1] if self.at else None
        if piece.kind in ("boost", "near"):
            self.stop("stray_character", piece.start, piece.end, character=piece.said or "~")
        if piece.kind == "close" and not self.depth:
            self.stop("unopened_parenthesis", piece.start, piece.end)
        if before is not None and before.kind == "open":
            self.stop("unclosed_parenthesis", before.start, before.end)
        operator = piece if piece.kind in ("and", "or") else before or piece
        said = operator.said or ""
        self.stop("operand_missing", operator.start, operator.end, operator=said)
