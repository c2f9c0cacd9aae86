"""Reading the rollups: the cost is the number of buckets, not of mentions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from incidents.models import Incident
from monitoring.models import Width
from monitoring.rules.windows import HOUR, Window, align, fitting_width

COUNT_COLUMNS = (
    "mentions",
    "analysed",
    "positive",
    "neutral",
    "negative",
    "likes",
    "comments",
    "shares",
    "reach",
)
BUCKETS_LIMIT = 2_000


@dataclass(frozen=True)
class Counts:
    """What was counted; engagement is likes, comments and shares together."""

    mentions: int = 0
    analysed: int = 0
    positive: int = 0
    neutral: int = 0
    negative: int = 0
    likes: int = 0
    comments: int = 0
    shares: int = 0
    reach: int = 0

    @property
    def unknown(self) -> int:
        """Analysed, and the analyser could not tell."""
        return self.analysed - self.positive - self.neutral - self.negative

    @property
    def engagement(self) -> int:
        """Likes, comments and shares."""
        return self.likes + self.comments + self.shares

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, name) + getattr(other, name) for name in COUNT_COLUMNS))


@dataclass(frozen=True)
class Row:
    """The counts of one platform in one bucket."""

    started_at: datetime
    platform: str
    counts: Counts


@dataclass(frozen=True)
class Metrics:
    """Counts of a window: in all, by platform, and bucket by bucket."""

    window: Window
    totals: Counts
    platforms: dict[str, Counts]
    series: list[tuple[datetime, Counts]]


_SUMS = ", ".join(f"sum({name})::bigint" for name in COUNT_COLUMNS)
_COLUMNS = ", ".join(COUNT_COLUMNS)

# Both parts in one statement, hence in one snapshot: a delta is seen folded or unfolded, once.
_READ = f"""
SELECT date_bin(make_interval(secs => %(width)s), started_at, '2000-01-01 00:00Z') AS at,
    platform, {_SUMS}
FROM (
    SELECT started_at, platform, {_COLUMNS} FROM monitoring_bucket
    WHERE brand_id = %(brand)s AND width = %(stored)s
        AND started_at >= %(start)s AND started_at < %(end)s
    UNION ALL
    SELECT started_at, platform, {_COLUMNS} FROM monitoring_bucketdelta
    WHERE brand_id = %(brand)s AND started_at >= %(start)s AND started_at < %(end)s
) AS both_parts
WHERE %(platform)s = '' OR platform = %(platform)s
GROUP BY at, platform ORDER BY at, platform
"""  # noqa: S608 - only names of columns are put in


def read_metrics(
    *, brand_id: UUID, window: Window, platform: str = "", has_gaps: bool = False
) -> Metrics:
    """Return the exact counts of a window, of one platform or of all.

    The series names every bucket; with gaps only those in which something was counted, so that
    the cost of a window of years is what was said in it.
    """
    rows = _rows(brand_id, window, platform)
    platforms: dict[str, Counts] = {}
    moments = {} if has_gaps else dict.fromkeys(window.starts(), Counts())
    totals = Counts()
    for row in rows:
        totals += row.counts
        platforms[row.platform] = platforms.get(row.platform, Counts()) + row.counts
        moments[row.started_at] = moments.get(row.started_at, Counts()) + row.counts
    return Metrics(window, totals, platforms, list(moments.items()))


def _rows(brand_id: UUID, window: Window, platform: str) -> Sequence[Row]:
    values: dict[str, Any] = {
        "brand": brand_id,
        "width": int(window.width.total_seconds()),
        "stored": Width.FIVE_MINUTES if window.width < HOUR else Width.HOUR,
        "start": window.start,
        "end": window.end,
        "platform": platform,
    }
    with connection.cursor() as cursor:
        cursor.execute(_READ, values)
        return [Row(at, name, Counts(*map(int, counts))) for at, name, *counts in cursor.fetchall()]


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
