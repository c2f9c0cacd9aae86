"""What the words of a text mean, roughly, so that texts which say the same can be told."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from messaging.rules.language.english import expand
from messaging.rules.language.stems import is_content, readings

# What follows in a long article hardly repeats anybody and would cost time.
CHARACTERS_READ = 20_000

_LOOKS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u00ad\u200b-\u200f"
    "\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]"
)
_ALIKE = str.maketrans("’‘׳`´“”„״", "'''''\"\"\"\"")
_NOT_SAID = re.compile(r"(?:https?://|www\.)\S+|(?<!\w)@\w+")
_PIECE = re.compile(
    r"\d+(?:[.,:/]\d+)*|[^\W\d_]+(?:['\"][^\W\d_]+)*|\n+|[.!?;…]+(?=\s|$|\")|[,:](?=\s)"
)
_COMMA, _FULL_STOP = _STOPS = (",", ".")
_NEGATION_WORDS = """
    not no never nobody none nothing neither nor without
    לא אין אינו אינה אינם אינן איננו בלי ללא אף שום מעולם אל שלא ולא ואין שאין
"""
_DENIAL_WORDS = """
    lie lies lying lied false fake untrue bullshit nonsense myth
    שקר שקרים משקרים שקרן משקר פייק קשקוש שטויות
"""
_NEGATIONS, _DENIALS = frozenset(_NEGATION_WORDS.split()), frozenset(_DENIAL_WORDS.split())
# Not true, לא נכון: with a "not" in front they deny what follows.
_TRUTHS = frozenset(["true", "correct", "right", "נכון", "אמת", "אמיתי"])


class Term(NamedTuple):
    """A word that tells something: its readings, its place, and in which part of the text."""

    word: str
    readings: frozenset[str]
    place: int
    sentence: int
    clause: int


class Said(NamedTuple):
    """A text as it is compared: what it tells, and the places where it says no."""

    terms: list[Term]
    negations: list[int]
    denials: list[int]
    words: int


def said_in(text: str) -> Said:
    """Return what a text tells; addresses and names of accounts tell nothing."""
    terms: list[Term] = []
    negations: list[int] = []
    denials: list[int] = []
    place = sentence = clause = 0
    for word in words_of(text):
        if word in _STOPS:
            clause += 1
            sentence += word == _FULL_STOP
            continue
        if word in _NEGATIONS:
            negations.append(place)
        elif word in _DENIALS or (word in _TRUTHS and negations[-1:] == [place - 1]):
            denials.append(place)
        elif word[0].isdigit() or is_content(word):
            terms.append(Term(word, _readings(word), place, sentence, clause))
        place += 1
    return Said(terms, negations, denials, place)


def words_of(text: str) -> Iterator[str]:
    """Yield the words of a text in one spelling, and stops: a full one where a sentence ends."""
    for piece in _PIECE.findall(_NOT_SAID.sub(" ", _plain(text[:CHARACTERS_READ]))):
        if piece[0].isalnum():
            yield from expand(piece)
        else:
            yield _COMMA if piece in ",:" else _FULL_STOP


def _plain(text: str) -> str:
    return _LOOKS.sub("", unicodedata.normalize("NFKC", text).translate(_ALIKE)).casefold()


def _readings(word: str) -> frozenset[str]:
    return frozenset([word]) if word[0].isdigit() else readings(word)
