"""Mastodon: graphemes; links count alike, mentions without their host; limits of the instance."""

import re
from collections.abc import Iterator

from messaging.rules.limits.base import Meter, Options, Platform, Post, Problem, Token
from messaging.rules.limits.graphemes import each_grapheme
from messaging.rules.limits.media import MediaRule
from messaging.rules.limits.urls import find_urls

LIMIT = 500
URL_WEIGHT = 23
MOST_MEDIA = 4
_MIB = 1024 * 1024
_PICTURES = dict.fromkeys(("image/jpeg", "image/png", "image/gif", "image/webp"), 16 * _MIB)
_MENTION = re.compile(
    r"(?<![\w/=@])@[a-z0-9_](?:[a-z0-9_.-]{0,62}[a-z0-9_])?(@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)",
    re.IGNORECASE,
)


def limit_of(options: Options) -> int:
    """Return how much the instance takes, less what the content warning takes."""
    warning = sum(1 for _ in each_grapheme(str(options.get("spoiler_text") or ""), {}))
    return int(options.get("max_characters") or LIMIT) - warning


def tokens(text: str, options: Options) -> Iterator[Token]:
    """Cut a text into graphemes, links and the hosts of mentions, which weigh nothing."""
    link = int(options.get("characters_reserved_per_url") or URL_WEIGHT)
    wholes = [
        (url.start, url.end, link)
        for url in find_urls(text)
        if text[url.start : url.start + 4].lower() == "http"
    ]
    wholes += [(*found.span(1), 0) for found in _MENTION.finditer(text)]
    at = 0
    for start, end, weight in sorted(wholes):
        if start < at:
            continue
        yield from _moved(text[at:start], at)
        yield start, end, weight
        at = end
    yield from _moved(text[at:], at)


def check_media(post: Post) -> Iterator[Problem]:
    """Find more media than the instance takes."""
    most = int(post.options.get("max_media_attachments") or MOST_MEDIA)
    rule = MediaRule(
        pictures=_PICTURES, films={"video/mp4": 99 * _MIB}, most_pictures=most, most=most,
        alone=frozenset({"video/mp4"}),
    )  # fmt: skip
    yield from rule.check(post)


def _moved(text: str, by: int) -> Iterator[Token]:
    return ((start + by, end + by, weight) for start, end, weight in each_grapheme(text, {}))


PLATFORM = Platform((Meter("graphemes", tokens, limit_of),), (check_media,))
