"""What every chart has around it: title, key, note, and a description for who cannot see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from monitoring.rules.charts.palette import FONT, INK, PAPER, QUIET
from monitoring.rules.charts.spec import Size, Words
from monitoring.rules.charts.svg import element, fitted, plain, text, width_of, wrapped

MARGIN = 16.0
_TITLE, _TEXT, _SMALL = 17, 13, 12
_LINE = _SMALL + 4
# Notes take no more of the height.
_NOTE_PART = 0.28


@dataclass(frozen=True)
class Sample:
    """One entry of the key: a label and the drawing that stands for it, 22 by 12."""

    label: str
    drawing: str


@dataclass(frozen=True)
class Room:
    """What is left for the drawing itself."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top


@dataclass(frozen=True)
class Frame:
    """The parts around a drawing, and the room they leave."""

    before: str
    room: Room


def framed(words: Words, size: Size, samples: Sequence[Sample] = ()) -> Frame:
    """Lay out title, key and note."""
    start = size.width - MARGIN if words.is_rtl else MARGIN
    anchor = "end" if words.is_rtl else "start"
    parts, y = [], MARGIN
    for line in wrapped(words.title, size.width - 2 * MARGIN, _TITLE)[:2]:
        y += _TITLE + 5
        parts.append(
            text(line, start, y - 4, is_rtl=words.is_rtl, size=_TITLE, anchor=anchor, weight=700)
        )
    key, y = _key(samples, words, size, y + 4)
    parts.append(key)
    bottom = size.height - MARGIN
    notes = wrapped(words.note, size.width - 2 * MARGIN, _SMALL)
    notes = notes[: max(2, int(size.height * _NOTE_PART / _LINE))] if words.note else []
    for place, line in enumerate(reversed(notes)):
        at = bottom - place * _LINE
        parts.append(
            text(line, start, at, is_rtl=words.is_rtl, size=_SMALL, anchor=anchor, fill=QUIET)
        )
    bottom -= len(notes) * _LINE + (6 if notes else 0)
    return Frame("".join(parts), Room(MARGIN, y + 10, size.width - MARGIN, bottom))


def around_height(words: Words, width: int) -> int:
    """Return how much of the height title and note take where there is no key."""
    room = width - 2 * MARGIN
    titles = min(len(wrapped(words.title, room, _TITLE)), 2)
    notes = len(wrapped(words.note, room, _SMALL)) if words.note else 0
    return int(3 * MARGIN + titles * (_TITLE + 5) + notes * _LINE)


def whole(words: Words, size: Size, key: str, *parts: str) -> str:
    """Return the document, with its title and description first."""
    named = element("title", escape(plain(words.title)), id=f"{key}-title")
    told = element("desc", escape(plain(words.summary)), id=f"{key}-desc")
    ground = element("rect", width=size.width, height=size.height, fill=PAPER)
    return element(
        "svg",
        "".join([named, told, ground, *parts]),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {size.width} {size.height}",
        width=size.width,
        height=size.height,
        role="img",
        aria_labelledby=f"{key}-title {key}-desc",
        font_family=FONT,
        # A page from the right would turn what start and end mean.
        style="direction:ltr",
    )


def nothing(words: Words, room: Room) -> str:
    """Say that there is nothing to show."""
    x, y = room.left + room.width / 2, room.top + room.height / 2
    said = fitted(words.nothing, room.width, 15)
    return text(said, x, y, is_rtl=words.is_rtl, size=15, anchor="middle", fill=QUIET)


def _key(samples: Sequence[Sample], words: Words, size: Size, top: float) -> tuple[str, float]:
    """Lay out the entries from the side where reading begins, in as many lines as they need."""
    if not samples:
        return "", top
    parts, x, y = [], MARGIN, top + 14
    for sample in samples:
        label = fitted(sample.label, size.width / 2)
        wide = 22 + 7 + width_of(label) + 20
        if x + wide - 20 > size.width - MARGIN and x > MARGIN:
            x, y = MARGIN, y + 20
        parts.append(_entry(sample.drawing, label, x, y, words, size))
        x += wide
    return "".join(parts), y + 4


def _entry(drawing: str, label: str, x: float, y: float, words: Words, size: Size) -> str:
    box = size.width - x - 22 if words.is_rtl else x
    at = size.width - x - 29 if words.is_rtl else x + 29
    placed = element("g", drawing, transform=f"translate({box:.1f} {y - 10:.1f})")
    anchor = "end" if words.is_rtl else "start"
    return placed + text(label, at, y, size=_TEXT, anchor=anchor, fill=INK)
