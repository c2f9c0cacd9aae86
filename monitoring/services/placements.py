"""Having mentions placed: rows that say which are due (the worker groups them afterwards)."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from django.db import connection

_ASK = """
INSERT INTO monitoring_placement (mention_id, brand_id)
SELECT id, brand_id FROM json_to_recordset(%s) AS r (id uuid, brand_id uuid) ORDER BY id
ON CONFLICT (mention_id) DO UPDATE SET is_due = TRUE
"""
# Locked in one order; what leads to the words goes at once, the rest when it is placed anew.
_FORGET = """
WITH locked AS (
    SELECT mention_id FROM monitoring_placement WHERE mention_id = ANY(%s)
    ORDER BY mention_id FOR NO KEY UPDATE
)
UPDATE monitoring_placement p SET is_due = TRUE, link = NULL, tags = NULL
FROM locked WHERE p.mention_id = locked.mention_id
"""


def ask_placing(cursor: psycopg.Cursor[Any], rows: Iterable[tuple[UUID, UUID]]) -> None:
    """Have mentions placed, given as (mention, brand); the caller has locked them."""
    asked = [{"id": mention_id, "brand_id": brand_id} for mention_id, brand_id in rows]
    if asked:
        cursor.execute(_ASK, [msgspec.json.encode(asked).decode()])


def forget_placed(mention_ids: Iterable[UUID]) -> None:
    """Have what was made of the words of mentions forgotten; the caller has emptied them."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [list(mention_ids)])
