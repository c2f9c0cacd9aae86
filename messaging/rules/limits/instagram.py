"""Instagram: a caption under pictures or films; few hashtags, no links that work."""

from messaging.rules.limits.base import Meter, Platform, always, each_utf16_unit
from messaging.rules.limits.media import MediaRule
from messaging.rules.limits.tags import (
    links_are_dead,
    no_more_hashtags_than,
    no_more_mentions_than,
)

LIMIT = 2_200
MOST_HASHTAGS = 30
# What the product shows since December 2025; whether the interface refuses more is not known.
FEW_HASHTAGS = 5
MOST_MENTIONS = 20
_MIB = 1024 * 1024
MEDIA = MediaRule(
    pictures={"image/jpeg": 8 * _MIB},
    films={"video/mp4": 300 * _MIB},
    most_pictures=10,
    most_films=10,
    most=10,
    shape=(4 / 5, 1.91),
    needs="any",
)

PLATFORM = Platform(
    (Meter("utf16", each_utf16_unit, always(LIMIT)),),
    (
        no_more_hashtags_than(MOST_HASHTAGS, "error", "too_many_hashtags"),
        no_more_hashtags_than(FEW_HASHTAGS, "warning", "many_hashtags"),
        no_more_mentions_than(MOST_MENTIONS),
        links_are_dead,
        MEDIA.check,
    ),
)
