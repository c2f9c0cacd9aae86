"""Placeholders in a body: `{name}` is filled, `{{` and `}}` are literal braces.

Not str.format, whose fields reach into attributes and items of what they are given.
"""

import re
from collections.abc import Iterator, Mapping

NAME_LENGTH = 40
_NAME = re.compile(rf"[^\W\d]\w{{0,{NAME_LENGTH - 1}}}")
_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


class BadBody(ValueError):
    """The body has a brace that opens, closes or names nothing; `found` is the text of it."""

    def __init__(self, found: str) -> None:
        self.found = found
        super().__init__(found)


def is_name(text: object) -> bool:
    """Say whether this can name a placeholder: letters, digits and _, no digit first."""
    return isinstance(text, str) and _NAME.fullmatch(text) is not None


def names_in(body: str) -> list[str]:
    """Return the names of the placeholders in the order they first occur; raises `BadBody`."""
    return list(dict.fromkeys(name for _literal, name in _parts(body) if name))


def fill(body: str, values: Mapping[str, str]) -> str:
    """Return the body with its placeholders filled; what a value says is never read again.

    Raises `BadBody`, and KeyError for a placeholder without a value.
    """
    return "".join(literal + (values[name] if name else "") for literal, name in _parts(body))


def _parts(body: str) -> Iterator[tuple[str, str]]:
    """Yield each stretch of literal text with the name of the placeholder behind it, if any."""
    end = 0
    for token in _TOKEN.finditer(body):
        text, name = token[0], token[1] or ""
        before = body[end : token.start()]
        end = token.end()
        if text in ("{{", "}}"):
            yield before + text[0], ""
        elif is_name(name):
            yield before, name
        else:
            raise BadBody(text)
    yield body[end:], ""
