"""Keeping the counts of key messages exact: deltas are appended by writers, one worker folds."""

from django.db import connection, transaction

from monitoring.selectors.echo_contributions import (
    ECHO_COLUMNS,
    ECHO_COUNTS,
    ECHO_KEYS,
    ECHO_NOTHING,
    ECHO_SUMS,
)
from monitoring.services.turns import Work, fold

FOLD_LIMIT = 20_000

_ADDED = ", ".join(f"{name} = b.{name} + excluded.{name}" for name in ECHO_COUNTS)
_OTHERS = "brand_id, key_message_id, query_id, platform, language"
_FOLD = f"""
WITH taken AS (
    DELETE FROM monitoring_echodelta
    WHERE id IN (SELECT id FROM monitoring_echodelta ORDER BY id LIMIT %s)
    RETURNING {ECHO_KEYS}, {ECHO_COLUMNS}
), summed AS (
    SELECT {ECHO_KEYS}, {ECHO_SUMS} FROM taken GROUP BY {ECHO_KEYS}
), folded AS (
    INSERT INTO monitoring_echobucket AS b ({_OTHERS}, width, started_at, {ECHO_COLUMNS})
    SELECT {_OTHERS}, width,
        date_bin(make_interval(secs => width), started_at, TIMESTAMPTZ '2000-01-01 00:00Z') AS at,
        {ECHO_SUMS}
    FROM summed CROSS JOIN (VALUES (300), (3600), (86400)) AS widths (width)
    WHERE NOT ({ECHO_NOTHING})
    GROUP BY {_OTHERS}, width, at
    ON CONFLICT (key_message_id, query_id, width, started_at, platform, language)
    DO UPDATE SET {_ADDED}
    RETURNING id, {ECHO_NOTHING} AS is_empty
)
SELECT (SELECT count(*) FROM taken), coalesce(array_agg(id), '{{}}') FROM folded WHERE is_empty
"""  # noqa: S608 - only names of columns are put in
_SWEEP = f"DELETE FROM monitoring_echobucket WHERE id = ANY(%s) AND {ECHO_NOTHING}"  # noqa: S608


def fold_echoes(*, limit: int = FOLD_LIMIT) -> int:
    """Fold up to `limit` deltas into their buckets; returns how many, 0 when another is at it."""
    with transaction.atomic(), connection.cursor() as cursor:
        return fold(cursor, _FOLD, _SWEEP, turn=Work.FOLD_ECHOES, limit=limit)
