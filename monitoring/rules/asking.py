"""Questions that ask the same: the words of what is asked, put down as numbers and compared.

Candidates are found by bands of a MinHash (A. Broder, On the resemblance and containment of
documents, 1997; bands as in Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, ch. 3), so
that a question is compared with a few others, however many there are.
"""

import hashlib
import random
import re
from collections.abc import Mapping
from typing import NamedTuple

from monitoring.rules.meaning import CHARACTERS_READ, said_in, words_of

# The Jaccard index from which two questions count as one (docs/unanswered-questions.md).
SAME_FROM = 0.5
LEAST_TERMS = 2
MOST_TERMS = 24
QUESTION_LENGTH = 1_000

# Two questions of this index share a band with a probability of 1 - (1 - 0.5²)^24 = 0.999.
_BANDS, _ROWS = 24, 2

_SENTENCE = re.compile(r"[^.!?\n]*[^\s.!?][^.!?\n]*[.!?]*")
_KINDS: Mapping[str, str] = {
    word: kind
    for kind, words in {
        "?when": "when מתי ממתי",
        "?where": "where איפה היכן מאיפה לאן",
        "?why": "why למה מדוע",
        "?who": "who whom מי למי",
        "?how": "how איך כיצד איכה",
        "?much": "much many כמה בכמה",
    }.items()
    for word in words.split()
}


# Said around a question, not asked.
_AROUND_WORDS = """
    please hi hello hey thanks thank know knows anybody anyone somebody someone help question
    questions tell ask asking wonder wondering want wants would need guys really
    בבקשה שלום היי תודה יודע יודעת יודעים מישהו מישהי אפשר אשמח לדעת שאלה לשאול תגידו רוצה רציתי
    עזרה האם באמת חברים צריך
"""
_AROUND = frozenset(_AROUND_WORDS.split())


class Asked(NamedTuple):
    """What is asked, as numbers: its words, and what it asks for (when, where …)."""

    terms: frozenset[int]
    kinds: frozenset[int]


def question_in(text: str) -> str:
    """Return the sentences of a text that end in a question mark, or else all of it."""
    return " ".join(questions_in(text) or _sentences(text))[:QUESTION_LENGTH].strip()


def questions_in(text: str) -> list[str]:
    """Return the sentences of a text that end in a question mark."""
    return [sentence for sentence in _sentences(text) if "?" in sentence[-3:]]


def asked_in(text: str, *, secret: bytes) -> Asked | None:
    """Return what a text asks; None where too few of its words tell anything.

    Without `secret` (16 to 64 bytes) nobody can try out which words the numbers stand for.
    """
    question = question_in(text)
    kinds = {_KINDS[word] for word in words_of(question) if word in _KINDS}
    words = dict.fromkeys(
        _one_of(term.readings)
        for term in said_in(question).terms
        if term.word not in _KINDS and term.word not in _AROUND
    )
    if not words or len(words) + len(kinds) < LEAST_TERMS:
        return None
    most = list(words)[:MOST_TERMS]
    return Asked(
        frozenset(_number(word, secret) for word in most),
        frozenset(_number(kind, secret) for kind in kinds),
    )


def sameness(one: Asked, other: Asked) -> float:
    """Return the Jaccard index of two questions, 0 where they ask for other things: when, why."""
    if one.kinds and other.kinds and one.kinds.isdisjoint(other.kinds):
        return 0.0
    first, second = one.terms | one.kinds, other.terms | other.kinds
    return len(first & second) / len(first | second)


def _sentences(text: str) -> list[str]:
    return [found.group().strip() for found in _SENTENCE.finditer(text[:CHARACTERS_READ])]


def bands_of(asked: Asked) -> list[int]:
    """Return numbers of which questions that ask the same share one, nearly always."""
    numbers = [number % _PRIME for number in asked.terms | asked.kinds]
    least = [min((a * number + b) % _PRIME for number in numbers) for a, b in _MIXES]
    rows = [least[at : at + _ROWS] for at in range(0, len(least), _ROWS)]
    return [_number(f"{band}:{row}", b"") for band, row in enumerate(rows)]


def _one_of(readings: frozenset[str]) -> str:
    """Return one reading for all forms of a word: its concept, or the shortest stem."""
    return min(readings, key=lambda one: (one[0] != "=", len(one), one))


def _number(word: str, secret: bytes) -> int:
    digest = hashlib.blake2b(word.encode(), digest_size=8, key=secret).digest()
    return int.from_bytes(digest, signed=True)


# Universal hashing (Carter and Wegman, 1979) modulo a Mersenne prime; drawn once, the same always.
_PRIME = 2**61 - 1
_DRAWN = random.Random("asking")  # noqa: S311 - nothing is kept secret by it
_MIXES = [(_DRAWN.randrange(1, _PRIME), _DRAWN.randrange(_PRIME)) for _row in range(_BANDS * _ROWS)]
