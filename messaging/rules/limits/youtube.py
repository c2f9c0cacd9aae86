"""YouTube: a film with a title and a description counted in bytes, without < and >."""

import re
from collections.abc import Iterator

from messaging.rules.limits.base import Meter, Platform, Post, Problem, always, each_byte
from messaging.rules.limits.media import MediaRule, no_more_than

TITLE = 100
DESCRIPTION_BYTES = 5_000
TAGS = 500
_MIB = 1024 * 1024
MEDIA = MediaRule(films={"video/mp4": 256 * 1024 * _MIB}, most_pictures=0, most=1, needs="film")
_ANGLES = re.compile("[<>]")


def check_angles(post: Post) -> Iterator[Problem]:
    """Find the two characters a title or description may not have."""
    for found in _ANGLES.finditer(post.text):
        said = {"character": found.group()}
        yield Problem("character_not_allowed", "error", "text", *found.span(), said)
    for found in _ANGLES.finditer(post.title):
        said = {"character": found.group()}
        yield Problem("character_not_allowed", "error", "title", *found.span(), said)


def check_tags(post: Post) -> Iterator[Problem]:
    """Find tags that are too long together; one with a space counts its quotation marks."""
    tags = [str(tag) for tag in post.options.get("tags") or []]
    length = sum(len(tag) + 2 * (" " in tag) for tag in tags) + max(0, len(tags) - 1)
    if length > TAGS:
        params = {"length": length, "limit": TAGS}
        yield Problem("tags_too_long", part="options", params=params)


PLATFORM = Platform(
    (Meter("bytes", each_byte, always(DESCRIPTION_BYTES)),),
    (no_more_than("characters", TITLE), check_angles, check_tags, MEDIA.check),
)
