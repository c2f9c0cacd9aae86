"""What single accounts bring: those of today, and the most that one brought on each day before."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection

from monitoring.models import LoudDay, Query
from monitoring.rules.arrays import Numbers
from monitoring.rules.detection.authors import Brought
from monitoring.rules.detection.judging import PEOPLE, Measure
from monitoring.rules.detection.usual import DAYS
from monitoring.rules.windows import DAY, HOUR
from monitoring.selectors.own_authors import own_authors
from monitoring.selectors.watched import heard_since

MOST_AUTHORS = 50
# Clocks of sources are ahead at times.
AHEAD = HOUR

# Where a source tells no reach, whoever follows an account may have seen what it said.
_REACHED = "greatest(reach, coalesce(author_followers, 0))"
_SAID = """
FROM monitoring_mention
WHERE brand_id = %(brand)s AND published_at >= %(start)s AND published_at < %(end)s
    AND author_key IS NOT NULL AND removed_at IS NULL
    AND (%(query)s::uuid IS NULL OR query_ids @> ARRAY[%(query)s::uuid])
"""
_LOUDEST = f"""
SELECT author_key, sum({_REACHED})::float8 AS reached {_SAID}
    AND author_key <> ALL(%(ours)s::bigint[])
GROUP BY author_key ORDER BY reached DESC, author_key LIMIT %(most)s
"""
_ANYBODY = f"SELECT EXISTS (SELECT {_SAID} AND {_REACHED} >= {PEOPLE})"


def is_anybody_heard(
    *, brand_id: UUID, query: Query | None, since: datetime, now: datetime
) -> bool:
    """Whether something that many may have seen was said since a moment; quickly told."""
    with connection.cursor() as cursor:
        cursor.execute(_ANYBODY, _terms(brand_id, query, since, now + AHEAD))
        return bool(cursor.fetchone()[0])


def bring_together(*, brand_id: UUID, query: Query | None, now: datetime) -> Brought:
    """Return how many people each of the loudest accounts reached within the last day.

    The brand's own are left out. The most of a day before is kept once that day is over, until
    more is told of it (`forget_days`).
    """
    ours = sorted(own_authors(brand_id))
    rows = _loudest(_terms(brand_id, query, now - DAY, now + AHEAD), ours, most=MOST_AUTHORS)
    return Brought(
        Measure.REACH,
        np.array([author for author, _reached in rows], dtype=np.int64),
        np.array([reached for _author, reached in rows], dtype=float),
        _highest(brand_id, query, now, ours),
    )


def forget_days(*, brand_id: UUID, query_id: UUID | None, days: Iterable[date]) -> None:
    """Have days looked at again of which something else is told by now: late, or erased."""
    LoudDay.objects.filter(brand_id=brand_id, query=query_id, day__in=list(days)).delete()


def _highest(brand_id: UUID, query: Query | None, now: datetime, ours: list[int]) -> Numbers:
    last = (now - DAY).astimezone(UTC).date() - DAY
    days = [last - timedelta(days=back) for back in range(DAYS)]
    since = heard_since(brand_id=brand_id, query=query)
    heard = [day for day in days if since is not None and _start(day) >= since]
    mine = LoudDay.objects.filter(brand_id=brand_id, query=query)
    known = dict(mine.filter(day__in=heard).values_list("day", "reach"))
    missing = [day for day in heard if day not in known]
    if missing:
        mine.filter(day__lt=days[-1]).delete()
    found = {day: _most_of(day, brand_id, query, ours) for day in missing}
    LoudDay.objects.bulk_create(
        [
            LoudDay(brand_id=brand_id, query=query, day=day, reach=reach)
            for day, reach in found.items()
        ],
        ignore_conflicts=True,
    )
    return np.array([(known | found).get(day, np.nan) for day in days], dtype=float)


def _most_of(day: date, brand_id: UUID, query: Query | None, ours: list[int]) -> int:
    terms = _terms(brand_id, query, _start(day), _start(day) + DAY)
    rows = _loudest(terms, ours, most=1)
    return int(rows[0][1]) if rows else 0


def _loudest(terms: dict[str, Any], ours: list[int], *, most: int) -> list[tuple[int, float]]:
    with connection.cursor() as cursor:
        cursor.execute(_LOUDEST, {**terms, "ours": ours, "most": most})
        found: list[tuple[int, float]] = cursor.fetchall()
    return found


def _terms(brand_id: UUID, query: Query | None, start: datetime, end: datetime) -> dict[str, Any]:
    return {"brand": brand_id, "query": query.pk if query else None, "start": start, "end": end}


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
