"""Clauses of a text: the stretch of words within which a number, a date and a verb go together."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from messaging.rules.language.stems import is_content, readings
from messaging.rules.language.tokens import Token, tokens_of

_ENDS = frozenset(".!?;\n…:•()|")
# No clause is longer: what is further away does not belong together.
MOST_TOKENS = 80
_TURNS = frozenset({"but", "while", "whereas", "אבל", "אך", "ואילו", "אולם"})
_NEGATIONS = """
    not no never isn't wasn't weren't aren't didn't doesn't don't haven't hasn't cannot can't won't
    without neither nor לא אין אינו אינה אינם איננו בלי ללא טרם אף
"""
_NOT = frozenset(_NEGATIONS.split())
# Whoever says this does not say that it is so.
_SUPPOSED = """
    if whether alleged allegedly claim claims claimed reports reported rumour rumor rumours rumors
    unconfirmed unverified checking investigating examining false untrue may might could possibly
    אם האם לכאורה טענה טענות נטען שמועה שמועות נבדק בודקים בודקות בדיקה ייתכן יתכן אולי שקרי שקר
    כוזב
"""
_HEDGES = frozenset(_SUPPOSED.split())


@dataclass(frozen=True)
class Clause:
    """Tokens between two ends, in order."""

    tokens: tuple[Token, ...]

    @property
    def start(self) -> int:
        """Where its first word stands in the original."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """Where its last word ends, exclusive."""
        return self.tokens[-1].end

    @cached_property
    def words(self) -> list[str]:
        """The words that tell of something, in order."""
        return [token.text for token in self.tokens if is_content(token.text)]

    @property
    def is_negated(self) -> bool:
        """Whether it denies something."""
        return any(token.text in _NOT for token in self.tokens)

    @property
    def is_hedged(self) -> bool:
        """Whether it asks, supposes or quotes."""
        return any(token.text in _HEDGES for token in self.tokens)

    def readings(self) -> frozenset[str]:
        """Return what all its words may be."""
        return frozenset(reading for word in self.words for reading in readings(word))


class Parsed:
    """A text with its clauses and sentences, taken apart once."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def clauses(self) -> list[Clause]:
        """Sentences, parted at commas that part more than digits."""
        return [
            clause for sentence in self.sentences for clause in _parted(sentence.tokens, _parts)
        ]

    @cached_property
    def sentences(self) -> list[Clause]:
        """Whole sentences, up to `MOST_TOKENS` tokens each."""
        return list(_parted(tokens_of(self.text), _ends))


@lru_cache(maxsize=256)
def parsed(text: str) -> Parsed:
    """Return a text that is read again and again (a fact, a publication), taken apart."""
    return Parsed(text)


def _parted(
    tokens: Sequence[Token], ends: Callable[[Sequence[Token], int], bool]
) -> Iterator[Clause]:
    clause: list[Token] = []
    for place, token in enumerate(tokens):
        is_end = ends(tokens, place)
        if not is_end:
            clause.append(token)
        if clause and (is_end or len(clause) == MOST_TOKENS):
            yield Clause(tuple(clause))
            clause = []
    if clause:
        yield Clause(tuple(clause))


def _ends(tokens: Sequence[Token], place: int) -> bool:
    return tokens[place].text in _ENDS


def _parts(tokens: Sequence[Token], place: int) -> bool:
    """Say whether a clause ends here; the comma of "May 3, 2026" ends none."""
    text = tokens[place].text
    if text == ",":
        following = tokens[place + 1].text if place + 1 < len(tokens) else ""
        return not (place and tokens[place - 1].text.isdecimal() and len(following) == 4)
    return text in _TURNS
