"""TikTok: a film, or pictures with a title and a description; UTF-16 code units."""

from collections.abc import Iterator

from messaging.rules.limits.base import Meter, Options, Platform, Post, Problem, each_utf16_unit
from messaging.rules.limits.media import MediaRule
from messaging.rules.limits.tags import links_are_dead

FILM_TEXT = 2_200
PICTURES_TEXT = 4_000
PICTURES_TITLE = 90
_MIB = 1024 * 1024
MEDIA = MediaRule(
    pictures={"image/jpeg": 20 * _MIB, "image/webp": 20 * _MIB},
    films={"video/mp4": 4096 * _MIB},
    most_pictures=35,
    alone=frozenset({"video/mp4"}),
    needs="any",
)


def limit_of(options: Options) -> int:
    """Return how long the text may be: that of a film, unless pictures are shown."""
    return PICTURES_TEXT if options.get("shows_pictures") else FILM_TEXT


def check_title(post: Post) -> Iterator[Problem]:
    """Find a title too long for a post of pictures."""
    length = len(post.title.encode("utf-16-le")) // 2
    if post.options.get("shows_pictures") and length > PICTURES_TITLE:
        over = length - PICTURES_TITLE
        params = {"length": length, "limit": PICTURES_TITLE, "over": over, "unit": "utf16"}
        yield Problem("title_too_long", part="title", params=params)


PLATFORM = Platform(
    (Meter("utf16", each_utf16_unit, limit_of),), (check_title, links_are_dead, MEDIA.check)
)
