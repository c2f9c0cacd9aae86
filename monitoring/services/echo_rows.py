"""The list of those who repeat a key message, kept with the rows of the mentions (ADR 16)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import msgspec
import psycopg

_GIVEN = """
json_to_recordset(%s) AS r (
    key_message_id uuid, mention_id uuid, published_at timestamptz, score float8, way text,
    version int
)
"""
_PUT = f"""
INSERT INTO monitoring_echo (key_message_id, mention_id, published_at, score, way, version)
SELECT key_message_id, mention_id, published_at, score, way, version FROM {_GIVEN}
ON CONFLICT (key_message_id, published_at, mention_id) DO UPDATE
SET score = excluded.score, way = excluded.way, version = excluded.version
"""  # noqa: S608 - only names of columns are put in
_DROP = f"""
DELETE FROM monitoring_echo e USING {_GIVEN}
WHERE (e.key_message_id, e.published_at, e.mention_id)
    = (r.key_message_id, r.published_at, r.mention_id)
"""  # noqa: S608
_DROP_ALL = "DELETE FROM monitoring_echo WHERE mention_id = ANY(%s)"
_MOVE = """
UPDATE monitoring_echo e SET published_at = m.published_at
FROM monitoring_mention m
WHERE m.id = ANY(%s) AND e.mention_id = m.id AND e.published_at <> m.published_at
"""


class _Row(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def published_at(self) -> datetime: ...
    @property
    def echoes(self) -> dict[str, Any]: ...


def save_echoes(cursor: psycopg.Cursor[Any], changed: Iterable[tuple[_Row, _Row]]) -> None:
    """Let the list follow rows, given as they were and as they are."""
    pairs = [(old, new) for old, new in changed if old.echoes != new.echoes]
    put = [
        _listed(new, key)
        for old, new in pairs
        for key in new.echoes
        if old.echoes.get(key) != new.echoes[key]
    ]
    gone = [_listed(old, key) for old, new in pairs for key in old.echoes if key not in new.echoes]
    for statement, rows in ((_PUT, put), (_DROP, gone)):
        if rows:
            cursor.execute(statement, [msgspec.json.encode(rows).decode()])


def drop_echoes(cursor: psycopg.Cursor[Any], mention_ids: list[UUID]) -> None:
    """Take mentions off the lists: they say something else now."""
    cursor.execute(_DROP_ALL, [mention_ids])


def move_echoes(cursor: Any, mention_ids: list[UUID]) -> None:
    """Let the lists follow times that were rounded down."""
    cursor.execute(_MOVE, [mention_ids])


def _listed(row: _Row, key: str) -> dict[str, Any]:
    where: dict[str, Any] = {
        "key_message_id": key,
        "mention_id": row.id,
        "published_at": row.published_at,
    }
    return {**where, **row.echoes[key]}
