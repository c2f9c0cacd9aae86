"""Expressions in pieces: words, phrases, operators, brackets, each with its place."""

import re
from typing import NamedTuple

from monitoring.rules.queries.problems import Problem
from monitoring.rules.queries.words import HEBREW

_INVISIBLE = r"\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_QUOTE = '"“”„‟״'
# Between two Hebrew letters they are part of an acronym; points may stand between.
_POINTS = r"\u0591-\u05c7"
_GERSHAYIM = rf"(?<=[{HEBREW}{_POINTS}])[{_QUOTE}](?=[{HEBREW}])"
_IN_WORD = rf"\\.|{_GERSHAYIM}|[^\s\\(){{}}\[\]:~^{_QUOTE}{_INVISIBLE}]"
_END = r"[^\s\[\]{}]{1,20}"
_PIECE = re.compile(
    rf"""
    (?P<space>[\s{_INVISIBLE}]+)
    | (?P<range>[\[{{]\s*(?P<low>{_END})\s+TO\s+(?P<high>{_END})\s*[\]}}])
    | (?P<open>\() | (?P<close>\))
    | (?P<phrase>[{_QUOTE}](?P<said>(?:\\.|{_GERSHAYIM}|[^\\{_QUOTE}])*)[{_QUOTE}])
    | (?P<near>~(?P<distance>[^\s(){_QUOTE}]*)) | (?P<boost>\^[\d.]*)
    | (?P<and>(?:AND|&&)(?![^\s(){_QUOTE}])) | (?P<or>(?:OR|\|\|)(?![^\s(){_QUOTE}]))
    | (?P<not>NOT(?![^\s(){_QUOTE}])|[-!](?=[^\s)])) | (?P<plus>\+(?=[^\s)]))
    | (?P<field>[A-Za-z_]+):(?!//)
    | (?P<compare>[<>]=?)
    | (?P<word>(?:{_IN_WORD}|:)+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_STRAY = {'"': "unclosed_quote", "[": "unclosed_bracket", "{": "unclosed_bracket"}


class Piece(NamedTuple):
    """Its kind, its place in the expression, and what it says."""

    kind: str
    start: int
    end: int
    said: str
    low: str = ""
    high: str = ""


def pieces_of(expression: str) -> tuple[list[Piece], list[Problem]]:
    """Return the pieces of any string but its spaces, and what is none."""
    pieces: list[Piece] = []
    problems: list[Problem] = []
    for match in _PIECE.finditer(expression):
        piece = _piece(match)
        if piece.kind == "other":
            problems.append(_stray(piece))
        elif piece.kind != "space":
            pieces.append(piece)
    return pieces, problems


def _piece(match: re.Match[str]) -> Piece:
    kind = match.lastgroup or "other"
    said = match["said"] if kind == "phrase" else match[kind]
    said = match["distance"] if kind == "near" else said
    return Piece(kind, match.start(), match.end(), said, match["low"] or "", match["high"] or "")


def _stray(piece: Piece) -> Problem:
    character = '"' if piece.said in _QUOTE else piece.said
    code = _STRAY.get(character, "stray_character")
    return Problem(code, piece.start, piece.end, {"character": piece.said})
