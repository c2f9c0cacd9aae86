"""Texts as they are compared: without case, accents, points, final letters and invisible marks."""

import re
import unicodedata

# Accents, Hebrew points, Arabic vowel signs, stretching, and what steers direction or looks.
# Marks of other scripts are letters of their own there, and stay.
_MARKS = (
    r"\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    r"\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
    r"\u00ad\u200c-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U0001f3fb-\U0001f3ff"
)
_DROPPED = re.compile(f"[{_MARKS}]")
_ONE_FORM = (
    *zip("ךםןףץ", "כמנפצ", strict=True),
    *zip("ىةی", "يهي", strict=True),
    *zip("‘’‛׳`´", "''''''", strict=True),
    *zip("“”„‟״", '"""""', strict=True),
)
# #BoycottRimon is two words; only its capitals tell.
_HASHTAG = re.compile(r"#\w+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def _humps(text: str) -> list[int]:
    """Return the places where a hashtag goes on with a new word."""
    return [
        tag.start() + hump.start()
        for tag in _HASHTAG.finditer(text)
        for hump in _HUMP.finditer(tag.group())
    ]


def _with_parted_hashtags(text: str) -> str:
    return _HASHTAG.sub(lambda tag: _HUMP.sub("_", tag.group()), text)


def fold(text: str) -> str:
    """Return a text as it is compared; quotes and apostrophes become the plain ones."""
    if "#" in text:
        text = _with_parted_hashtags(text)
    if text.isascii():
        return text.lower().replace("`", "'")
    folded = unicodedata.normalize("NFKD", text).casefold()
    folded = _DROPPED.sub("", folded)
    for form, plain in _ONE_FORM:
        folded = folded.replace(form, plain)
    return folded


def fold_with_places(text: str) -> tuple[str, list[int]]:
    """Return the folded text, and for each of its characters the place it has in the text."""
    parts: list[str] = []
    places: list[int] = []
    humps = set(_humps(text))
    for place, character in enumerate(text):
        folded = ("_" if place in humps else "") + fold(character)
        parts.append(folded)
        places.extend([place] * len(folded))
    return "".join(parts), places
