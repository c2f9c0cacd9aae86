"""How many people spoke: unique authors of a brand or a query, from the sketches."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from crisisapi.common.database import server_cursor
from monitoring.rules.hyperloglog import EMPTY, Distinct, count_distinct, count_each, merge
from monitoring.rules.windows import Window

_READ = """
SELECT started_at AS at, sketch FROM monitoring_sketch
WHERE brand_id = %(brand)s AND {query} AND width = %(width)s
    AND started_at >= %(start)s AND started_at < %(end)s
UNION ALL
SELECT date_bin(make_interval(secs => %(width)s), started_at, '2000-01-01 00:00Z'), sketch
FROM monitoring_sketchdelta
WHERE brand_id = %(brand)s AND {query} AND started_at >= %(start)s AND started_at < %(end)s
"""
_NOBODY = count_distinct(EMPTY)
_OF_BRAND = _READ.format(query="query_id IS NULL")
_OF_QUERY = _READ.format(query="query_id = %(query)s")


@dataclass(frozen=True)
class Authors:
    """Unique authors of a window, and of each bucket in which anybody was heard."""

    total: Distinct
    series: dict[datetime, Distinct]

    def at(self, started_at: datetime) -> Distinct:
        """Return the authors of one bucket."""
        return self.series.get(started_at, _NOBODY)


def read_authors(*, brand_id: UUID, window: Window, query_id: UUID | None = None) -> Authors:
    """Count the authors of a window: exactly while they are few, then with the stated error."""
    parts: dict[datetime, list[bytes]] = defaultdict(list)
    for at, sketch in _rows(brand_id, window, query_id):
        parts[at].append(sketch)
    sketches = {at: merge(found) if found[1:] else found[0] for at, found in parts.items()}
    counts = count_each(list(sketches.values()))
    total = count_distinct(merge(sketches.values()) if sketches else EMPTY)
    return Authors(total, dict(zip(sketches, counts, strict=True)))


def _rows(brand_id: UUID, window: Window, query_id: UUID | None) -> list[tuple[datetime, bytes]]:
    values = {
        "brand": brand_id,
        "query": query_id,
        "width": int(window.width.total_seconds()),
        "start": window.start,
        "end": window.end,
    }
    with server_cursor() as cursor:
        cursor.execute(_OF_QUERY if query_id else _OF_BRAND, values, binary=True)
        return [(at, sketch) for at, sketch in cursor]
