"""Words, numbers and signs of a text as people send it, each with its place in the original."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Points and cantillation, combining accents, soft hyphens, zero-width and direction marks,
# variation selectors: written, and no part of the word.
_SILENT = re.compile(
    r"[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0300-\u036f\u00ad\u061c"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]"
)
_ALIKE = str.maketrans(
    "\u05be\u2010\u2011\u2012\u2013\u2014\u2212’‘\u05f3״“”„", '-------\'\'\'""""'
)
# A word may hold apostrophes and, in Hebrew, quotation marks inside: we're, מע"מ, ש"ח.
_TOKEN = re.compile(
    r"\d+(?:[.,:/]\d+)*|[^\W\d_]+(?:['\"][^\W\d_]+)*|[%₪$€£]|\n|[^\s\w]|_", re.UNICODE
)


@dataclass(frozen=True)
class Token:
    """A word, number or sign in one spelling; start and end are code points of the original."""

    text: str
    start: int
    end: int


def tokens_of(text: str) -> list[Token]:
    """Return the tokens in order, lower case, without points and marks; takes linear time."""
    plain, places = _plain(text)
    return [
        Token(found[0], places[found.start()], places[found.end() - 1] + 1)
        for found in _TOKEN.finditer(plain)
    ]


def _plain(text: str) -> tuple[str, list[int]]:
    """Return the text without what is silent, and for each character where it stood."""
    kept: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for one in _alike(char):
            kept.append(one)
            places.append(place)
    return "".join(kept), places


@lru_cache(maxsize=8192)
def _alike(char: str) -> str:
    """Return the one spelling of a character; presentation forms lose their points too."""
    return _SILENT.sub("", unicodedata.normalize("NFKC", char.translate(_ALIKE))).lower()
