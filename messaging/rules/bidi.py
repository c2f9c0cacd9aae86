"""Right-to-left text kept right: isolates around what would jump, and controls that mislead.

After the Unicode bidirectional algorithm (UAX 9). What a reader of plain text sees wrong in Hebrew:
the `@` of a name, the `#` of a Latin tag, the sign before a number and the last `/` of a link stand
on the far side, and a line that begins with a Latin word is laid out from the left.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from messaging.rules.limits.base import Problem
from messaging.rules.limits.urls import find_urls

Direction = Literal["rtl", "ltr"]

LRI, RLI, FSI, PDI = "\u2066", "\u2067", "\u2068", "\u2069"
RTL_LANGUAGES = frozenset({"he", "iw", "yi", "ar", "fa", "ur"})

_ISOLATES = frozenset({LRI, RLI, FSI})
_EMBEDDINGS = frozenset("\u202a\u202b")
_OVERRIDES = frozenset("\u202d\u202e")
_PDF = "\u202c"
_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_RIGHT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff"
_HAS_RIGHT = re.compile(f"[{_RIGHT}]")
_LINES = re.compile(r"[^\n\r\u2029]*(?:\r\n|[\n\r\u2029])?")

# Within a line from the right: what begins or ends with a sign that belongs to it.
_JUMPY = re.compile(
    r"""
      (?<![\w@.])@\w(?:[\w.]*\w)?(?:@\w(?:[\w.-]*\w)?)?             # @name, @name@host
    | (?<![\w#&])[#][A-Za-z_]\w*                                    # #tag
    | (?<![\w.+\-−±\u0590-\u08ff])[+\-−±]\d(?:[\d.,:/\-]*\d)?%?      # -5, +972-3-1234567
    | (?<![\w(])\(\d{2,4}\)[ -]?\d(?:[\d \-]*\d)?                   # (03) 123-4567
    | (?<!\w)[A-Za-z]\w*[+#*°]+(?!\w)                               # C++, Plus+
    """,
    re.VERBOSE | re.ASCII,
)
# Within a line from the left: a phrase from the right, with the # that belongs to it.
_PHRASE = re.compile(rf"[#@]?[{_RIGHT}](?:[^A-Za-z0-9\n]*[{_RIGHT}])?")
_DIGIT_NEXT = re.compile(r"[^\w\n]*\d")


def base_direction(text: str, language: str) -> Direction:
    """Return how a text is laid out: as its language is, where it has a letter of that side."""
    if language in RTL_LANGUAGES:
        return "rtl" if _HAS_RIGHT.search(text) else "ltr"
    return "ltr" if _first_strong(text, []) != "R" or _has_left(text) else "rtl"


@lru_cache(maxsize=4)
def isolate(text: str, language: str) -> str:
    """Return a text in which what would jump is isolated; twice is the same as once.

    A line in which somebody has set isolates or embeddings is left as it is. The last ones are
    kept: a text goes to one platform after the other.
    """
    if not _HAS_RIGHT.search(text):
        return text
    return "".join(_isolated_line(line, language) for line in _LINES.findall(text))


def check_directions(text: str) -> Iterator[Problem]:
    """Warn of controls that turn what follows around, and of isolates that nothing ends."""
    if not _CONTROLS.search(text):
        return
    at = 0
    for line in _LINES.findall(text):
        yield from _check_line(line, at)
        at += len(line)


def _isolated_line(line: str, language: str) -> str:
    if _CONTROLS.search(line) or not _HAS_RIGHT.search(line):
        return line
    if base_direction(line, language) == "rtl":
        spans = _jumpy_spans(line)
        spans = _with_opening(line, spans)
        return _wrapped(line, spans, LRI)
    return _wrapped(line, _phrases(line), FSI)


def _jumpy_spans(line: str) -> list[tuple[int, int]]:
    links = [(url.start, url.end, True) for url in find_urls(line)]
    others = [(*found.span(), False) for found in _JUMPY.finditer(line)]
    spans, done = [], 0
    for start, end, is_link in sorted([*links, *others]):
        if start < done:
            continue
        done = end
        if not is_link or _link_jumps(line[start:end]):
            spans.append((start, end))
    return spans


def _link_jumps(link: str) -> bool:
    return not link[-1].isalnum() or _HAS_RIGHT.search(link) is not None


def _with_opening(line: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Add the Latin words a line begins with: they would decide its direction."""
    if _first_strong(line, spans) != "L":
        return spans
    first_right = _HAS_RIGHT.search(line)
    end = first_right.start() if first_right else len(line)
    start = next(at for at in _outside(line, spans) if _strength(line[at]) == "L")
    later = [span for span in spans if span[0] >= start and span[0] < end]
    end = later[0][0] if later else end
    while end > start and not line[end - 1].isalnum():
        end -= 1
    end += _closing(line, start, end)
    return sorted([*spans, (start, end)])


def _closing(line: str, start: int, end: int) -> int:
    """Return 1 when the next character closes a bracket opened within."""
    pairs = {")": "(", "]": "[", "}": "{"}
    opener = pairs.get(line[end : end + 1])
    return int(opener is not None and opener in line[start:end])


def _phrases(line: str) -> list[tuple[int, int]]:
    spans = []
    begins_line = _first_strong(line, []) == "R"
    for found in _PHRASE.finditer(line):
        if begins_line or found.group()[0] in "#@" or _DIGIT_NEXT.match(line, found.end()):
            spans.append(found.span())
        begins_line = False
    return spans


def _wrapped(line: str, spans: list[tuple[int, int]], opener: str) -> str:
    parts, at = [], 0
    for start, end in spans:
        parts += [line[at:start], opener, line[start:end], PDI]
        at = end
    return "".join([*parts, line[at:]])


def _strength(one: str) -> str:
    side = unicodedata.bidirectional(one)
    return "R" if side in ("R", "AL") else "L" if side == "L" else ""


def _outside(line: str, spans: list[tuple[int, int]]) -> Iterator[int]:
    at = 0
    for start, end in spans:
        yield from range(at, start)
        at = end
    yield from range(at, len(line))


def _first_strong(line: str, spans: list[tuple[int, int]]) -> str:
    """Return the side of the first letter that is in none of the spans."""
    return next((side for place in _outside(line, spans) if (side := _strength(line[place]))), "")


def _has_left(text: str) -> bool:
    return any(_strength(one) == "L" for one in text)


def _check_line(line: str, offset: int) -> Iterator[Problem]:
    opened = _Opened()
    for found in _CONTROLS.finditer(line):
        one, at = found.group(), found.start() + offset
        if one in _OVERRIDES:
            params = {"character": f"U+{ord(one):04X}"}
            yield Problem("direction_overridden", "warning", "text", at, at + 1, params)
        if one in _OVERRIDES or one in _EMBEDDINGS:
            opened.add(_PDF, at)
        elif one in _ISOLATES:
            opened.add(PDI, at)
        elif not opened.close(one):
            yield Problem("direction_unbalanced", "warning", "text", at, at + 1)
    for at in opened.places:
        yield Problem("direction_unbalanced", "warning", "text", at, at + 1)


class _Opened:
    """The controls of a line that nothing has ended yet."""

    def __init__(self) -> None:
        self.closers: list[str] = []
        self.places: list[int] = []
        self.isolates = 0

    def add(self, closer: str, at: int) -> None:
        """Take in what begins at a place, and what will end it."""
        self.closers.append(closer)
        self.places.append(at)
        self.isolates += closer == PDI

    def close(self, one: str) -> bool:
        """End what a control ends; the end of an isolate ends the embeddings within it."""
        if not self.closers or (one == PDI and not self.isolates):
            return False
        if one == _PDF and self.closers[-1] != _PDF:
            return False
        while self.closers[-1] != one:
            self._drop()
        self.isolates -= one == PDI
        self._drop()
        return True

    def _drop(self) -> None:
        self.closers.pop()
        self.places.pop()
