"""How many people spoke: unique authors of a brand or a query, from the sketches."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from crisisapi.common.database import server_cursor
from monitoring.rules.hyperloglog import EMPTY, Distinct, count_distinct, count_each, merge
from monitoring.rules.windows import Window, cover

_FOLDED = """
SELECT started_at AS at, sketch FROM monitoring_sketch
WHERE brand_id = %(brand)s AND {query} AND width = %(width)s
    AND started_at >= %(start)s AND started_at < %(end)s
"""
_UNFOLDED = """
SELECT date_bin(make_interval(secs => %(width)s), started_at, '2000-01-01 00:00Z'), sketch
FROM monitoring_sketchdelta
WHERE brand_id = %(brand)s AND {query} AND started_at >= %(start)s AND started_at < %(end)s
"""
_NOBODY = count_distinct(EMPTY)


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
    for at, sketch in _sketches(brand_id, query_id, [window]):
        parts[at].append(sketch)
    sketches = {at: merge(found) if found[1:] else found[0] for at, found in parts.items()}
    counts = count_each(list(sketches.values()))
    total = count_distinct(merge(sketches.values()))
    return Authors(total, dict(zip(sketches, counts, strict=True)))


def read_author_total(*, brand_id: UUID, window: Window, query_id: UUID | None = None) -> Distinct:
    """Count the authors of a whole window, at the price of a few dozen sketches."""
    parts = _sketches(brand_id, query_id, cover(window))
    return count_distinct(merge(sketch for _at, sketch in parts))


def _sketches(
    brand_id: UUID, query_id: UUID | None, windows: Sequence[Window]
) -> list[tuple[datetime, bytes]]:
    of_query = "query_id = %(query)s" if query_id else "query_id IS NULL"
    # One after the other: who is seen twice, unfolded and then folded, is counted once.
    statement = f"{_UNFOLDED} UNION ALL {_FOLDED}".format(query=of_query)
    found: list[tuple[datetime, bytes]] = []
    with server_cursor() as cursor:
        for window in windows:
            values = {
                "brand": brand_id,
                "query": query_id,
                "width": int(window.width.total_seconds()),
                "start": window.start,
                "end": window.end,
            }
            cursor.execute(statement, values, binary=True)
            found += [(at, sketch) for at, sketch in cursor]
    return found
