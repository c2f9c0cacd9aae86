"""Folding the sketches of unique authors, and making those anew that somebody may have left."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from django.db import transaction

from crisisapi.common.database import server_cursor
from monitoring.models import Width
from monitoring.rules.hyperloglog import merge, sketch_of
from monitoring.rules.windows import bucket_start
from monitoring.services.turns import Work, is_our_turn

FOLD_LIMIT = 5_000

_TAKE = """
DELETE FROM monitoring_sketchdelta
WHERE id IN (SELECT id FROM monitoring_sketchdelta ORDER BY id LIMIT %s)
RETURNING brand_id, query_id, started_at, sketch, is_stale
"""
_KEYS = "json_to_recordset(%(keys)s) AS r (brand_id uuid, query_id uuid, started_at timestamptz)"
# Each key is looked up by itself (OFFSET 0 keeps the planner from making a join of it): it would
# read all sketches, or all mentions, of a brand for a few keys. In two parts, since NULL is not
# equal to NULL and IS NOT DISTINCT FROM uses no index.
_STORED = f"""
SELECT s.brand_id, s.query_id, r.started_at, s.sketch FROM {_KEYS} CROSS JOIN LATERAL (
    SELECT * FROM monitoring_sketch s
    WHERE s.brand_id = r.brand_id AND s.query_id = r.query_id AND s.width = %(stored)s
        AND s.started_at >= r.started_at
        AND s.started_at < r.started_at + make_interval(secs => %(width)s)
    OFFSET 0
) s
UNION ALL
SELECT s.brand_id, s.query_id, r.started_at, s.sketch FROM {_KEYS} CROSS JOIN LATERAL (
    SELECT * FROM monitoring_sketch s
    WHERE s.brand_id = r.brand_id AND s.query_id IS NULL AND s.width = %(stored)s
        AND s.started_at >= r.started_at
        AND s.started_at < r.started_at + make_interval(secs => %(width)s)
    OFFSET 0
) s
WHERE r.query_id IS NULL
"""  # noqa: S608 - only names of columns are put in
_AUTHORS = f"""
SELECT r.brand_id, r.query_id, r.started_at, m.authors FROM {_KEYS} CROSS JOIN LATERAL (
    SELECT array_agg(DISTINCT m.author_key) AS authors FROM monitoring_mention m
    WHERE m.brand_id = r.brand_id AND m.published_at >= r.started_at
        AND m.published_at < r.started_at + interval '5 minutes'
        AND m.author_key IS NOT NULL AND (r.query_id IS NULL OR r.query_id = ANY(m.query_ids))
) m
WHERE m.authors IS NOT NULL
"""  # noqa: S608
_SAVE = """
INSERT INTO monitoring_sketch AS s (brand_id, query_id, started_at, width, sketch)
SELECT brand_id, query_id, started_at, %s, decode(sketch, 'hex') FROM json_to_recordset(%s) AS r (
    brand_id uuid, query_id uuid, started_at timestamptz, sketch text
)
ON CONFLICT (brand_id, query_id, width, started_at) DO UPDATE SET sketch = excluded.sketch
"""
# In which nobody is left.
_DROP = f"""
DELETE FROM monitoring_sketch s USING {_KEYS}
WHERE s.brand_id = r.brand_id AND s.query_id IS NOT DISTINCT FROM r.query_id
    AND s.width = %(width)s AND s.started_at = r.started_at
"""  # noqa: S608

_Key = tuple[UUID, UUID | None, datetime]
_Parts = dict[_Key, list[bytes]]
_Cursor = psycopg.Cursor[Any]


def fold_sketches(*, limit: int = FOLD_LIMIT) -> int:
    """Fold up to `limit` deltas into their sketches; returns how many, 0 when another is at it.

    A bucket that somebody may have left is made anew from rows that are read behind its mark: who
    leaves later leaves a mark of his own.
    """
    with transaction.atomic(), server_cursor() as cursor:
        if not is_our_turn(cursor, Work.FOLD_SKETCHES):
            return 0
        cursor.execute(_TAKE, [limit], binary=True)
        taken = cursor.fetchall()
        fresh: _Parts = defaultdict(list)
        stale: set[_Key] = set()
        for brand_id, query_id, started_at, sketch, is_stale in taken:
            fresh[brand_id, query_id, started_at].append(sketch)
            if is_stale:
                stale.add((brand_id, query_id, started_at))
        if taken:
            _fold(cursor, fresh, stale)
    return len(taken)


def _fold(cursor: _Cursor, fresh: _Parts, stale: set[_Key]) -> None:
    lower: Width | None = None
    for width in Width:
        parts, marked = _at(fresh, width), {_begin(key, width) for key in stale}
        whole = _whole(cursor, marked, lower, width)
        stored = _stored(cursor, parts.keys() - marked, width, width)
        made = {
            key: merge(whole.get(key, []) if key in marked else [*stored.get(key, []), *news])
            for key, news in parts.items()
        }
        kept = {key: sketch for key, sketch in made.items() if sketch}
        cursor.execute(_SAVE, [width, _json(kept, kept)])
        if left := made.keys() - kept:
            cursor.execute(_DROP, {"width": width, "keys": _json(left)})
        lower = width


def _at(fresh: _Parts, width: Width) -> _Parts:
    parts: _Parts = defaultdict(list)
    for key, sketches in fresh.items():
        parts[_begin(key, width)] += sketches
    return parts


def _begin(key: _Key, width: Width) -> _Key:
    return (key[0], key[1], bucket_start(key[2], timedelta(seconds=width)))


def _whole(cursor: _Cursor, keys: set[_Key], lower: Width | None, width: Width) -> _Parts:
    """Return all that is in buckets that are made anew: from the rows, or from shorter buckets."""
    if lower is not None:
        return _stored(cursor, keys, lower, width)
    if not keys:
        return {}
    cursor.execute(_AUTHORS, {"keys": _json(keys)})
    return {(brand, query, at): [sketch_of(found)] for brand, query, at, found in cursor}


def _stored(cursor: _Cursor, keys: Iterable[_Key], stored: Width, width: Width) -> _Parts:
    parts: _Parts = defaultdict(list)
    if keys := list(keys):
        values = {"keys": _json(keys), "stored": stored, "width": width}
        cursor.execute(_STORED, values, binary=True)
        for brand_id, query_id, started_at, sketch in cursor:
            parts[brand_id, query_id, started_at].append(sketch)
    return parts


def _json(keys: Iterable[_Key], sketches: dict[_Key, bytes] | None = None) -> str:
    rows = [
        {
            "brand_id": brand_id,
            "query_id": query_id,
            "started_at": started_at,
            "sketch": sketches[brand_id, query_id, started_at].hex() if sketches else "",
        }
        for brand_id, query_id, started_at in keys
    ]
    return msgspec.json.encode(rows).decode()
