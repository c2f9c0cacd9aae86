"""Reading the rollups: the cost is the number of buckets, not of mentions.

What is asked of all platforms and languages together is read from the totals, whose number does
not grow with the talk.
"""

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
    "read_counts",
    "read_metrics",
    "read_series",
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
SELECT started_at AS at, {{names}}, {_COLUMNS} FROM {{table}}
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
_IN_ALL = f"""
SELECT NULL::timestamptz, NULL, NULL, {_SUMS} FROM ({{parts}}) AS parts
WHERE {_PART} HAVING count(*) > 0
"""  # noqa: S608

_Row = tuple[datetime | None, str, str, Counts]
Series = list[tuple[datetime, Counts]]


def read_metrics(
    *,
    brand_id: UUID,
    window: Window,
    query_id: UUID | None = None,
    platform: str = "",
    language: str = "",
) -> Metrics:
    """Return the exact counts of a window, of a query or of all mentions of the brand.

    Of one platform or all, in one language or all. The series names every bucket.
    """
    asked = _Asked(brand_id, window, query_id, platform, language)
    rows = _rows(asked, f"{_cells(asked)} UNION ALL {_series(asked)}")
    totals = _totals(rows)
    series = dict.fromkeys(window.starts(), _NOTHING) | dict(_moments(rows))
    return Metrics(window, totals.counts, totals.platforms, totals.languages, list(series.items()))


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


def read_counts(
    *,
    brand_id: UUID,
    window: Window,
    query_id: UUID | None = None,
    platform: str = "",
    language: str = "",
) -> Counts:
    """Return the counts of a window in all, the cheapest of the questions."""
    asked = _Asked(brand_id, window, query_id, platform, language)
    rows = _rows(asked, _IN_ALL.format(parts=_parts(asked, has_names=asked.is_part)))
    return sum((counts for *_key, counts in rows), start=_NOTHING)


def read_series(*, brand_id: UUID, window: Window, query_id: UUID | None = None) -> Series:
    """Return the buckets in which something was counted, on all platforms and in all languages.

    The cost of a window of years is what was said in it.
    """
    asked = _Asked(brand_id, window, query_id)
    return sorted(_moments(_rows(asked, _series(asked))))


@dataclass(frozen=True)
class _Asked:
    brand_id: UUID
    window: Window
    query_id: UUID | None
    platform: str = ""
    language: str = ""

    @property
    def of_query(self) -> str:
        """The condition; NULL is not equal to NULL, and IS NOT DISTINCT FROM uses no index."""
        return "query_id = %(query)s" if self.query_id else "query_id IS NULL"

    @property
    def is_part(self) -> bool:
        """Whether one platform or one language is asked for."""
        return bool(self.platform or self.language)

    def folded(self, place: int, *, has_names: bool) -> str:
        """Return the folded rows of a stretch: of each platform and language, or of all."""
        names = "platform, language" if has_names else "'' AS platform, '' AS language"
        table = "monitoring_bucket" if has_names else "monitoring_buckettotal"
        return _FOLDED.format(names=names, table=table, query=self.of_query, place=place)

    def unfolded(self) -> str:
        """Return what is not folded yet."""
        return _UNFOLDED.format(query=self.of_query)


# Folded and unfolded in one statement, hence in one snapshot: a delta is seen once.
def _cells(asked: _Asked) -> str:
    return _CELLS.format(parts=_parts(asked, has_names=True))


def _parts(asked: _Asked, *, has_names: bool) -> str:
    places = range(1, len(cover(asked.window)) + 1)
    folded = (asked.folded(place, has_names=has_names) for place in places)
    return " UNION ALL ".join([*folded, asked.unfolded()])


def _series(asked: _Asked) -> str:
    folded = asked.folded(0, has_names=asked.is_part)
    return _SERIES.format(parts=f"{folded} UNION ALL {asked.unfolded()}")


def _moments(rows: Sequence[_Row]) -> Series:
    return [(row[0], row[3]) for row in rows if row[0] is not None and row[3] != _NOTHING]


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
