"""Saying that five minutes of talk have to be judged, in the transaction that changes them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

Touched = tuple[UUID, UUID | None, datetime]

# Rows are appended, so that readers never wait for each other, and only where somebody watches.
_TOUCH = """
INSERT INTO monitoring_touch (brand_id, query_id, started_at)
SELECT brand_id, query_id, started_at
FROM json_to_recordset(%s) AS r (brand_id uuid, query_id uuid, started_at timestamptz)
WHERE EXISTS (
    SELECT FROM monitoring_alertrule rule
    WHERE rule.is_active AND rule.brand_id = r.brand_id
        AND rule.query_id IS NOT DISTINCT FROM r.query_id
)
"""


def touch(cursor: Any, buckets: Iterable[Touched]) -> None:
    """Have buckets judged, given as (brand, query or None for all of the brand, start)."""
    rows = [
        {"brand_id": brand_id, "query_id": query_id, "started_at": started_at}
        for brand_id, query_id, started_at in buckets
    ]
    if rows:
        cursor.execute(_TOUCH, [msgspec.json.encode(rows).decode()])
