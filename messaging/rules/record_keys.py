"""Keys made of the id of a part, the same in every attempt."""

import hashlib
from datetime import UTC, datetime
from uuid import UUID

_SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"
_TID_LENGTH = 13
_TIME_ORDERED = 7


def made_at(key: UUID) -> datetime | None:
    """Return when a key was made, to the millisecond; None when it does not say (RFC 9562, v7)."""
    if key.version != _TIME_ORDERED:
        return None
    return datetime.fromtimestamp((key.int >> 80) / 1_000, tz=UTC)


def tid_of(key: UUID, number: int) -> str:
    """Return the record key (a TID) that a piece has on Bluesky, always the same.

    A TID is 53 bits of microseconds since 1970 and 10 bits that tell clocks apart, written in
    thirteen characters that sort by time (atproto.com/specs/tid). The milliseconds are the key's;
    the number of the piece stands for the microseconds, so that pieces made in one moment differ
    and sort; the other bits are of the key's SHA-256.
    """
    digest = int.from_bytes(hashlib.sha256(key.bytes).digest()[:8], "big")
    milliseconds = key.int >> 80 if key.version == _TIME_ORDERED else digest % (1 << 40)
    value = (((milliseconds * 1_000 + number % 1_000) & ((1 << 53) - 1)) << 10) | digest & 0x3FF
    return "".join(_SORTABLE[value >> (5 * place) & 31] for place in reversed(range(_TID_LENGTH)))
