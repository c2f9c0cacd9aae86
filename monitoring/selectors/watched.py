"""What alert rules watch: five minutes of a query after the other, and since when it is heard."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from monitoring.models import Query, Rereading, RereadingKind, RereadingState
from monitoring.rules.detection.judging import Counted
from monitoring.rules.effect.gaps import find_gaps
from monitoring.rules.windows import FIVE_MINUTES, align
from monitoring.selectors.series import read_counts_by_bucket

# As far as a detector looks back, and what is apart.
HISTORY = timedelta(days=16)

# Of the widest buckets there are few; what is not folded yet is of now.
_FIRST = """
SELECT min(started_at) FROM monitoring_buckettotal
WHERE brand_id = %s AND query_id IS NULL AND width = 86400 AND mentions > 0
"""
_FIRST_WITHIN = """
SELECT min(started_at) FROM monitoring_buckettotal
WHERE brand_id = %s AND query_id IS NULL AND width = 300 AND mentions > 0 AND started_at >= %s
"""


def read_counted(
    *, brand_id: UUID, query: Query | None, now: datetime, history: timedelta = HISTORY
) -> Counted:
    """Return what was counted up to now, exactly, however much of it is folded.

    The last five minutes are not over: what they have is the least they will have. Nobody listened
    before the first mention, nor in a silence of the brand too long to be one.
    """
    window = align(now - history, now, FIVE_MINUTES)
    counts = read_counts_by_bucket(brand_id, query.pk if query else None, window)
    of_brand = counts if query is None else read_counts_by_bucket(brand_id, None, window)
    missing = find_gaps(of_brand.mentions.astype(float))
    since = heard_since(brand_id=brand_id, query=query)
    unheard = len(missing) if since is None else (since - window.start) // FIVE_MINUTES
    missing[: max(0, unheard)] = True
    known = counts.positive + counts.neutral + counts.negative
    return Counted(
        window.start,
        mentions=counts.mentions.astype(float),
        known=known.astype(float),
        negative=counts.negative.astype(float),
        reach=counts.reach.astype(float),
        missing=missing,
    )


def heard_since(*, brand_id: UUID, query: Query | None) -> datetime | None:
    """Return since when mentions are complete, None before the first one of the brand.

    Before its first mention nobody listened to a brand. Those of a query are complete since it was
    saved, or as far back as its last backfill has come.
    """
    first = _first_of(brand_id)
    if first is None or query is None:
        return first
    backfill = (
        Rereading.objects.filter(query=query, kind=RereadingKind.BACKFILL)
        .exclude(state=RereadingState.SUPERSEDED)
        .order_by("-created_at", "-id")
        .first()
    )
    return max(first, _complete_since(query, backfill, first))


def _complete_since(query: Query, backfill: Rereading | None, first: datetime) -> datetime:
    if backfill is None:
        return query.created_at
    if backfill.state == RereadingState.DONE:
        return backfill.since or first
    return backfill.cursor_at or backfill.created_at


def _first_of(brand_id: UUID) -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, [brand_id])
        day = cursor.fetchone()[0]
        if day is None:
            cursor.execute(
                "SELECT min(started_at) FROM monitoring_bucketdelta "
                "WHERE brand_id = %s AND query_id IS NULL AND mentions > 0",
                [brand_id],
            )
            return _moment(cursor)
        cursor.execute(_FIRST_WITHIN, [brand_id, day])
        return _moment(cursor) or day


def _moment(cursor: Any) -> datetime | None:
    found: datetime | None = cursor.fetchone()[0]
    return found
