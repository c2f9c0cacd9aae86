"""Placeholders in a body: `{name}` is filled, `{block:name}` is another text, `{{` is a brace.

Not str.format, whose fields reach into attributes and items of what they are given.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

NAME_LENGTH = 40
# Where the blocks chosen for one message go; without it they follow the body.
CHOSEN = "*"
_NAME = re.compile(rf"[^\W\d]\w{{0,{NAME_LENGTH - 1}}}")
_BLOCK = re.compile(r"block:([a-z0-9]+(?:-[a-z0-9]+)*|\*)")
_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


class BadBody(ValueError):
    """The body has a brace that opens, closes or names nothing; `found` is the text of it."""

    def __init__(self, found: str) -> None:
        self.found = found
        super().__init__(found)


@dataclass(frozen=True)
class Part:
    """A stretch of literal text, and the placeholder or the block behind it, if any."""

    text: str
    name: str = ""
    block: str = ""


def is_name(text: object) -> bool:
    """Say whether this can name a placeholder: letters, digits and _, no digit first."""
    return isinstance(text, str) and _NAME.fullmatch(text) is not None


def names_in(body: str) -> list[str]:
    """Return the names of the placeholders in the order they first occur; raises `BadBody`."""
    return names_of(parts_of(body))


def names_of(parts: Iterable[Part]) -> list[str]:
    """Return the names of the placeholders among the parts, each once."""
    return list(dict.fromkeys(part.name for part in parts if part.name))


def fill(body: str, values: Mapping[str, str]) -> str:
    """Return the body with its placeholders filled; what a value says is never read again.

    Raises `BadBody`, and KeyError for a placeholder without a value.
    """
    return filled(parts_of(body), values)


def filled(parts: Iterable[Part], values: Mapping[str, str]) -> str:
    """Return the text of parts without blocks; raises KeyError for one without a value."""
    return "".join(part.text + (values[part.name] if part.name else "") for part in parts)


def parts_of(body: str) -> list[Part]:
    """Return the body taken apart; raises `BadBody`."""
    return list(_parts(body))


def _parts(body: str) -> Iterator[Part]:
    end = 0
    for token in _TOKEN.finditer(body):
        text, inside = token[0], token[1] or ""
        before = body[end : token.start()]
        end = token.end()
        if text in ("{{", "}}"):
            yield Part(before + text[0])
        elif is_name(inside):
            yield Part(before, name=inside)
        elif block := _BLOCK.fullmatch(inside):
            yield Part(before, block=block[1])
        else:
            raise BadBody(text)
    yield Part(body[end:])
