"""Recounting who repeats key messages from the raw rows, to prove that the counts are exact."""

from typing import Any
from uuid import UUID

from django.db import connection

from monitoring.selectors.echo_contributions import (
    ECHO_COLUMNS,
    ECHO_COUNTS,
    echo_contributions,
)

ROWS = "(SELECT * FROM monitoring_mention WHERE brand_id = %(brand)s)"
_WIDTHS = "(VALUES (300), (3600), (86400)) AS widths (width)"
_BIN = "date_bin(make_interval(secs => width), started_at, '2000-01-01 00:00Z') AS started_at"
_OTHERS = "key_message_id, query_id, platform, language"
_MINUS = ", ".join(f"-{name}" for name in ECHO_COUNTS)
_DIFFERENT = " OR ".join(f"sum({name}) <> 0" for name in ECHO_COUNTS)

# One statement, one snapshot: mentions that arrive meanwhile are in both sides or in none.
_COMPARE = f"""
SELECT count(*) FROM (
    SELECT width, started_at, {_OTHERS} FROM (
        SELECT width, started_at, {_OTHERS}, {ECHO_COLUMNS} FROM monitoring_echobucket
        WHERE brand_id = %(brand)s
        UNION ALL
        SELECT width, {_BIN}, {_OTHERS}, {ECHO_COLUMNS} FROM monitoring_echodelta, {_WIDTHS}
        WHERE brand_id = %(brand)s
        UNION ALL
        SELECT width, {_BIN}, {_OTHERS}, {_MINUS}
        FROM ({echo_contributions(ROWS)}) AS raw, {_WIDTHS}
    ) AS sides GROUP BY width, started_at, {_OTHERS} HAVING {_DIFFERENT}
) AS different
"""  # noqa: S608 - only names of columns are put in

SAID = """
SELECT m.id AS mention_id, e.key::uuid AS key_message_id, m.published_at,
    (e.value ->> 'score')::float8 AS score, e.value ->> 'way' AS way,
    (e.value ->> 'version')::int AS version, TRUE AS is_said
FROM monitoring_mention m CROSS JOIN LATERAL jsonb_each(m.echoes) AS e
WHERE m.brand_id = %(brand)s
"""
LISTED = """
SELECT e.mention_id, e.key_message_id, e.published_at, e.score, e.way, e.version,
    TRUE AS is_listed
FROM monitoring_echo e JOIN messaging_keymessage k ON k.id = e.key_message_id
WHERE k.brand_id = %(brand)s
"""
_UNLISTED = f"""
SELECT count(*) FROM ({SAID}) AS said FULL JOIN ({LISTED}) AS listed
    USING (mention_id, key_message_id, published_at, score, way, version)
WHERE is_said IS NULL OR is_listed IS NULL
"""  # noqa: S608


def count_false_echo_counts(brand_id: UUID) -> int:
    """Return how many counts of key messages a recount contradicts."""
    return _asked(_COMPARE, brand_id)


def count_false_echoes(brand_id: UUID) -> int:
    """Return how many rows in the lists of key messages are missing or too many."""
    return _asked(_UNLISTED, brand_id)


def _asked(statement: str, brand_id: UUID) -> int:
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"brand": brand_id}
        cursor.execute(statement, values)
        return int(cursor.fetchone()[0])
