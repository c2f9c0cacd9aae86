"""Websites, e-mail, the press: as long as one likes; pictures everybody can read."""

from messaging.rules.limits.base import Meter, Platform, always, each_character
from messaging.rules.limits.media import MediaRule

_MIB = 1024 * 1024
_KINDS = ("image/jpeg", "image/png", "image/gif", "image/webp")
MEDIA = MediaRule(
    pictures=dict.fromkeys(_KINDS, 50 * _MIB),
    films={"video/mp4": 4096 * _MIB},
    most_pictures=50,
    most_films=50,
)

PLATFORM = Platform((Meter("characters", each_character, always(None)),), (MEDIA.check,))
