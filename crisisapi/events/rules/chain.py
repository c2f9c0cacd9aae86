"""The hash that chains an event to the one before it."""

import hashlib
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

import orjson


class Chained(Protocol):
    """What goes into the hash of an event."""

    id: UUID
    brand_id: UUID
    position: int
    incident_id: UUID | None
    actor_kind: str
    actor_id: UUID | None
    verb: str
    object_type: str
    object_id: UUID
    data: Any
    occurred_at: datetime
    previous_hash: str


def hash_event(event: Chained) -> str:
    """Return SHA-256, in hex, over the event as canonical JSON.

    Canonical: keys sorted, no blanks, UTF-8, times in UTC with microseconds. `data` must be
    `plain` (see there), so that it reads back from the database as it was hashed.
    """
    said = {
        "id": str(event.id),
        "brand": str(event.brand_id),
        "position": event.position,
        "incident": _text(event.incident_id),
        "actor": [event.actor_kind, _text(event.actor_id)],
        "verb": event.verb,
        "object": [event.object_type, str(event.object_id)],
        "data": event.data,
        "at": event.occurred_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "previous": event.previous_hash,
    }
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def plain(value: object) -> Any:
    """Return data as JSON that survives a round trip through jsonb unchanged.

    Fractions become text (a database may rewrite a float, never a string); times, ids and
    other objects become text too.
    """
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)
