"""Contrast of colours after WCAG 2.2: relative luminance, ratio, and a shade that can be read.

Formulas: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance and #dfn-contrast-ratio.
"""

import re

_COLOUR = re.compile(r"#[0-9a-f]{6}")

# Success criterion 1.4.3 (AA) for text of any size.
READABLE = 4.5
# The raised grounds of `messaging/static/public/page.css`: what can be read on them can be read on
# the plain ones, which are further from any text.
LIGHT_GROUND = "#f5f6f8"
DARK_GROUND = "#1e232a"
_STEPS = 20

Channels = tuple[int, int, int]


def is_colour(text: str) -> bool:
    """Say whether the text is a colour as `#1a2b3c`, lower case."""
    return _COLOUR.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 (none) to 21 (black on white)."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def readable_on(colour: str, ground: str, *, least: float = READABLE) -> str:
    """Return the colour, or the nearest shade of it that has the contrast on the ground.

    It is mixed with black on a light ground, with white on a dark one, in steps of a twentieth.
    """
    goal = _channels("#ffffff" if _luminance(ground) < 0.18 else "#000000")
    own = _channels(colour)
    for step in range(_STEPS):
        mixed = _mixed(own, goal, step / _STEPS)
        if contrast(mixed, ground) >= least:
            return mixed
    return _mixed(own, goal, 1.0)


def _mixed(own: Channels, goal: Channels, share: float) -> str:
    parts = (round(mine + (theirs - mine) * share) for mine, theirs in zip(own, goal, strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _channels(colour: str) -> Channels:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
