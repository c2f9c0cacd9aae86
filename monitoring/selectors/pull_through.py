"""Which key messages the public repeats: read from their counts, bucket by bucket."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from monitoring.rules.windows import Window, cover
from monitoring.selectors.echo_contributions import ECHO_COLUMNS, ECHO_COUNTS

EXAMPLES = 3


@dataclass(frozen=True)
class EchoTotals:
    """How many mentions repeat a key message, what they make of it, and how it was received."""

    mentions: int = 0
    agrees: int = 0
    disputes: int = 0
    likes: int = 0
    comments: int = 0
    shares: int = 0
    reach: int = 0

    @property
    def neutral(self) -> int:
        """Those that neither agree nor dispute."""
        return self.mentions - self.agrees - self.disputes

    @property
    def engagement(self) -> int:
        """Likes, comments and shares."""
        return self.likes + self.comments + self.shares


@dataclass(frozen=True)
class PullThrough:
    """What was counted of one key message; the series has the buckets in which it was repeated."""

    totals: EchoTotals = EchoTotals()
    series: list[tuple[datetime, EchoTotals]] = field(default_factory=list)


_SUMS = ", ".join(f"sum({name})::bigint" for name in ECHO_COUNTS)
_FOLDED = f"""
SELECT key_message_id, started_at AS at, platform, language, {ECHO_COLUMNS}
FROM monitoring_echobucket
WHERE key_message_id = ANY(%(ids)s) AND {{query}} AND width = %(width{{place}})s
    AND started_at >= %(start{{place}})s AND started_at < %(end{{place}})s
"""  # noqa: S608 - only names of columns are put in
_UNFOLDED = f"""
SELECT key_message_id,
    date_bin(make_interval(secs => %(width)s), started_at, '2000-01-01 00:00Z') AS at,
    platform, language, {ECHO_COLUMNS}
FROM monitoring_echodelta
WHERE key_message_id = ANY(%(ids)s) AND {{query}}
    AND started_at >= %(start)s AND started_at < %(end)s
"""  # noqa: S608
_PART = """
(%(platform)s = '' OR platform = %(platform)s) AND (%(language)s = '' OR language = %(language)s)
"""
_TOTALS = f"""
SELECT key_message_id, NULL::timestamptz, {_SUMS} FROM ({{parts}}) AS parts
WHERE {_PART} GROUP BY key_message_id
"""  # noqa: S608
_SERIES = f"""
SELECT key_message_id, at, {_SUMS} FROM ({{parts}}) AS parts
WHERE {_PART} GROUP BY key_message_id, at
"""  # noqa: S608
_EXAMPLES = """
SELECT k.id, m.id, m.text, m.platform, m.language, m.url, m.published_at, m.sentiment,
    e.way, e.score
FROM unnest(%(ids)s::uuid[]) AS k (id) CROSS JOIN LATERAL (
    SELECT * FROM monitoring_echo WHERE key_message_id = k.id
        AND published_at >= %(start)s AND published_at < %(end)s
    ORDER BY published_at DESC, mention_id DESC LIMIT %(looked_at)s
) AS e CROSS JOIN LATERAL (
    SELECT * FROM monitoring_mention WHERE id = e.mention_id AND removed_at IS NULL
        AND (%(query)s::uuid IS NULL OR %(query)s = ANY(query_ids))
        AND (%(platform)s = '' OR platform = %(platform)s)
        AND (%(language)s = '' OR language = %(language)s)
) AS m
ORDER BY k.id, m.published_at DESC, m.id DESC
"""
_LOOKED_AT = 100


def read_pull_through(
    *,
    key_message_ids: Sequence[UUID],
    query_id: UUID | None,
    window: Window,
    platform: str = "",
    language: str = "",
) -> dict[UUID, PullThrough]:
    """Return the exact counts of key messages in a window, of a query or of the whole brand.

    The cost is the number of buckets in which they were repeated, not of mentions.
    """
    values = _values(key_message_ids, query_id, window, platform, language)
    totals: dict[UUID, EchoTotals] = {}
    series: dict[UUID, list[tuple[datetime, EchoTotals]]] = defaultdict(list)
    for key, at, *counts in _rows(_statement(query_id, window), values):
        counted = EchoTotals(*counts)
        if at is None:
            totals[key] = counted
        elif counted != EchoTotals():
            series[key].append((at, counted))
    return {
        key: PullThrough(totals.get(key, EchoTotals()), sorted(series.get(key, [])))
        for key in key_message_ids
    }


def read_examples(
    *,
    key_message_ids: Sequence[UUID],
    query_id: UUID | None,
    window: Window,
    platform: str = "",
    language: str = "",
) -> dict[UUID, list[dict[str, Any]]]:
    """Return the latest mentions that repeat each key message and can still be read."""
    values = _values(key_message_ids, query_id, window, platform, language)
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for key, *row in _rows(_EXAMPLES, values | {"looked_at": _LOOKED_AT}):
        if len(found[key]) < EXAMPLES:
            found[key].append(dict(zip(_EXAMPLE, row, strict=True)))
    return found


_EXAMPLE = (
    "id",
    "text",
    "platform",
    "language",
    "url",
    "published_at",
    "sentiment",
    "way",
    "score",
)


def _statement(query_id: UUID | None, window: Window) -> str:
    """Return folded and unfolded in one statement, hence in one snapshot: a delta is seen once."""
    # NULL is not equal to NULL, and IS NOT DISTINCT FROM uses no index.
    query = "query_id = %(query)s" if query_id else "query_id IS NULL"
    unfolded = _UNFOLDED.format(query=query)
    folded = [
        _FOLDED.format(query=query, place=place) for place in range(1, len(cover(window)) + 1)
    ]
    whole = _TOTALS.format(parts=" UNION ALL ".join([*folded, unfolded]))
    each = _FOLDED.format(query=query, place=0)
    return f"{whole} UNION ALL {_SERIES.format(parts=f'{each} UNION ALL {unfolded}')}"


def _values(
    ids: Sequence[UUID], query_id: UUID | None, window: Window, platform: str, language: str
) -> dict[str, Any]:
    values: dict[str, Any] = {
        "ids": list(ids),
        "query": query_id,
        "platform": platform,
        "language": language,
        **_bounds(window, ""),
        **_bounds(window, "0"),
    }
    for place, part in enumerate(cover(window), start=1):
        values |= _bounds(part, str(place))
    return values


def _bounds(window: Window, place: str) -> dict[str, Any]:
    return {
        f"width{place}": int(window.width.total_seconds()),
        f"start{place}": window.start,
        f"end{place}": window.end,
    }


def _rows(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
