"""Identifiers that sort by the time they were made."""

from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> UUID:
    """Return a new UUIDv7: milliseconds first, so that indexes grow at one end."""
    return _uuid7()


def first_id_at(moment: datetime) -> UUID:
    """Return the lowest UUIDv7 of a millisecond: whatever was made before has a lower one."""
    return UUID(int=int(moment.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62)
