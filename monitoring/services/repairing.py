"""Repairing the rollups: what a recount finds wrong is appended as a difference, and made anew."""

from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction

from monitoring.models import Width
from monitoring.rules.counts import COUNT_COLUMNS
from monitoring.selectors.contributions import (
    COLUMNS,
    KEYS,
    NOTHING,
    SOMETHING,
    SUMS,
    contributions,
)
from monitoring.selectors.sketch_recount import find_false_sketches
from monitoring.services.asked_repairing import repair_asking
from monitoring.services.echo_repairing import repair_echoes
from monitoring.services.narrative_repairing import repair_narratives
from monitoring.services.turns import Work, wait_for_turn

_ROWS = "(SELECT * FROM monitoring_mention WHERE brand_id = %(brand)s)"
_MINUS = ", ".join(f"-{name} AS {name}" for name in COUNT_COLUMNS)

# One statement, one snapshot: what arrives meanwhile is in both sides or in none.
_APPEND = f"""
INSERT INTO monitoring_bucketdelta ({KEYS}, {COLUMNS})
SELECT * FROM (
    SELECT {KEYS}, {SUMS} FROM (
        {contributions(_ROWS)}
        UNION ALL
        SELECT {KEYS}, {_MINUS} FROM monitoring_bucket WHERE brand_id = %(brand)s AND width = 300
        UNION ALL
        SELECT {KEYS}, {_MINUS} FROM monitoring_bucketdelta WHERE brand_id = %(brand)s
    ) AS sides GROUP BY {KEYS}
) AS differences WHERE NOT ({NOTHING})
"""  # noqa: S608 - only names of columns are put in
_DROP_LONGER = "DELETE FROM monitoring_bucket WHERE brand_id = %(brand)s AND width > 300"
_AT = "date_bin(make_interval(secs => width), started_at, TIMESTAMPTZ '2000-01-01 00:00Z') AS at"
_ADD_LONGER = f"""
INSERT INTO monitoring_bucket (brand_id, query_id, platform, language, width, started_at, {COLUMNS})
SELECT brand_id, query_id, platform, language, width, {_AT}, {SUMS}
FROM (
    SELECT {KEYS}, {COLUMNS} FROM monitoring_bucket WHERE brand_id = %(brand)s AND width = 300
) AS short CROSS JOIN (VALUES (3600), (86400)) AS widths (width)
GROUP BY brand_id, query_id, platform, language, width, at
"""  # noqa: S608
_DROP_TOTALS = "DELETE FROM monitoring_buckettotal WHERE brand_id = %(brand)s"
_ADD_TOTALS = f"""
INSERT INTO monitoring_buckettotal (brand_id, query_id, width, started_at, {COLUMNS})
SELECT brand_id, query_id, width, started_at, {SUMS} FROM monitoring_bucket
WHERE brand_id = %(brand)s
GROUP BY brand_id, query_id, width, started_at HAVING {SOMETHING}
"""  # noqa: S608
_FALSELY_MATCHED = """
SELECT DISTINCT mention_id FROM (
    SELECT id AS mention_id, unnest(query_ids) AS query_id, published_at
    FROM monitoring_mention WHERE brand_id = %(brand)s
) AS rows FULL JOIN (
    SELECT m.mention_id, m.query_id, m.published_at FROM monitoring_querymatch m
    JOIN monitoring_query q ON q.id = m.query_id WHERE q.brand_id = %(brand)s
) AS matches USING (mention_id, query_id, published_at)
WHERE rows.query_id IS NULL OR matches.query_id IS NULL
"""
_LOCK = "SELECT id FROM monitoring_mention WHERE id = ANY(%s) ORDER BY id FOR UPDATE"
_UNMATCH = "DELETE FROM monitoring_querymatch WHERE mention_id = ANY(%s)"
_MATCH = """
INSERT INTO monitoring_querymatch (mention_id, query_id, published_at)
SELECT id, unnest(query_ids), published_at FROM monitoring_mention WHERE id = ANY(%s)
"""
_MARK = """
INSERT INTO monitoring_sketchdelta (brand_id, query_id, started_at, sketch, is_stale)
VALUES (%s, %s, %s, '', TRUE)
"""


def repair_rollups(brand_id: UUID) -> None:
    """Make the rollups, matches and sketches of a brand what its mentions say.

    Nobody who writes mentions waits for it but for those with false matches; folding waits while
    the longer buckets and the totals are made anew. Sketches are right when they are folded.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        wait_for_turn(cursor, Work.FOLD_BUCKETS)
        for statement in (_APPEND, _DROP_LONGER, _ADD_LONGER, _DROP_TOTALS, _ADD_TOTALS):
            cursor.execute(statement, {"brand": brand_id})
    _repair_matches(brand_id)
    _mark_sketches(brand_id)
    repair_echoes(brand_id)
    repair_asking(brand_id)
    repair_narratives(brand_id)


@transaction.atomic
def _repair_matches(brand_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FALSELY_MATCHED, {"brand": brand_id})
        ids = [mention_id for (mention_id,) in cursor.fetchall()]
        # Whoever held one of them has changed both sides together since.
        for statement in (_LOCK, _UNMATCH, _MATCH):
            cursor.execute(statement, [ids])


def _mark_sketches(brand_id: UUID) -> None:
    """Have every false sketch of five minutes made anew, and with it the longer ones it is in.

    Where only a longer one is false, all of its shorter ones are.
    """
    false = find_false_sketches(brand_id)
    values = [
        (brand_id, key.query_id, key.started_at + step)
        for key in false
        for step in _shortest_in(key.width)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_MARK, values)


def _shortest_in(width: int) -> list[timedelta]:
    return [timedelta(seconds=at) for at in range(0, width, Width.FIVE_MINUTES)]
