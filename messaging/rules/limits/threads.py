"""Threads: characters, an emoji as many as it has bytes; few links, one topic."""

from collections.abc import Iterator

from messaging.rules.limits.base import Meter, Options, Platform, Token, always
from messaging.rules.limits.emojis import find_emojis
from messaging.rules.limits.media import MediaRule
from messaging.rules.limits.tags import no_more_hashtags_than, no_more_links_than

LIMIT = 500
MOST_LINKS = 5
_MIB = 1024 * 1024
MEDIA = MediaRule(
    pictures={"image/jpeg": 8 * _MIB, "image/png": 8 * _MIB},
    films={"video/mp4": 1024 * _MIB},
    most_pictures=20,
    most_films=20,
    most=20,
)


def tokens(text: str, _options: Options) -> Iterator[Token]:
    """Cut a text into characters, and emoji that weigh their bytes of UTF-8."""
    at = 0
    for start, end in find_emojis(text):
        yield from ((place, place + 1, 1) for place in range(at, start))
        yield start, end, len(text[start:end].encode())
        at = end
    yield from ((place, place + 1, 1) for place in range(at, len(text)))


PLATFORM = Platform(
    (Meter("characters", tokens, always(LIMIT)),),
    (
        no_more_links_than(MOST_LINKS),
        no_more_hashtags_than(1, "warning", "one_topic_only"),
        MEDIA.check,
    ),
)
