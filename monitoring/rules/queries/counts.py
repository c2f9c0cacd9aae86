"""Counts as people write them, and what lies between two of them."""

import re

from monitoring.rules.queries.lexer import Piece

Bounds = tuple[int | None, int | None]
_NUMBER = re.compile(r"(\d{1,12}|\d{1,3}(?:,\d{3}){1,3})([kKmM]?)", re.ASCII)
_TIMES = {"": 1, "k": 1_000, "m": 1_000_000}


def number_of(said: str) -> int | None:
    """Return a count (1000, 1,000, 10k, 2M), None when it is none."""
    match = _NUMBER.fullmatch(said)
    if match is None:
        return None
    return int(match[1].replace(",", "")) * _TIMES[match[2].lower()]


def compared(sign: str, said: str) -> Bounds | None:
    """Return the least and the most that `>1000` takes, None at an open end; no bounds: None."""
    count = number_of(said)
    if count is None:
        return None
    return {
        ">": (count + 1, None),
        ">=": (count, None),
        "<": (None, count - 1),
        "<=": (None, count),
        "": (count, count),
    }[sign]


def between(piece: Piece) -> Bounds | None:
    """Return the least and the most of `[low TO high]`; braces leave their end out, `*` is open."""
    said = piece.said
    low = _end(piece.low, +1 if said.startswith("{") else 0)
    high = _end(piece.high, -1 if said.endswith("}") else 0)
    if low is False or high is False:
        return None
    if low is not None and high is not None and low > high:
        return None
    return low, high


def _end(said: str, step: int) -> int | bool | None:
    """Return an end of a range, None where it is open, False where it is no count."""
    if said == "*":
        return None
    count = number_of(said)
    return False if count is None else count + step
