"""Folding what was counted of authors, and looking who of them is still known."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from django.db import connection, transaction

from crisisapi.common.database import server_cursor
from crisisapi.common.ids import uuid7
from monitoring.selectors.author_contributions import COLUMNS, COUNTED, DAY, KEYS, NOTHING, SUMS
from monitoring.selectors.author_recount import FOUND, FOUND_IN_ROWS, STORED
from monitoring.services.turns import Work, is_our_turn

FOLD_LIMIT = 5_000

_ADDED = ", ".join(f"{name} = d.{name} + excluded.{name}" for name in COUNTED)
_FOLD = f"""
WITH taken AS (
    DELETE FROM monitoring_authordelta
    WHERE id IN (SELECT id FROM monitoring_authordelta ORDER BY id LIMIT %s)
    RETURNING {KEYS}, {COLUMNS}
), summed AS (
    SELECT {KEYS}, {SUMS} FROM taken GROUP BY {KEYS}
), added AS (
    INSERT INTO monitoring_authorday AS d ({KEYS}, {COLUMNS})
    SELECT {KEYS}, {COLUMNS} FROM summed WHERE NOT ({NOTHING})
    ON CONFLICT (brand_id, author_key, day) DO UPDATE SET {_ADDED}
    RETURNING id, {NOTHING} AS is_empty
)
SELECT (SELECT count(*) FROM taken),
    (SELECT array_agg(id) FROM added WHERE is_empty),
    (SELECT json_agg(DISTINCT jsonb_build_object(
        'brand_id', brand_id, 'key', author_key, 'platform', platform)) FROM summed)
"""  # noqa: S608 - only names of columns are put in
_SWEEP = f"DELETE FROM monitoring_authorday WHERE id = ANY(%s) AND {NOTHING}"  # noqa: S608

_STORED = ", ".join(STORED)
_NEW = ", ".join(f"{name} = excluded.{name}" for name in STORED)
_SAVE = f"""
INSERT INTO monitoring_author AS a (
    id, created_at, updated_at, version, brand_id, key, platform, {_STORED}
)
SELECT r.id, %(now)s, %(now)s, 1, r.brand_id, r.key, r.platform, {FOUND}
FROM json_to_recordset(%(authors)s) AS r (id uuid, brand_id uuid, key int8, platform text)
{FOUND_IN_ROWS}
ORDER BY r.brand_id, r.key
ON CONFLICT (brand_id, key) DO UPDATE SET {_NEW}
"""  # noqa: S608
# The team's word on who somebody is goes with what the mentions say of it.
_UNLINK = """
UPDATE monitoring_author a
SET stakeholder_id = NULL, version = a.version + 1, updated_at = %(now)s
FROM json_to_recordset(%(authors)s) AS r (brand_id uuid, key int8)
WHERE a.brand_id = r.brand_id AND a.key = r.key AND a.stakeholder_id IS NOT NULL AND NOT a.is_known
"""
_MARK = f"""
INSERT INTO monitoring_authordelta ({KEYS})
SELECT DISTINCT brand_id, author_key, platform, {DAY} FROM monitoring_mention
WHERE id = ANY(%s) AND author_key IS NOT NULL
"""  # noqa: S608


def fold_authors(*, now: datetime, limit: int = FOLD_LIMIT) -> int:
    """Fold up to `limit` deltas into days and authors; returns how many, 0 when another is at it.

    What an author is known by is looked up behind the mark of whoever forgot a mention: who
    forgets later leaves a mark of his own. Only this writes counts of authors, so that writers of
    mentions never wait for each other.
    """
    with transaction.atomic(), server_cursor() as cursor:
        if not is_our_turn(cursor, Work.FOLD_AUTHORS):
            return 0
        cursor.execute(_FOLD, [limit])
        folded, empty, touched = _row(cursor)
        if empty:
            cursor.execute(_SWEEP, [empty])
        if touched:
            _save(cursor, touched, now)
        return int(folded)


def _save(cursor: psycopg.Cursor[Any], touched: list[dict[str, Any]], now: datetime) -> None:
    rows = [{"id": uuid7(), **author} for author in touched]
    values = {"authors": msgspec.json.encode(rows).decode(), "now": now}
    cursor.execute(_SAVE, values)
    cursor.execute(_UNLINK, values)


def _row(cursor: psycopg.Cursor[Any]) -> tuple[Any, ...]:
    row = cursor.fetchone()
    if row is None:  # a statement that only aggregates always answers
        raise AssertionError
    return tuple(row)


def mark_authors(mention_ids: list[UUID]) -> None:
    """Have it looked at whether the authors of these mentions are still known.

    In the transaction that forgets who wrote them.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [mention_ids])
