"""Writing SVG: elements, and text that is laid out the same in browsers and on paper."""

import re
import unicodedata
from collections.abc import Iterable
from html import escape

from monitoring.rules.charts.palette import INK

# XML 1.0 has no place for these, escaped or not; embeddings and overrides would show what is not
# written. Isolates may stay: they keep numbers in order.
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CONTROLS = re.compile("[\u200e\u200f\u061c\u202a-\u202e]")
_SPACE = re.compile(r"\s+")
_RLE, _LRE, _PDF = "\u202b", "\u202a", "\u202c"
_RIGHT = frozenset({"R", "AL"})
# Widths of the typeface in parts of its size, rather too wide than too narrow.
_WIDE, _USUAL, _NARROW = 0.72, 0.58, 0.3
_NARROW_SIGNS = frozenset(" .,:;'|!()[]ilIjtfr·׳יון־")


def element(name: str, content: str = "", /, **attributes: object) -> str:
    """Return an element; `class_` and `stroke_width` are written as XML names them."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_written(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{said}>{content}</{name}>" if content else f"<{name}{said}/>"


def text(
    said: str,
    x: float,
    y: float,
    *,
    is_rtl: bool | None = None,
    size: int = 13,
    anchor: str = "start",
    fill: str = INK,
    weight: int = 400,
) -> str:
    """Return a line of text; its direction is that of its first letter unless it is given.

    Direction is said by embedding, not by an attribute: then `start` is the left everywhere.
    """
    clean = plain(said)
    rtl = begins_right(clean) if is_rtl is None else is_rtl
    needed = rtl or has_right(clean)
    embedded = f"{_RLE if rtl else _LRE}{clean}{_PDF}" if needed else clean
    return element(
        "text",
        escape(embedded),
        x=x,
        y=y,
        font_size=size,
        fill=fill,
        text_anchor=None if anchor == "start" else anchor,
        font_weight=None if weight == 400 else weight,
    )


def plain(said: str) -> str:
    """Return text on one line without what XML cannot hold and what turns the direction."""
    return _SPACE.sub(" ", _CONTROLS.sub("", _IMPOSSIBLE.sub("", said))).strip()


def begins_right(said: str) -> bool:
    """Say whether the first letter is of a script that runs from the right."""
    return next((side in _RIGHT for side in _sides(said) if side in _RIGHT or side == "L"), False)


def has_right(said: str) -> bool:
    """Say whether there is any letter of a script that runs from the right."""
    return any(side in _RIGHT for side in _sides(said))


def width_of(said: str, size: int = 13) -> float:
    """Return about how wide a text is, rather more than less."""
    return size * sum(_sign_width(sign) for sign in said)


def fitted(said: str, room: float, size: int = 13) -> str:
    """Return the text, cut with an ellipsis where it is wider than the room."""
    clean = plain(said)
    if width_of(clean, size) <= room:
        return clean
    while clean and width_of(clean, size) + size > room:
        clean = clean[:-1]
    return f"{clean.rstrip()}…"


def wrapped(said: str, room: float, size: int = 13) -> list[str]:
    """Return the text in lines that fit the room."""
    lines: list[str] = []
    for word in plain(said).split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def path(points: Iterable[tuple[float, float]]) -> str:
    """Return the commands of a line through points."""
    said = [f"{_written(x)} {_written(y)}" for x, y in points]
    return f"M{'L'.join(said)}" if said else ""


def _sides(said: str) -> Iterable[str]:
    return (unicodedata.bidirectional(sign) for sign in said)


def _sign_width(sign: str) -> float:
    if unicodedata.combining(sign) or unicodedata.category(sign) == "Cf":
        return 0
    if sign in _NARROW_SIGNS:
        return _NARROW
    if unicodedata.east_asian_width(sign) in "WF":
        return 1
    return _WIDE if sign.isupper() or sign in "mwM%שמ" else _USUAL


def _written(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
