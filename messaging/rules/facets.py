"""What is a link, a mention or a tag in a text of Bluesky, and at which bytes.

Bluesky shows plain text unless facets say otherwise; their offsets count UTF-8 bytes, the end not
included (lexicon `app.bsky.richtext.facet`).
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import regex

Kind = Literal["link", "mention", "tag"]

MAX_TAG_GRAPHEMES = 64

# Isolates and marks of direction end a word as a space does: they are not part of an address.
_EDGE = r"\s\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = r"\u00ad\u2060\u200a-\u200d"
_START = rf"(?<![^{_EDGE}(\"'“„«\[])"
_LINK = regex.compile(rf"{_START}(?:https?://|www\.)[^{_EDGE}<>\"]+", regex.IGNORECASE)
_MENTION = regex.compile(
    rf"{_START}@((?:[a-z0-9-]{{1,63}}\.){{1,8}}[a-z][a-z0-9-]{{0,62}})", regex.I
)
_TAG = regex.compile(rf"{_START}[#＃](?!\ufe0f)([^{_EDGE}{_INVISIBLE}#＃]+)")
_OPENING = {")": "(", "]": "["}
_ENDS_SENTENCE = frozenset(".,;:!?'\"…”’»׃")

_Span = tuple[int, int, Kind, str]


@dataclass(frozen=True)
class Facet:
    """A part of a text, in UTF-8 bytes, and what it stands for."""

    start: int
    end: int
    kind: Kind
    value: str


def facets_of(text: str) -> list[Facet]:
    """Return the facets of a text in their order; none overlaps another."""
    found: list[_Span] = []
    for candidate in sorted((*_links(text), *_mentions(text), *_tags(text))):
        if not found or found[-1][1] <= candidate[0]:
            found.append(candidate)
    return _in_bytes(text, found)


def _links(text: str) -> Iterator[_Span]:
    for match in _LINK.finditer(text):
        link = _without_tail(match.group())
        if len(link) > len("https://") or link[:4].lower() == "www.":
            address = link if "://" in link[:8] else f"https://{link}"
            yield match.start(), match.start() + len(link), "link", address


def _mentions(text: str) -> Iterator[_Span]:
    for match in _MENTION.finditer(text):
        yield match.start(), match.end(), "mention", match.group(1).lower()


def _tags(text: str) -> Iterator[_Span]:
    for match in _TAG.finditer(text):
        tag = _without_tail(match.group(1))
        if _is_tag(tag):
            yield match.start(), match.start(1) + len(tag), "tag", tag


def _is_tag(tag: str) -> bool:
    if not any(unicodedata.category(character)[0] not in "NPZ" for character in tag):
        return False
    return len(regex.findall(r"\X", tag)) <= MAX_TAG_GRAPHEMES


def _without_tail(word: str) -> str:
    """Leave out punctuation that ends the sentence, and brackets that opened before the word."""
    open_here = {last: word.count(first) - word.count(last) for last, first in _OPENING.items()}
    end = len(word)
    while end:
        last = word[end - 1]
        if last in _OPENING and open_here[last] < 0:
            open_here[last] += 1
        elif last not in _ENDS_SENTENCE:
            break
        end -= 1
    return word[:end]


def _in_bytes(text: str, found: list[_Span]) -> list[Facet]:
    facets, seen, at = [], 0, 0
    for start, end, kind, value in found:
        first = at + len(text[seen:start].encode())
        seen, at = end, first + len(text[start:end].encode())
        facets.append(Facet(first, at, kind, value))
    return facets
