"""Recounting the sketches of unique authors from the raw rows, to prove that they are exact."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from crisisapi.common.database import server_cursor
from monitoring.models import Width
from monitoring.rules.hyperloglog import merge, sketch_of
from monitoring.rules.windows import DAY, bucket_start
from monitoring.selectors.contributions import BIN, QUERIES


class SketchKey(NamedTuple):
    """Which sketch: without a query, that of the whole brand."""

    query_id: UUID | None
    width: int
    started_at: datetime


# A day is one statement, hence one snapshot: what arrives meanwhile is in both sides or in none.
_READ = f"""
SELECT query_id, 0, {BIN.format("")} AS at, array_agg(DISTINCT author_key), NULL, FALSE
FROM monitoring_mention CROSS JOIN LATERAL {QUERIES.format("")}
WHERE brand_id = %(brand)s AND author_key IS NOT NULL
    AND published_at >= %(start)s AND published_at < %(end)s
GROUP BY 1, 3
UNION ALL
SELECT query_id, width, started_at, NULL, sketch, FALSE FROM monitoring_sketch
WHERE brand_id = %(brand)s AND started_at >= %(start)s AND started_at < %(end)s
UNION ALL
SELECT query_id, 0, started_at, NULL, sketch, is_stale FROM monitoring_sketchdelta
WHERE brand_id = %(brand)s AND started_at >= %(start)s AND started_at < %(end)s
"""  # noqa: S608 - only names of columns are put in
# Days in which anything was counted; the counts are proved apart.
_DAYS = """
SELECT DISTINCT date_bin('1 day', started_at, TIMESTAMPTZ '2000-01-01 00:00Z') AS day FROM (
    SELECT started_at FROM monitoring_bucket
    WHERE brand_id = %(brand)s AND query_id IS NULL AND width = 86400
    UNION ALL SELECT started_at FROM monitoring_bucketdelta WHERE brand_id = %(brand)s
    UNION ALL SELECT started_at FROM monitoring_sketch WHERE brand_id = %(brand)s
    UNION ALL SELECT started_at FROM monitoring_sketchdelta WHERE brand_id = %(brand)s
) AS counted ORDER BY day
"""

_Sides = dict[SketchKey, list[bytes]]


def find_false_sketches(brand_id: UUID) -> list[SketchKey]:
    """Return every sketch that a recount contradicts; an empty list is the proof.

    Buckets that are marked to be made anew are left out until they are.
    """
    days = [day for (day,) in _asked(_DAYS, {"brand": brand_id})]
    return [key for day in days for key in _false_in(brand_id, day)]


def _false_in(brand_id: UUID, day: datetime) -> list[SketchKey]:
    rolled: _Sides = defaultdict(list)
    recounted: _Sides = defaultdict(list)
    marked: set[SketchKey] = set()
    values = {"brand": brand_id, "start": day, "end": day + DAY}
    for query_id, width, at, authors, sketch, is_stale in _asked(_READ, values):
        for key in _keys(query_id, width, at):
            if authors is not None:
                recounted[key].append(sketch_of(authors))
            elif is_stale:
                marked.add(key)
            else:
                rolled[key].append(sketch)
    found = (rolled.keys() | recounted.keys()) - marked
    false = (key for key in found if merge(rolled[key]) != merge(recounted[key]))
    return sorted(false, key=str)


def _keys(query_id: UUID | None, width: int, at: datetime) -> Iterator[SketchKey]:
    """Yield the sketch that a row is, or those that five minutes are part of."""
    if width:
        yield SketchKey(query_id, width, at)
        return
    for each in Width:
        yield SketchKey(query_id, each, bucket_start(at, timedelta(seconds=each)))


def _asked(statement: str, values: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    with server_cursor() as cursor:
        cursor.execute(statement, values, binary=True)
        yield from cursor
