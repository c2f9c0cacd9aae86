"""What alerts come of: the posts around a finding, beside those that came before them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from monitoring.models import AlertRule, Measure, Watched
from monitoring.rules.detection.cause import MOST_READ, Cause, Said, Talk, cause_of
from monitoring.rules.windows import DAY, HOUR

# A storm shows within the half hour that its rate is of.
SHOWS_WITHIN = timedelta(minutes=30)

# So many are read at most: the latest. For a share or an author only some of them count.
_READ_LIMIT = 2 * MOST_READ
_OF_BRAND = """
SELECT id, text, platform, author_key, reach, sentiment, published_at FROM monitoring_mention
WHERE brand_id = %(brand)s AND published_at >= %(start)s AND published_at < %(end)s
    AND removed_at IS NULL AND analysed_at IS NOT NULL
ORDER BY published_at DESC, id DESC LIMIT %(most)s
"""
_OF_QUERY = """
SELECT m.id, m.text, m.platform, m.author_key, m.reach, m.sentiment, m.published_at
FROM (
    SELECT mention_id, published_at FROM monitoring_querymatch
    WHERE query_id = %(query)s AND published_at >= %(start)s AND published_at < %(end)s
    ORDER BY published_at DESC, mention_id DESC LIMIT %(most)s
) AS found
JOIN monitoring_mention m ON m.id = found.mention_id
WHERE m.removed_at IS NULL AND m.analysed_at IS NOT NULL
ORDER BY m.published_at DESC, m.id DESC
"""


def find_cause(
    rule: AlertRule, *, started_at: datetime, now: datetime, author: int | None = None
) -> Cause:
    """Return what the talk that a rule found comes of; reads a bounded number of mentions.

    With an author only what that one said. Silence comes of nothing that was said.
    """
    if rule.watched == Watched.SILENCE:
        return Cause()
    start = now - DAY if _is_slow(rule) else started_at - SHOWS_WITHIN
    end = now + HOUR  # clocks of sources go ahead at times
    return cause_of(
        _talk(rule, start, end, now, author), _talk(rule, start - 7 * DAY, start, start, author)
    )


def _is_slow(rule: AlertRule) -> bool:
    return rule.watched in (Watched.SLOW_BURN, Watched.AUTHOR)


def _talk(
    rule: AlertRule, start: datetime, end: datetime, until: datetime, author: int | None
) -> Talk:
    """Return the latest posts of a stretch, and how many hours they are of."""
    values = {
        "brand": rule.brand_id,
        "query": rule.query_id,
        "start": start,
        "end": end,
        "most": _READ_LIMIT,
    }
    with connection.cursor() as cursor:
        cursor.execute(_OF_QUERY if rule.query_id else _OF_BRAND, values)
        rows = cursor.fetchall()
    since = rows[-1][-1] if len(rows) == _READ_LIMIT else start
    posts = [_said(row, rule, author) for row in rows]
    return Talk(posts, hours=max((until - since) / HOUR, 1 / 12), total=len(posts))


def _said(row: tuple[Any, ...], rule: AlertRule, author: int | None) -> Said:
    mention_id, text, platform, author_key, reach, sentiment, _at = row
    weight = _weight(rule, reach=reach, is_negative=sentiment == "negative")
    if author is not None and author_key != author:
        weight = 0.0
    return Said(str(UUID(str(mention_id))), text, platform, author_key, reach, weight)


def _weight(rule: AlertRule, *, reach: int, is_negative: bool) -> float:
    """Return how much a post counts for what a rule looks for."""
    if rule.watched == Watched.NEGATIVE_SHARE or rule.measure == Measure.NEGATIVE_SHARE:
        return float(is_negative)
    if rule.watched == Watched.REACH or rule.measure == Measure.REACH:
        return float(reach)
    return 1.0
