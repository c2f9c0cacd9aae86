"""LinkedIn: what people read, and what is sent: some characters are escaped, or the post is cut."""

import re
from collections.abc import Iterator

from messaging.rules.limits.base import Meter, Options, Platform, Token, always, each_utf16_unit
from messaging.rules.limits.media import MediaRule

LIMIT = 3_000
_MIB = 1024 * 1024
_PICTURES = dict.fromkeys(("image/jpeg", "image/png", "image/gif"), 5 * _MIB)
MEDIA = MediaRule(
    pictures=_PICTURES,
    films={"video/mp4": 500 * _MIB},
    most_pictures=20,
    alone=frozenset({"video/mp4"}),
)
# What stands for markup in "little text"; meant as text it has a backslash before it.
_MARKUP = frozenset(r"|\{}@[]()<>#*_~")
_ESCAPED = re.compile("([" + re.escape("".join(sorted(_MARKUP))) + "])")


def escape(text: str) -> str:
    """Return a text as LinkedIn wants it sent."""
    return _ESCAPED.sub(r"\\\1", text)


def sent_tokens(text: str, options: Options) -> Iterator[Token]:
    """Count what is sent, the backslashes included."""
    for start, end, weight in each_utf16_unit(text, options):
        yield start, end, weight + (text[start] in _MARKUP)


PLATFORM = Platform(
    (
        Meter("utf16", each_utf16_unit, always(LIMIT)),
        Meter("utf16", sent_tokens, always(LIMIT), "too_long_when_sent"),
    ),
    (MEDIA.check,),
)
