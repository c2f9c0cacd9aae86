"""What a success story is found by: its words, in Hebrew also without the letters glued to them."""

import re
import unicodedata
from collections.abc import Iterable

from messaging.rules.language.hebrew import forms_of

# Enough to find it by; PostgreSQL holds a vector of at most a megabyte.
MOST_WORDS = 2_000
MOST_ASKED = 12
_LONGEST = 60
_WORD = re.compile(r"\w+(?:[\"'׳״’]\w+)*")
_HEBREW = re.compile(r"[\u05d0-\u05ea]")
_MARKS = re.compile(
    r"[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u200b-\u200f\u2060-\u2069]"
)
_GERESH = str.maketrans({"׳": "'", "’": "'", "״": '"'})


def words_of(text: str) -> list[str]:
    """Return the words of a text: lower case, without points and marks of direction."""
    plain = _MARKS.sub("", unicodedata.normalize("NFC", text)).translate(_GERESH).lower()
    return [word[:_LONGEST] for word in _WORD.findall(plain)]


def indexed(texts: Iterable[str]) -> list[str]:
    """Return every form the words of a story are found by, each once, in a stable order."""
    forms: dict[str, None] = {}
    for text in texts:
        for word in words_of(text):
            forms.update(dict.fromkeys(_forms(word)))
            if len(forms) > MOST_WORDS:
                return list(forms)[:MOST_WORDS]
    return list(forms)


def asked(text: str) -> list[list[str]]:
    """Return for each word of a question the forms that answer it; any one of them will do."""
    return [_forms(word) for word in words_of(text)[:MOST_ASKED]]


def _forms(word: str) -> list[str]:
    """Return a word in the forms it has: without prefixes in Hebrew, in English without its s."""
    if _HEBREW.search(word):
        return [_plain(form) for form in forms_of(word) if _plain(form)]
    plain = _plain(word.removesuffix("'s"))
    single = plain[:-1] if len(plain) > 3 and plain.endswith("s") and plain[-2] != "s" else plain
    return list(dict.fromkeys([plain, single]))


def _plain(word: str) -> str:
    return word.replace('"', "").replace("'", "")
