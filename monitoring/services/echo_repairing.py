"""Repairing the counts and the lists of key messages: they are made what the mentions say."""

from uuid import UUID

from django.db import connection, transaction

from monitoring.selectors.echo_contributions import (
    ECHO_COLUMNS,
    ECHO_COUNTS,
    ECHO_KEYS,
    ECHO_NOTHING,
    ECHO_SUMS,
    echo_contributions,
)
from monitoring.selectors.echo_recount import LISTED, ROWS, SAID
from monitoring.services.turns import Work, wait_for_turn

_MINUS = ", ".join(f"-{name} AS {name}" for name in ECHO_COUNTS)
_OTHERS = "brand_id, key_message_id, query_id, platform, language"

# One statement, one snapshot: what arrives meanwhile is in both sides or in none.
_APPEND = f"""
INSERT INTO monitoring_echodelta ({ECHO_KEYS}, {ECHO_COLUMNS})
SELECT * FROM (
    SELECT {ECHO_KEYS}, {ECHO_SUMS} FROM (
        {echo_contributions(ROWS)}
        UNION ALL
        SELECT {ECHO_KEYS}, {_MINUS} FROM monitoring_echobucket
        WHERE brand_id = %(brand)s AND width = 300
        UNION ALL
        SELECT {ECHO_KEYS}, {_MINUS} FROM monitoring_echodelta WHERE brand_id = %(brand)s
    ) AS sides GROUP BY {ECHO_KEYS}
) AS differences WHERE NOT ({ECHO_NOTHING})
"""  # noqa: S608 - only names of columns are put in
_DROP_LONGER = "DELETE FROM monitoring_echobucket WHERE brand_id = %(brand)s AND width > 300"
_ADD_LONGER = f"""
INSERT INTO monitoring_echobucket ({_OTHERS}, width, started_at, {ECHO_COLUMNS})
SELECT {_OTHERS}, width,
    date_bin(make_interval(secs => width), started_at, TIMESTAMPTZ '2000-01-01 00:00Z') AS at,
    {ECHO_SUMS}
FROM (
    SELECT {ECHO_KEYS}, {ECHO_COLUMNS} FROM monitoring_echobucket
    WHERE brand_id = %(brand)s AND width = 300
) AS short CROSS JOIN (VALUES (3600), (86400)) AS widths (width)
GROUP BY {_OTHERS}, width, at
"""  # noqa: S608
_FALSELY_LISTED = f"""
SELECT DISTINCT mention_id FROM ({SAID}) AS said FULL JOIN ({LISTED}) AS listed
    USING (mention_id, key_message_id, published_at, score, way, version)
WHERE is_said IS NULL OR is_listed IS NULL
"""  # noqa: S608
_LOCK = "SELECT id FROM monitoring_mention WHERE id = ANY(%(ids)s) ORDER BY id FOR UPDATE"
_UNLIST = "DELETE FROM monitoring_echo WHERE mention_id = ANY(%(ids)s)"
_LIST = f"""
INSERT INTO monitoring_echo (mention_id, key_message_id, published_at, score, way, version)
SELECT mention_id, key_message_id, published_at, score, way, version FROM ({SAID}) AS said
WHERE mention_id = ANY(%(ids)s)
"""  # noqa: S608


def repair_echoes(brand_id: UUID) -> None:
    """Make the counts and lists of the key messages of a brand what its mentions say.

    Nobody who writes mentions waits for it but for those that are listed falsely.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        wait_for_turn(cursor, Work.FOLD_ECHOES)
        for statement in (_APPEND, _DROP_LONGER, _ADD_LONGER):
            cursor.execute(statement, {"brand": brand_id})
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FALSELY_LISTED, {"brand": brand_id})
        ids = [mention_id for (mention_id,) in cursor.fetchall()]
        for statement in (_LOCK, _UNLIST, _LIST):
            cursor.execute(statement, {"brand": brand_id, "ids": ids})
