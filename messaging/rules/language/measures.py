"""What rules compute where words alone do not tell: lengths, difficulty, gaps left to fill."""

import re
from collections.abc import Callable, Iterator, Mapping
from statistics import fmean
from typing import Any, NamedTuple

from messaging.rules.language.reading import NUMBER, Reading

Settings = Mapping[str, int | tuple[str, ...]]


class Hit(NamedTuple):
    """A place in the text, in code points, and what was measured there."""

    start: int
    end: int
    data: Mapping[str, Any]


Measure = Callable[[Reading, Settings], Iterator[Hit]]

_SLOTS = {
    "braces": re.compile(r"\{[^{}\n]{1,60}\}"),
    "angles": re.compile(r"<[^\W\d][\w .'\"/-]{0,58}>"),
    "brackets": re.compile(r"\[[^\[\]\n]{1,60}\](?!\()"),
    "blank": re.compile(r"_{3,}"),
    "crosses": re.compile(r"(?<![^\W_])[Xx]{3,}(?![^\W_])|(?<![^\W_])XX(?![^\W_])"),
    "marks": re.compile(r"\?{4,}|(?<![\w#])#{3,}(?!#|\s*\w)"),
}
_TAGS = frozenset(
    [
        "a",
        "b",
        "i",
        "u",
        "p",
        "br",
        "em",
        "strong",
        "span",
        "div",
        "ul",
        "ol",
        "li",
        "h1",
        "h2",
        "h3",
        "img",
        "hr",
    ]
)
_INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u0591-\u05bd\u05bf\u05c1\u05c2]"
)


def _slots(reading: Reading, settings: Settings) -> Iterator[Hit]:
    """Yield what stands for words still to come: {x}, <x>, [NAME], ___, XXX."""
    for kind, shape in _SLOTS.items():
        for found in shape.finditer(reading.text):
            if _is_slot(kind, found[0], settings):
                yield Hit(found.start(), found.end(), {"kind": kind})


def _is_slot(kind: str, text: str, settings: Settings) -> bool:
    inner = _INVISIBLE.sub("", text[1:-1]).strip().strip("/").casefold()
    if kind == "angles":
        return inner not in _TAGS and not re.match(r"(a|img|span|div|p)\s", inner)
    if kind != "brackets":
        return True
    if inner.isdigit() or inner in _texts(settings, "not_slots"):
        return False
    shouted = re.fullmatch(r"[A-Z][A-Z0-9_ /-]+", _INVISIBLE.sub("", text[1:-1]).strip())
    words = re.split(r"[\W_]+", inner)
    return bool(shouted) or "_" in inner or any(word in _texts(settings, "slots") for word in words)


def _sentence_length(reading: Reading, settings: Settings) -> Iterator[Hit]:
    """Yield sentences of more words than `above` and at most `up_to`."""
    for first, past in reading.bounds:
        if _number(settings, "above") < past - first <= _number(settings, "up_to"):
            yield Hit(*reading.span(first, past), {"words": past - first})


def _coleman_liau(reading: Reading, settings: Settings) -> Iterator[Hit]:
    """Yield the text if its school grade is above `grade`.

    0.0588 L - 0.296 S - 15.8 with letters (L) and sentences (S) per 100 words: M. Coleman and
    T. L. Liau, "A computer readability formula designed for machine scoring", Journal of Applied
    Psychology 60 (1975) 283-284. It needs no syllables.
    """
    lengths = _word_lengths(reading)
    if len(lengths) < _number(settings, "from_words"):
        return
    sentences = 100 * len(reading.bounds) / len(lengths)
    grade = 0.0588 * 100 * fmean(lengths) - 0.296 * sentences - 15.8
    if grade > _number(settings, "grade"):
        yield Hit(0, 0, {"grade": round(grade, 1)})


def _lix(reading: Reading, settings: Settings) -> Iterator[Hit]:
    """Yield the text if its LIX is above `lix`: words a sentence plus the percentage of long words.

    C. H. Björnsson, "Läsbarhet" (1968); `long` is the number of letters from which a word is
    long, 7 in the original. Thresholds for Hebrew are our own.
    """
    lengths = _word_lengths(reading)
    if len(lengths) < _number(settings, "from_words"):
        return
    long = sum(length >= _number(settings, "long") for length in lengths)
    lix = len(lengths) / len(reading.bounds) + 100 * long / len(lengths)
    if lix > _number(settings, "lix"):
        yield Hit(0, 0, {"lix": round(lix)})


def _word_lengths(reading: Reading) -> list[int]:
    return [len(word.forms[0]) for word in reading.words if NUMBER not in word.forms]


def _number(settings: Settings, key: str) -> int:
    value = settings.get(key, 0)
    return value if isinstance(value, int) else 0


def _texts(settings: Settings, key: str) -> tuple[str, ...]:
    value = settings.get(key, ())
    return value if isinstance(value, tuple) else ()


MEASURES: dict[str, Measure] = {
    "slots": _slots,
    "sentence-length": _sentence_length,
    "coleman-liau": _coleman_liau,
    "lix": _lix,
}
