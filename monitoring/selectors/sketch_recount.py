"""Recounting the sketches of unique authors from the raw rows, to prove that they are exact."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from crisisapi.common.database import server_cursor
from monitoring.models import Width
from monitoring.rules.hyperloglog import EMPTY, merge, sketch_of
from monitoring.rules.windows import bucket_start
from monitoring.selectors.contributions import BIN, QUERIES


class SketchKey(NamedTuple):
    """Which sketch: without a query, that of the whole brand."""

    query_id: UUID | None
    width: int
    started_at: datetime


# One statement, one snapshot: mentions that arrive meanwhile are in both sides or in none.
_READ = f"""
SELECT query_id, 0, {BIN.format("")} AS at, array_agg(DISTINCT author_key), NULL, FALSE
FROM monitoring_mention CROSS JOIN LATERAL {QUERIES.format("")}
WHERE brand_id = %(brand)s AND author_key IS NOT NULL GROUP BY 1, 3
UNION ALL
SELECT query_id, width, started_at, NULL, sketch, FALSE
FROM monitoring_sketch WHERE brand_id = %(brand)s
UNION ALL
SELECT query_id, 0, started_at, NULL, sketch, is_stale
FROM monitoring_sketchdelta WHERE brand_id = %(brand)s
"""  # noqa: S608 - only names of columns are put in

_Sides = dict[SketchKey, list[bytes]]


def find_false_sketches(brand_id: UUID) -> list[SketchKey]:
    """Return every sketch that a recount contradicts; an empty list is the proof.

    Buckets that are marked to be made anew are left out until they are.
    """
    rolled: _Sides = defaultdict(list)
    recounted: _Sides = defaultdict(list)
    marked: set[SketchKey] = set()
    for query_id, width, at, authors, sketch, is_stale in _rows(brand_id):
        for key in _keys(query_id, width, at):
            if authors is not None:
                recounted[key].append(sketch_of(authors))
            elif is_stale:
                marked.add(key)
            else:
                rolled[key].append(sketch)
    return sorted(
        (
            key
            for key in (rolled.keys() | recounted.keys()) - marked
            if merge(rolled.get(key, [EMPTY])) != merge(recounted.get(key, [EMPTY]))
        ),
        key=str,
    )


def _keys(query_id: UUID | None, width: int, at: datetime) -> Iterator[SketchKey]:
    """Yield the sketch that a row is, or those that five minutes are part of."""
    if width:
        yield SketchKey(query_id, width, at)
        return
    for each in Width:
        yield SketchKey(query_id, each, bucket_start(at, timedelta(seconds=each)))


def _rows(brand_id: UUID) -> Iterator[tuple[Any, ...]]:
    with server_cursor() as cursor:
        cursor.execute(_READ, {"brand": brand_id}, binary=True)
        yield from cursor
