"""Comparing who asks what with the mentions, to prove that nobody is missing or too many."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import connection

_TOO_MANY = """
SELECT a.mention_id FROM monitoring_askedmention a
JOIN monitoring_mention m ON m.id = a.mention_id
WHERE a.brand_id = %(brand)s AND (
    m.analysed_at IS NULL OR m.removed_at IS NOT NULL OR NOT m.intents ? 'asks'
    OR m.published_at <> a.published_at OR a.terms = '{}'
)
"""
_NOWHERE = """
SELECT m.id FROM monitoring_mention m
WHERE m.brand_id = %(brand)s AND m.analysed_at IS NOT NULL AND m.removed_at IS NULL
    AND m.intents ? 'asks'
    AND NOT EXISTS (SELECT FROM monitoring_askedmention a WHERE a.mention_id = m.id)
ORDER BY m.id
"""
_WITHOUT_LEAD = """
SELECT count(*) FROM monitoring_askedquestion q
LEFT JOIN monitoring_askedmention a ON a.asked_id = q.id AND a.mention_id = q.lead_id
WHERE q.brand_id = %(brand)s AND (
    a.mention_id IS NULL AND NOT (q.lead_id IS NULL AND q.terms = '{}' AND EXISTS (
        SELECT FROM monitoring_askeddecision d WHERE d.asked_id = q.id
    )) OR (a.terms, a.kinds) <> (q.terms, q.kinds)
)
"""


def find_falsely_asking(brand_id: UUID) -> list[UUID]:
    """Return the mentions that are said to ask something and do not."""
    return [mention_id for (mention_id,) in _asked(_TOO_MANY, brand_id)]


def find_unfolded(brand_id: UUID) -> list[UUID]:
    """Return the mentions that ask and belong to no question; few words tell too little."""
    return [mention_id for (mention_id,) in _asked(_NOWHERE, brand_id)]


def count_questions_without_lead(brand_id: UUID) -> int:
    """Return how many questions are not what the mention that leads them says."""
    [(count,)] = _asked(_WITHOUT_LEAD, brand_id)
    return int(count)


def _asked(statement: str, brand_id: UUID) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"brand": brand_id})
        yield from cursor.fetchall()
