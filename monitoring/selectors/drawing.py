"""Drawing mentions at random: the n-th of the rollups is found along an index."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from monitoring.rules.windows import Window

# Mentions that are gone cannot be judged: for each one that is wanted, so many are tried.
TRIES = 5

_COUNTED = """
SELECT started_at, sum(mentions)::bigint FROM (
    SELECT started_at, mentions, language FROM monitoring_bucket
    WHERE brand_id = %(brand)s AND query_id IS NULL AND width = 300
        AND started_at >= %(since)s AND started_at < %(until)s
    UNION ALL
    SELECT started_at, mentions, language FROM monitoring_bucketdelta
    WHERE brand_id = %(brand)s AND query_id IS NULL
        AND started_at >= %(since)s AND started_at < %(until)s
) AS counted
WHERE language <> '' AND (%(language)s = '' OR language = %(language)s)
GROUP BY started_at HAVING sum(mentions) > 0 ORDER BY started_at
"""
_TAKEN = """
SELECT m.id, m.language, m.analyser
FROM unnest(%(at)s::timestamptz[], %(skip)s::bigint[]) WITH ORDINALITY AS r (at, skip, place)
CROSS JOIN LATERAL (
    SELECT id, language, analyser, removed_at FROM monitoring_mention
    WHERE brand_id = %(brand)s AND analysed_at IS NOT NULL {in_language}
        AND published_at >= r.at AND published_at < r.at + INTERVAL '5 minutes'
    ORDER BY published_at DESC, id DESC OFFSET r.skip LIMIT 1
) AS m
WHERE m.removed_at IS NULL ORDER BY r.place
"""


class Drawn(NamedTuple):
    """A mention that was drawn, as it was read."""

    id: UUID
    language: str
    analyser: str


def draw_mentions(
    *, brand_id: UUID, language: str, window: Window, size: int, chance: Random
) -> tuple[list[Drawn], int]:
    """Return up to `size` mentions, each as likely as any other, and from how many they are.

    Mentions that nobody has read are not among them; those that are gone are drawn, and passed
    over. Corrected ones are among them: without them, mistakes would be missed.
    """
    counted = _counted(brand_id, language, window)
    ends = list(accumulate(count for _at, count in counted))
    total = ends[-1] if ends else 0
    numbers = chance.sample(range(total), min(total, size * TRIES))
    found: list[Drawn] = []
    while numbers and len(found) < size:
        part, numbers = numbers[:size], numbers[size:]
        places = [_place(number, counted, ends) for number in part]
        found += _taken(brand_id, language, places)
    return found[:size], total


def _counted(brand_id: UUID, language: str, window: Window) -> list[tuple[datetime, int]]:
    values: dict[str, Any] = {
        "brand": brand_id,
        "language": language,
        "since": window.start,
        "until": window.end,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, values)
        return list(cursor.fetchall())


def _place(
    number: int, counted: Sequence[tuple[datetime, int]], ends: Sequence[int]
) -> tuple[datetime, int]:
    """Return in which five minutes the mention of a number is, and how many come before it."""
    index = bisect_right(ends, number)
    at, count = counted[index]
    return at, number - (ends[index] - count)


def _taken(brand_id: UUID, language: str, places: Sequence[tuple[datetime, int]]) -> list[Drawn]:
    statement = _TAKEN.format(in_language="AND language = %(language)s" if language else "")
    values: dict[str, Any] = {
        "brand": brand_id,
        "language": language,
        "at": [at for at, _skip in places],
        "skip": [skip for _at, skip in places],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [Drawn._make(row) for row in cursor.fetchall()]
