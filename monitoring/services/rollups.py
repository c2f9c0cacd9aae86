"""Keeping the rollups exact: deltas are appended by writers and folded by one worker."""

from django.db import connection, transaction

from monitoring.selectors.metrics import COUNT_COLUMNS

FOLD_LIMIT = 20_000
_FOLD_LOCK = 4_812_001

_COLUMNS = ", ".join(COUNT_COLUMNS)
_SUMS = ", ".join(f"sum({name})" for name in COUNT_COLUMNS)
_ADDED = ", ".join(f"{name} = b.{name} + excluded.{name}" for name in COUNT_COLUMNS)

# date_bin is exact for both widths because every hour starts a five-minute bucket.
_FOLD = f"""
WITH taken AS (
    DELETE FROM monitoring_bucketdelta
    WHERE id IN (SELECT id FROM monitoring_bucketdelta ORDER BY id LIMIT %s)
    RETURNING brand_id, platform, started_at, {_COLUMNS}
), folded AS (
    INSERT INTO monitoring_bucket AS b (brand_id, platform, width, started_at, {_COLUMNS})
    SELECT brand_id, platform, width,
           date_bin(make_interval(secs => width), started_at, TIMESTAMPTZ '2000-01-01 00:00Z'),
           {_SUMS}
    FROM taken CROSS JOIN (VALUES (300), (3600)) AS widths (width)
    GROUP BY 1, 2, 3, 4
    ON CONFLICT (brand_id, width, started_at, platform) DO UPDATE SET {_ADDED}
)
SELECT count(*) FROM taken
"""  # noqa: S608 - only names of columns are put in


def fold_buckets(*, limit: int = FOLD_LIMIT) -> int:
    """Fold up to `limit` deltas into their buckets; returns how many, 0 when another is at it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_FOLD_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_FOLD, [limit])
        folded: int = cursor.fetchone()[0]
        return folded
