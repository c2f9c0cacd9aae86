"""Bluesky: graphemes, and bytes of UTF-8 beside them (lexicon app.bsky.feed.post)."""

from collections.abc import Iterator

from messaging.rules.limits.base import Meter, Platform, Post, Problem, always, each_byte
from messaging.rules.limits.graphemes import each_grapheme
from messaging.rules.limits.media import MediaRule

GRAPHEMES = 300
BYTES = 3_000
_MIB = 1024 * 1024
_PICTURE = 2_000_000
MEDIA = MediaRule(
    pictures=dict.fromkeys(("image/jpeg", "image/png", "image/webp", "image/gif"), _PICTURE),
    films={"video/mp4": 300 * _MIB},
    most_pictures=4,
    alone=frozenset({"video/mp4"}),
)


def check_languages(post: Post) -> Iterator[Problem]:
    """Find more languages than a post may name."""
    named = post.options.get("langs") or []
    if len(named) > 3:
        yield Problem("too_many_languages", part="options", params={"most": 3})


PLATFORM = Platform(
    (
        Meter("graphemes", each_grapheme, always(GRAPHEMES)),
        Meter("bytes", each_byte, always(BYTES), "too_many_bytes"),
    ),
    (check_languages, MEDIA.check),
)
