"""Reading the rollups: the cost is the number of buckets, not of mentions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from incidents.models import Incident
from monitoring.models import Query
from monitoring.rules.counts import COUNT_COLUMNS, Counts
from monitoring.rules.windows import Window, align, cover, fitting_width

__all__ = [
    "BUCKETS_LIMIT",
    "COUNT_COLUMNS",
    "Counts",
    "Metrics",
    "Totals",
    "incident_query_id",
    "incident_window",
    "read_metrics",
    "read_totals",
]

BUCKETS_LIMIT = 2_000


@dataclass(frozen=True)
class Metrics:
    """Counts of a window: in all, by platform, by language, and bucket by bucket.

    The language of mentions that nobody has read yet is empty.
    """

    window: Window
    totals: Counts
    platforms: dict[str, Counts]
    languages: dict[str, Counts]
    series: list[tuple[datetime, Counts]]


@dataclass(frozen=True)
class Totals:
    """Counts of a window: in all, by platform, by language."""

    counts: Counts
    platforms: dict[str, Counts]
    languages: dict[str, Counts]


_SUMS = ", ".join(f"sum({name})::bigint" for name in COUNT_COLUMNS)
_COLUMNS = ", ".join(COUNT_COLUMNS)
_NOTHING = Counts()

_FOLDED = f"""
SELECT started_at AS at, platform, language, {_COLUMNS} FROM monitoring_bucket
WHERE brand_id = %(brand)s AND {{query}} AND width = %(width{{place}})s
    AND started_at >= %(start{{place}})s AND started_at < %(end{{place}})s
"""  # noqa: S608 - only names of columns are put in
_UNFOLDED = f"""
SELECT date_bin(make_interval(secs => %(width)s), started_at, '2000-01-01 00:00Z') AS at,
    platform, language, {_COLUMNS}
FROM monitoring_bucketdelta
WHERE brand_id = %(brand)s AND {{query}} AND started_at >= %(start)s AND started_at < %(end)s
"""  # noqa: S608
_PART = """
(%(platform)s = '' OR platform = %(platform)s) AND (%(language)s = '' OR language = %(language)s)
"""
_CELLS = f"""
SELECT NULL::timestamptz, platform, language, {_SUMS} FROM ({{parts}}) AS parts
WHERE {_PART} GROUP BY platform, language
"""  # noqa: S608
_SERIES = f"""
SELECT at, NULL, NULL, {_SUMS} FROM ({{parts}}) AS parts WHERE {_PART} GROUP BY at
"""  # noqa: S608

_Row = tuple[datetime | None, str, str, Counts]


def read_metrics(
    *,
    brand_id: UUID,
    window: Window,
    query_id: UUID | None = None,
    platform: str = "",
    language: str = "",
    has_gaps: bool = False,
) -> Metrics:
    """Return the exact counts of a window, of a query or of all mentions of the brand.

    Of one platform or all, in one language or all. The series names every bucket; with gaps only
    those in which something was counted, so that the cost of a window of years is what was said
    in it.
    """
    asked = _Asked(brand_id, window, query_id, platform, language)
    rows = _rows(asked, f"{_cells(asked)} UNION ALL {_series(asked)}")
    totals = _totals(rows)
    moments = {} if has_gaps else dict.fromkeys(window.starts(), _NOTHING)
    moments |= {row[0]: row[3] for row in rows if row[0] is not None and row[3] != _NOTHING}
    series = sorted(moments.items()) if has_gaps else list(moments.items())
    return Metrics(window, totals.counts, totals.platforms, totals.languages, series)


def read_totals(
    *,
    brand_id: UUID,
    window: Window,
    query_id: UUID | None = None,
    platform: str = "",
    language: str = "",
) -> Totals:
    """Return what `read_metrics` does without the series, at the price of a few dozen buckets."""
    asked = _Asked(brand_id, window, query_id, platform, language)
    return _totals(_rows(asked, _cells(asked)))


@dataclass(frozen=True)
class _Asked:
    brand_id: UUID
    window: Window
    query_id: UUID | None
    platform: str
    language: str

    @property
    def of_query(self) -> str:
        """The condition; NULL is not equal to NULL, and IS NOT DISTINCT FROM uses no index."""
        return "query_id = %(query)s" if self.query_id else "query_id IS NULL"


# Folded and unfolded in one statement, hence in one snapshot: a delta is seen once.
def _cells(asked: _Asked) -> str:
    folded = (
        _FOLDED.format(query=asked.of_query, place=place)
        for place in range(1, len(cover(asked.window)) + 1)
    )
    unfolded = _UNFOLDED.format(query=asked.of_query)
    return _CELLS.format(parts=" UNION ALL ".join([*folded, unfolded]))


def _series(asked: _Asked) -> str:
    folded = _FOLDED.format(query=asked.of_query, place=0)
    unfolded = _UNFOLDED.format(query=asked.of_query)
    return _SERIES.format(parts=f"{folded} UNION ALL {unfolded}")


def _totals(rows: Sequence[_Row]) -> Totals:
    platforms: dict[str, Counts] = {}
    languages: dict[str, Counts] = {}
    for at, platform, language, counts in rows:
        if at is None and counts != _NOTHING:
            platforms[platform] = platforms.get(platform, _NOTHING) + counts
            languages[language] = languages.get(language, _NOTHING) + counts
    counts = sum(platforms.values(), start=_NOTHING)
    return Totals(counts, dict(sorted(platforms.items())), dict(sorted(languages.items())))


def _rows(asked: _Asked, statement: str) -> Sequence[_Row]:
    values: dict[str, Any] = {
        "brand": asked.brand_id,
        "query": asked.query_id,
        "platform": asked.platform,
        "language": asked.language,
        **_bounds(asked.window, ""),
        **_bounds(asked.window, "0"),
    }
    for place, part in enumerate(cover(asked.window), start=1):
        values |= _bounds(part, str(place))
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [
            (at, platform, language, Counts(*counts))
            for at, platform, language, *counts in cursor.fetchall()
        ]


def _bounds(window: Window, place: str) -> dict[str, Any]:
    return {
        f"width{place}": int(window.width.total_seconds()),
        f"start{place}": window.start,
        f"end{place}": window.end,
    }


def incident_window(
    incident: Incident,
    *,
    now: datetime,
    width: timedelta | None = None,
    latest: timedelta | None = None,
) -> Window:
    """Return the window of an incident: from its start to its end, or to now.

    Without a width it is the one that fits. `latest` cuts the window to its end.
    """
    end = incident.ended_at or now
    start = incident.started_at if latest is None else max(incident.started_at, end - latest)
    return align(start, max(start, end), width or fitting_width(end - start))


def incident_query_id(incident: Incident) -> UUID | None:
    """Return the query whose mentions are those of the incident; None where all of the brand's are.

    An incident has one active query at most.
    """
    queries = Query.objects.active().filter(incident=incident)
    return queries.values_list("pk", flat=True).first()
