"""Counting what people see as one character (Unicode extended grapheme clusters)."""

from collections.abc import Iterator

import regex

from messaging.rules.limits.base import Options, Token

_GRAPHEME = regex.compile(r"\X")


def each_grapheme(text: str, _options: Options) -> Iterator[Token]:
    """Count graphemes: a family of emoji, or a letter with its points, is one."""
    return ((found.start(), found.end(), 1) for found in _GRAPHEME.finditer(text))
