"""Facebook Pages: very long texts; a link makes a preview."""

from messaging.rules.limits.base import Meter, Platform, always, each_utf16_unit
from messaging.rules.limits.media import MediaRule

LIMIT = 63_206
_MIB = 1024 * 1024
_KINDS = ("image/jpeg", "image/png", "image/gif", "image/webp")
MEDIA = MediaRule(
    pictures=dict.fromkeys(_KINDS, 10 * _MIB),
    films={"video/mp4": 1024 * _MIB},
    most_pictures=10,
    alone=frozenset({"video/mp4"}),
)

PLATFORM = Platform((Meter("utf16", each_utf16_unit, always(LIMIT)),), (MEDIA.check,))
