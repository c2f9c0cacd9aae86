"""Text made plain for matching, with the way back to where each character stood."""

import unicodedata
from typing import NamedTuple

# Marks that join or end words keep their meaning, though Unicode counts them with the points.
_KEPT = {"\u05be": "-", "\u05c0": " ", "\u05c3": ".", "\u05c6": " "}
_QUOTES = {
    **dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4`\u05f3\u2032\uff07", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u05f4\u2033\u00ab\u00bb\uff02", '"'),
}
_DASHES = dict.fromkeys("\u2010\u2011\u2012\u2212", "-")
_DIGRAPHS = {"\u05f0": "וו", "\u05f1": "וי", "\u05f2": "יי"}
_FINALS = dict(zip("ךםןףץ", "כמנפצ", strict=True))
_DIRECT = {**_KEPT, **_QUOTES, **_DASHES, **_DIGRAPHS, **_FINALS}


class Plain(NamedTuple):
    """`places[i]` is the index in the original of the i-th character of `text`."""

    text: str
    places: list[int]


class _Forms(dict[str, str]):
    """The plain form of each character met; marks and format characters have an empty one."""

    def __missing__(self, char: str) -> str:
        form = self[char] = _plain_char(char)
        return form


def _plain_char(char: str) -> str:
    if char in _DIRECT:
        return _DIRECT[char]
    kept = [
        _DIRECT.get(part, part)
        for part in unicodedata.normalize("NFKD", char).casefold()
        if unicodedata.category(part) not in ("Mn", "Me", "Cf", "Cs")
    ]
    return "".join(kept)


def plain(text: str) -> Plain:
    """Drop points, accents and invisible characters, fold case, final letters and quotes."""
    forms = _FORMS if len(_FORMS) < _FORMS_KEPT else _Forms()
    chars: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for part in forms[char]:
            chars.append(part)
            places.append(place)
    return Plain("".join(chars), places)


def plain_word(text: str) -> str:
    """Return a word of a pattern the way it stands in a plain text."""
    return plain(text).text


def end_of(text: str, place: int) -> int:
    """Return where the character at a place ends, with the marks that stand on it."""
    end = place + 1
    while end < len(text) and unicodedata.category(text[end]) in ("Mn", "Me"):
        end += 1
    return end


_FORMS = _Forms()
_FORMS_KEPT = 20_000
