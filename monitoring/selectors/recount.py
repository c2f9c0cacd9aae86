"""Recounting the rollups from the raw rows, to prove that they are exact."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from monitoring.rules.counts import COUNT_COLUMNS
from monitoring.selectors.contributions import COLUMNS, KEYS, SUMS, contributions


@dataclass(frozen=True)
class Difference:
    """A bucket whose rollup is not what the raw rows say; counts in the order of the columns.

    Without platform and language, the total of all of them.
    """

    width: int
    query_id: UUID | None
    platform: str | None
    language: str | None
    started_at: datetime
    counted: tuple[int, ...]
    recounted: tuple[int, ...]


_ROWS = "(SELECT * FROM monitoring_mention WHERE brand_id = %(brand)s)"
_WIDTHS = "(VALUES (300), (3600), (86400)) AS widths (width)"
_BIN = "date_bin(make_interval(secs => width), started_at, '2000-01-01 00:00Z') AS started_at"
_KEY = "width, query_id, platform, language, started_at"
_SPREAD = f"SELECT width, query_id, platform, language, {_BIN}, {COLUMNS}"
# Of each platform and language, and of all.
_SETS = f"GROUPING SETS (({_KEY}), (width, query_id, started_at))"
_ARRAY = f"ARRAY[{', '.join(f'sum({name})' for name in COUNT_COLUMNS)}]::bigint[]"
_ZEROS = f"ARRAY[{', '.join('0' for _name in COUNT_COLUMNS)}]::bigint[]"

# One statement, one snapshot: mentions that arrive meanwhile are in both sides or in none.
_COMPARE = f"""
WITH raw AS (
    SELECT {KEYS}, {SUMS} FROM ({contributions(_ROWS)}) AS each GROUP BY {KEYS}
), deltas AS (
    SELECT {KEYS}, {SUMS} FROM monitoring_bucketdelta WHERE brand_id = %(brand)s GROUP BY {KEYS}
), rolled AS (
    SELECT {_KEY}, {_ARRAY} AS counts FROM (
        SELECT {_KEY}, {COLUMNS} FROM monitoring_bucket WHERE brand_id = %(brand)s
        UNION ALL
        SELECT width, query_id, NULL, NULL, started_at, {COLUMNS}
        FROM monitoring_buckettotal WHERE brand_id = %(brand)s
        UNION ALL
        SELECT {_KEY}, {SUMS} FROM ({_SPREAD} FROM deltas CROSS JOIN {_WIDTHS}) AS each
        GROUP BY {_SETS}
    ) AS parts GROUP BY {_KEY}
), recounted AS (
    SELECT {_KEY}, {_ARRAY} AS counts
    FROM ({_SPREAD} FROM raw CROSS JOIN {_WIDTHS}) AS each GROUP BY {_SETS}
), sides AS (
    SELECT {_KEY}, counts AS counted, NULL AS recounted FROM rolled
    UNION ALL SELECT {_KEY}, NULL, counts FROM recounted
), compared AS (
    SELECT {_KEY}, coalesce(max(counted), {_ZEROS}) AS counted,
        coalesce(max(recounted), {_ZEROS}) AS recounted
    FROM sides GROUP BY {_KEY}
)
SELECT {_KEY}, counted, recounted FROM compared WHERE counted <> recounted
ORDER BY width, started_at, query_id NULLS FIRST, platform, language
"""  # noqa: S608 - only names of columns are put in

# The lists of queries against what the rows of the mentions say.
_UNMATCHED = """
SELECT count(*) FROM (
    SELECT id AS mention_id, unnest(query_ids) AS query_id, published_at
    FROM monitoring_mention WHERE brand_id = %(brand)s
) AS rows FULL JOIN (
    SELECT mention_id, q.query_id, q.published_at FROM monitoring_querymatch q
    JOIN monitoring_query ON monitoring_query.id = q.query_id
    WHERE monitoring_query.brand_id = %(brand)s
) AS matches USING (mention_id, query_id, published_at)
WHERE rows.mention_id IS NULL OR matches.mention_id IS NULL
"""


def find_differences(brand_id: UUID) -> list[Difference]:
    """Return every bucket of a brand that a recount contradicts; an empty list is the proof."""
    return [
        Difference(
            width, query_id, platform, language, at, counted=tuple(counted), recounted=tuple(again)
        )
        for width, query_id, platform, language, at, counted, again in _asked(_COMPARE, brand_id)
    ]


def count_false_matches(brand_id: UUID) -> int:
    """Return how many rows in the lists of queries are missing or too many."""
    [[count]] = _asked(_UNMATCHED, brand_id)
    return int(count)


def _asked(statement: str, brand_id: UUID) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"brand": brand_id})
        yield from cursor.fetchall()
