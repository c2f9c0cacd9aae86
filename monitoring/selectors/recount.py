"""Recounting the rollups from the raw rows, to prove that they are exact."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection


@dataclass(frozen=True)
class Difference:
    """A bucket whose rollup is not what the raw rows say; counts in the order of the columns."""

    width: int
    platform: str
    started_at: datetime
    counted: tuple[int, ...]
    recounted: tuple[int, ...]


_RAW = """
count(*), count(analysed_at), count(*) FILTER (WHERE sentiment = 'positive'),
count(*) FILTER (WHERE sentiment = 'neutral'), count(*) FILTER (WHERE sentiment = 'negative'),
sum(likes), sum(comments), sum(shares), sum(reach)
"""
_ROLLED = """
sum(mentions), sum(analysed), sum(positive), sum(neutral), sum(negative),
sum(likes), sum(comments), sum(shares), sum(reach)
"""

# One statement, one snapshot: mentions that arrive meanwhile are in both sides or in none.
_COMPARE = f"""
WITH widths (width) AS (VALUES (300), (3600)), rolled AS (
    SELECT width, platform, started_at, ARRAY[{_ROLLED}]::bigint[] AS counts FROM (
        SELECT width, platform, started_at, mentions, analysed, positive, neutral, negative,
            likes, comments, shares, reach
        FROM monitoring_bucket WHERE brand_id = %(brand)s
        UNION ALL
        SELECT width, platform,
            date_bin(make_interval(secs => width), started_at, '2000-01-01 00:00Z'),
            mentions, analysed, positive, neutral, negative, likes, comments, shares, reach
        FROM monitoring_bucketdelta CROSS JOIN widths WHERE brand_id = %(brand)s
    ) AS parts GROUP BY 1, 2, 3
), raw AS (
    SELECT width, platform,
        date_bin(make_interval(secs => width), published_at, '2000-01-01 00:00Z') AS started_at,
        ARRAY[{_RAW}]::bigint[] AS counts
    FROM monitoring_mention CROSS JOIN widths WHERE brand_id = %(brand)s GROUP BY 1, 2, 3
)
SELECT width, platform, started_at,
    coalesce(rolled.counts, '{{0,0,0,0,0,0,0,0,0}}'::bigint[]),
    coalesce(raw.counts, '{{0,0,0,0,0,0,0,0,0}}'::bigint[])
FROM rolled FULL JOIN raw USING (width, platform, started_at)
WHERE coalesce(rolled.counts, '{{0,0,0,0,0,0,0,0,0}}'::bigint[])
    <> coalesce(raw.counts, '{{0,0,0,0,0,0,0,0,0}}'::bigint[])
ORDER BY 1, 3, 2
"""  # noqa: S608 - only names of columns are put in


def find_differences(brand_id: UUID) -> list[Difference]:
    """Return every bucket of a brand that a recount contradicts; an empty list is the proof."""
    with connection.cursor() as cursor:
        cursor.execute(_COMPARE, {"brand": brand_id})
        return [
            Difference(width, platform, started_at, tuple(counted), tuple(recounted))
            for width, platform, started_at, counted, recounted in cursor.fetchall()
        ]
