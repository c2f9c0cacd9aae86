"""The words of a text and their places, as queries look for them."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from monitoring.rules.queries.folding import fold, fold_with_places
from monitoring.rules.queries.hebrew import stems_of

HEBREW = "\u05d0-\u05ea"
# Written without spaces between words: each character is a word.
_SINGLE = r"\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"
_EMOJI = r"\u2190-\u2bff\U0001f000-\U0001faff"
# Vowel signs of India and Thailand belong to words; Python counts them as no letters.
_LETTER = rf"(?:[^\W_{HEBREW}{_SINGLE}]|[\u0900-\u0dff\u0e00-\u0eff])"
_HEBREW_WORD = rf"[{HEBREW}]+(?:[\"']{{1,2}}[{HEBREW}]+)*"
_OTHER_WORD = rf"{_LETTER}+(?:'{_LETTER}+)*"
_TOKEN = re.compile(
    rf"(?<!\w)(?:#\w[\w\"']*|@\w[\w.]*)|{_HEBREW_WORD}|{_OTHER_WORD}|[{_SINGLE}{_EMOJI}]"
)
_PART = re.compile(rf"{_HEBREW_WORD}|{_OTHER_WORD}|[{_SINGLE}]")
_QUOTES = re.compile(r"[\"']")


class Token(NamedTuple):
    """A word as it is compared, and other names it goes by at the same place."""

    form: str
    others: tuple[str, ...]


def tokens_of(folded: str) -> Iterator[tuple[int, int, Token]]:
    """Yield the words of a folded text with their beginnings and ends in it."""
    for match in _TOKEN.finditer(folded):
        said = match.group()
        if said[0] in "#@":
            yield from _named(said, match.start())
        else:
            yield match.start(), match.end(), _token(said)


def _token(said: str) -> Token:
    """Return a word without its quotes and apostrophes; "Rimon's" is also called "rimon"."""
    if said.isalnum():
        return Token(said, ())
    others = (said[:-2],) if said.endswith("'s") else ()
    return Token(_QUOTES.sub("", said), others)


def _named(said: str, start: int) -> Iterator[tuple[int, int, Token]]:
    """Yield the words of a hashtag or an account; the first also goes by the whole of it."""
    said = said.rstrip(".'\"")
    whole = _QUOTES.sub("", said)
    names: tuple[str, ...] = (whole.replace("_", ""),) if said[0] == "#" else (whole,)
    for part in _PART.finditer(said):
        token = _token(part.group())
        yield start + part.start(), start + part.end(), Token(token.form, (*token.others, *names))
        names = ()


class Words:
    """The places of each word: `exact` as it is written, `bare` without its glued prefixes."""

    __slots__ = ("_sorted", "bare", "exact")

    def __init__(self, text: str) -> None:
        """Read a text of any length."""
        self.exact: dict[str, list[int]] = {}
        self.bare: dict[str, list[int]] = {}
        self._sorted: dict[bool, list[str]] = {}
        exact, bare = self.exact, self.bare
        for place, (_start, _end, (form, others)) in enumerate(tokens_of(fold(text))):
            exact.setdefault(form, []).append(place)
            for other in others:
                exact.setdefault(other, []).append(place)
            for stem in stems_of(form):
                bare.setdefault(stem, []).append(place)

    def beginning_with(self, head: str, *, bare: bool) -> Iterator[str]:
        """Yield the forms that begin with these letters."""
        if bare not in self._sorted:
            self._sorted[bare] = sorted(self.bare if bare else self.exact)
        forms = self._sorted[bare]
        for at in range(bisect_left(forms, head), len(forms)):
            if not forms[at].startswith(head):
                return
            yield forms[at]


class Span(NamedTuple):
    """Characters of a text, counted from 0; `end` is the first one behind."""

    start: int
    end: int


def spans_of(text: str) -> list[Span]:
    """Return where in the text each of its words stands, by place."""
    folded, places = fold_with_places(text)
    places.append(len(text))
    return [Span(places[start], places[end]) for start, end, _token in tokens_of(folded)]
