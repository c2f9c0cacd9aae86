"""Counts bucket by bucket as arrays of numbers, for what looks at them with every batch."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from crisisapi.common.database import server_cursor
from monitoring.rules.windows import Window

Whole = NDArray[np.int64]

_COLUMNS = ("mentions", "positive", "neutral", "negative", "reach")
_NAMES = ", ".join(_COLUMNS)
# Nothing but what the index of the totals holds is named, so that no row is looked at. All comes
# as one string of 64-bit numbers, which costs a quarter of thousands of rows.
_READ = f"""
SELECT string_agg({" || ".join(f"int8send({name})" for name in _COLUMNS)}
    || timestamptz_send(started_at), '')
FROM (
    SELECT started_at, {_NAMES} FROM monitoring_buckettotal
    WHERE brand_id = %(brand)s AND {{query}} AND width = %(width)s
        AND started_at >= %(start)s AND started_at < %(end)s
    UNION ALL
    SELECT started_at, {_NAMES} FROM monitoring_bucketdelta
    WHERE brand_id = %(brand)s AND {{query}}
        AND started_at >= %(start)s AND started_at < %(end)s
) AS parts
"""  # noqa: S608 - only names of columns are put in
_SENT = np.dtype(">i8")
# What PostgreSQL counts the microseconds of its times from.
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class BucketCounts:
    """Counts of each bucket of a window, in the order of time; 0 where nothing was counted."""

    mentions: Whole
    positive: Whole
    neutral: Whole
    negative: Whole
    reach: Whole


def read_counts_by_bucket(brand_id: UUID, query_id: UUID | None, window: Window) -> BucketCounts:
    """Return the exact counts of each bucket of a window; without a query, of the whole brand."""
    of_query = "query_id = %(query)s" if query_id else "query_id IS NULL"
    values: dict[str, Any] = {
        "brand": brand_id,
        "query": query_id,
        "width": int(window.width.total_seconds()),
        "start": window.start,
        "end": window.end,
    }
    with server_cursor() as cursor:
        cursor.execute(_READ.format(query=of_query), values, binary=True)
        [(sent,)] = cursor.fetchall()
    return _spread(window, np.frombuffer(sent or b"", dtype=_SENT).reshape(-1, len(_COLUMNS) + 1).T)


def _spread(window: Window, sent: NDArray[Any]) -> BucketCounts:
    *counts, moments = sent.astype(np.int64)
    places = (moments - (window.start - _EPOCH) // _MICROSECOND) // (window.width // _MICROSECOND)
    spread = np.zeros((len(counts), (window.end - window.start) // window.width), dtype=np.int64)
    for row, values in zip(spread, counts, strict=True):
        # A bucket has as many rows as it has deltas, which add up.
        np.add.at(row, places, values)
    return BucketCounts(*spread)
