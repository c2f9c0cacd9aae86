"""The words of a text and their places, as queries look for them."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from monitoring.rules.queries.folding import fold, fold_with_places
from monitoring.rules.queries.hebrew import PREFIXED, stems_of

HEBREW = "\u05d0-\u05ea"
# Written without spaces between words: each character is a word.
_SINGLE = r"\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"
_EMOJI = r"\u2190-\u2bff\U0001f000-\U0001faff"
# Vowel signs of India and Thailand belong to words; Python counts them as no letters.
_SIGNS = r"\u0900-\u0dff\u0e00-\u0eff"
_PLAIN_LETTER = rf"[^\W_{HEBREW}{_SINGLE}]"
_ANY_LETTER = rf"(?:{_PLAIN_LETTER}|[{_SIGNS}])"
_HEBREW_WORD = rf"[{HEBREW}]+(?:[\"']{{1,2}}[{HEBREW}]+)*"
_NAME = r"(?<!\w)(?:#\w[\w\"']*|@\w[\w.]*)"
_QUOTES = re.compile(r"[\"']")


def _tokens(letter: str) -> re.Pattern[str]:
    other = rf"{letter}+(?:'{letter}+)*"
    return re.compile(rf"{_HEBREW_WORD}|{other}|{_NAME}|[{_SINGLE}{_EMOJI}]")


_TOKEN, _TOKEN_WITH_SIGNS, _SIGN = (
    _tokens(_PLAIN_LETTER),
    _tokens(_ANY_LETTER),
    re.compile(f"[{_SIGNS}]"),
)
_PART = re.compile(rf"{_HEBREW_WORD}|{_ANY_LETTER}+(?:'{_ANY_LETTER}+)*|[{_SINGLE}]")


class Token(NamedTuple):
    """A word as it is compared, and other names it goes by at the same place."""

    form: str
    others: tuple[str, ...]


def tokens_of(folded: str) -> Iterator[tuple[int, int, Token]]:
    """Yield the words of a folded text with their beginnings and ends in it."""
    for match in _pattern_for(folded).finditer(folded):
        said = match.group()
        if said[0] in "#@":
            yield from _named(said, match.start())
        else:
            yield match.start(), match.end(), _token(said)


def _tokens_in(said: str) -> Iterator[Token]:
    """Yield the words of a name, or of a word with signs in it."""
    if said[0] in "#@":
        yield from (token for _start, _end, token in _named(said, 0))
    else:
        yield _token(said)


def _pattern_for(folded: str) -> re.Pattern[str]:
    """Return the quicker pattern for texts that need no other."""
    return _TOKEN_WITH_SIGNS if _SIGN.search(folded) else _TOKEN


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
        folded = fold(text)
        place = 0
        for said in _pattern_for(folded).findall(folded):
            if said.isalnum():
                self._add(said, place)
                place += 1
                continue
            for token in _tokens_in(said):
                self._add(token.form, place)
                for other in token.others:
                    self.exact.setdefault(other, []).append(place)
                place += 1

    def _add(self, form: str, place: int) -> None:
        self.exact.setdefault(form, []).append(place)
        if form[0] in PREFIXED:
            for stem in stems_of(form):
                self.bare.setdefault(stem, []).append(place)

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
