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
from monitoring.rules.windows import Window, align, fitting_width

__all__ = [
    "BUCKETS_LIMIT",
    "COUNT_COLUMNS",
    "Counts",
    "Metrics",
    "incident_query_id",
    "incident_window",
    "read_metrics",
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


_SUMS = ", ".join(f"sum({name})::bigint" for name in COUNT_COLUMNS)
_COLUMNS = ", ".join(COUNT_COLUMNS)
_NOTHING = Counts()

# Both parts in one statement, hence in one snapshot: a delta is seen folded or unfolded, once.
_READ = f"""
SELECT at, platform, language, {_SUMS}
FROM (
    SELECT started_at AS at, platform, language, {_COLUMNS} FROM monitoring_bucket
    WHERE brand_id = %(brand)s AND {{query}} AND width = %(width)s
        AND started_at >= %(start)s AND started_at < %(end)s
    UNION ALL
    SELECT date_bin(make_interval(secs => %(width)s), started_at, '2000-01-01 00:00Z'),
        platform, language, {_COLUMNS}
    FROM monitoring_bucketdelta
    WHERE brand_id = %(brand)s AND {{query}}
        AND started_at >= %(start)s AND started_at < %(end)s
) AS both_parts
WHERE (%(platform)s = '' OR platform = %(platform)s)
    AND (%(language)s = '' OR language = %(language)s)
GROUP BY GROUPING SETS ((at), (platform), (language)) ORDER BY at, platform, language
"""  # noqa: S608 - only names of columns are put in
# NULL is not equal to NULL, and IS NOT DISTINCT FROM would not use the index.
_OF_BRAND = _READ.format(query="query_id IS NULL")
_OF_QUERY = _READ.format(query="query_id = %(query)s")


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
    values = {"brand": brand_id, "query": query_id, "platform": platform, "language": language}
    platforms: dict[str, Counts] = {}
    languages: dict[str, Counts] = {}
    moments = {} if has_gaps else dict.fromkeys(window.starts(), _NOTHING)
    for at, of_platform, of_language, counts in _rows(window, values):
        if counts == _NOTHING:
            continue
        if at is not None:
            moments[at] = counts
        elif of_platform is not None:
            platforms[of_platform] = counts
        else:
            languages[of_language or ""] = counts
    totals = sum(platforms.values(), start=_NOTHING)
    return Metrics(window, totals, platforms, languages, list(moments.items()))


_Row = tuple[datetime | None, str | None, str | None, Counts]


def _rows(window: Window, values: dict[str, Any]) -> Sequence[_Row]:
    values |= {
        "width": int(window.width.total_seconds()),
        "start": window.start,
        "end": window.end,
    }
    with connection.cursor() as cursor:
        cursor.execute(_OF_QUERY if values["query"] else _OF_BRAND, values)
        return [
            (at, platform, language, Counts(*counts))
            for at, platform, language, *counts in cursor.fetchall()
        ]


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
