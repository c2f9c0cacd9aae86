"""Keeping the rollups exact: deltas are appended by writers and folded by one worker."""

from django.db import connection, transaction

from monitoring.rules.counts import COUNT_COLUMNS
from monitoring.selectors.contributions import COLUMNS, KEYS, NOTHING, SOMETHING, SUMS, TOTAL_KEYS
from monitoring.services.turns import Work, fold

FOLD_LIMIT = 20_000

_ADDED = ", ".join(f"{name} = b.{name} + excluded.{name}" for name in COUNT_COLUMNS)
_AT = "date_bin(make_interval(secs => width), started_at, TIMESTAMPTZ '2000-01-01 00:00Z') AS at"
_WIDTHS = "(VALUES (300), (3600), (86400)) AS widths (width)"

# date_bin is exact for every width because every day starts an hour, and that five minutes.
_FOLD = f"""
WITH taken AS (
    DELETE FROM monitoring_bucketdelta
    WHERE id IN (SELECT id FROM monitoring_bucketdelta ORDER BY id LIMIT %s)
    RETURNING {KEYS}, {COLUMNS}
), summed AS (
    SELECT {KEYS}, {SUMS} FROM taken GROUP BY {KEYS}
), folded AS (
    INSERT INTO monitoring_bucket AS b (
        brand_id, query_id, platform, language, width, started_at, {COLUMNS}
    )
    SELECT brand_id, query_id, platform, language, width, {_AT}, {SUMS}
    FROM summed CROSS JOIN {_WIDTHS}
    WHERE NOT ({NOTHING})
    GROUP BY brand_id, query_id, platform, language, width, at
    ON CONFLICT (brand_id, query_id, width, started_at, platform, language) DO UPDATE SET {_ADDED}
    RETURNING id, {NOTHING} AS is_empty
), totalled AS (
    SELECT {TOTAL_KEYS}, {SUMS} FROM summed GROUP BY {TOTAL_KEYS} HAVING {SOMETHING}
), folded_totals AS (
    INSERT INTO monitoring_buckettotal AS b (brand_id, query_id, width, started_at, {COLUMNS})
    SELECT brand_id, query_id, width, {_AT}, {SUMS}
    FROM totalled CROSS JOIN {_WIDTHS}
    GROUP BY brand_id, query_id, width, at
    ON CONFLICT (brand_id, query_id, width, started_at) DO UPDATE SET {_ADDED}
    RETURNING id, {NOTHING} AS is_empty
)
SELECT (SELECT count(*) FROM taken),
    ARRAY(SELECT id FROM folded WHERE is_empty), ARRAY(SELECT id FROM folded_totals WHERE is_empty)
"""  # noqa: S608 - only names of columns are put in
# What is in a language now, or in no query any more, has left a bucket of zeros.
_SWEEPS = (
    f"DELETE FROM monitoring_bucket WHERE id = ANY(%s) AND {NOTHING}",  # noqa: S608
    f"DELETE FROM monitoring_buckettotal WHERE id = ANY(%s) AND {NOTHING}",  # noqa: S608
)


def fold_buckets(*, limit: int = FOLD_LIMIT) -> int:
    """Fold up to `limit` deltas into their buckets; returns how many, 0 when another is at it."""
    with transaction.atomic(), connection.cursor() as cursor:
        return fold(cursor, _FOLD, *_SWEEPS, turn=Work.FOLD_BUCKETS, limit=limit)
