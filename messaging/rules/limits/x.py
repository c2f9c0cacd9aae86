"""X: weighted characters (twitter-text configuration v3; docs/platform-limits.md)."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import accumulate

import regex

from messaging.rules.limits.base import Meter, Options, Platform, Post, Problem, Token
from messaging.rules.limits.emojis import find_emojis
from messaging.rules.limits.media import MediaRule
from messaging.rules.limits.urls import find_urls

LIMIT = 280
URL_WEIGHT = 23
# Code points that weigh one; everything else weighs two.
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_INVALID = re.compile("[\ufffe\ufeff\uffff]")
_CASHTAG = re.compile(r"(?<![\w$])\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?!\w)")
_MENTIONS = re.compile(r"(?:\s*+@[A-Za-z0-9_]{1,15}(?![A-Za-z0-9_@]))+\s*+")

_MIB = 1024 * 1024
MEDIA = MediaRule(
    pictures={"image/jpeg": 5 * _MIB, "image/png": 5 * _MIB, "image/webp": 5 * _MIB,
              "image/gif": 15 * _MIB},
    films={"video/mp4": 512 * _MIB},
    most_pictures=4,
    alone=frozenset({"image/gif", "video/mp4"}),
)  # fmt: skip


def tokens(text: str, options: Options) -> Iterator[Token]:
    """Cut a text into what X counts: links, emoji, characters; NFC is counted, as X does."""
    composed = unicodedata.normalize("NFC", text)
    counted = _tokens(composed, options)
    return counted if composed == text else _placed(text, len(composed), counted)


@lru_cache(maxsize=4096)
def weight_of(character: str) -> int:
    """Return what one code point weighs."""
    code = ord(character)
    return 1 if any(first <= code <= last for first, last in _LIGHT) else 2


def _tokens(text: str, options: Options) -> Iterator[Token]:
    """Cut a composed text. Mentions that a reply begins with weigh nothing."""
    at = 0
    mentions = _MENTIONS.match(text) if options.get("reply_to") else None
    if mentions is not None:
        at = mentions.end()
        yield 0, at, 0
    for start, end, weight in _wholes(text):
        if start < at:
            continue
        yield from ((place, place + 1, weight_of(text[place])) for place in range(at, start))
        yield start, end, weight
        at = end
    yield from ((place, place + 1, weight_of(text[place])) for place in range(at, len(text)))


def _wholes(text: str) -> list[Token]:
    """Return links and emoji in their order; an emoji in a link is part of the link."""
    links = ((url.start, url.end, URL_WEIGHT) for url in find_urls(text))
    emojis = ((start, end, 2) for start, end in find_emojis(text))
    return sorted((*links, *emojis))


def _placed(text: str, length: int, counted: Iterable[Token]) -> Iterator[Token]:
    """Give tokens of the composed text the places they have in the text as it was given."""
    graphemes = regex.findall(r"\X", text)
    places: list[int] = []
    for start, grapheme in zip(accumulate(map(len, graphemes), initial=0), graphemes, strict=False):
        places += [start] * _composed_length(grapheme)
    places += [len(text)] * (length + 1 - len(places))
    return ((places[start], places[end], weight) for start, end, weight in counted)


@lru_cache(maxsize=4096)
def _composed_length(grapheme: str) -> int:
    return len(unicodedata.normalize("NFC", grapheme))


def check_characters(post: Post) -> Iterator[Problem]:
    """Find characters X refuses."""
    for found in _INVALID.finditer(post.text):
        code = f"U+{ord(found.group()):04X}"
        yield Problem(
            "invalid_character", start=found.start(), end=found.end(), params={"character": code}
        )


def check_cashtags(post: Post) -> Iterator[Problem]:
    """Find the second cashtag and those after it: self-serve apps may send one."""
    for found in list(_CASHTAG.finditer(post.text))[1:]:
        params = {"most": 1}
        yield Problem("too_many_cashtags", "warning", "text", found.start(), found.end(), params)


PLATFORM = Platform(
    (Meter("weighted", tokens, lambda options: int(options.get("max_characters") or LIMIT)),),
    (check_characters, check_cashtags, MEDIA.check),
)
