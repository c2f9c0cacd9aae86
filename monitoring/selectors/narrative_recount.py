"""Recounting narratives from the places of mentions, to prove that they are exact."""

from typing import Any
from uuid import UUID

from django.db import connection

_BUCKETS = """
WITH told AS (
    SELECT narrative_id, started_at, count(*) AS mentions,
        count(*) FILTER (WHERE sentiment = 'positive') AS positive,
        count(*) FILTER (WHERE sentiment = 'neutral') AS neutral,
        count(*) FILTER (WHERE sentiment = 'negative') AS negative
    FROM monitoring_placement WHERE brand_id = %(brand)s AND narrative_id IS NOT NULL
    GROUP BY narrative_id, started_at
), counted AS (
    SELECT b.narrative_id, b.started_at, b.mentions, b.positive, b.neutral, b.negative
    FROM monitoring_narrativebucket b JOIN monitoring_narrative n ON n.id = b.narrative_id
    WHERE n.brand_id = %(brand)s
)
(TABLE told EXCEPT TABLE counted) UNION ALL (TABLE counted EXCEPT TABLE told)
"""
_NARRATIVES = """
SELECT n.id FROM monitoring_narrative n WHERE n.brand_id = %(brand)s AND n.mentions <> (
    SELECT count(*) FROM monitoring_placement p WHERE p.narrative_id = n.id
)
"""
_WORDINGS = """
SELECT w.id FROM monitoring_wording w WHERE w.brand_id = %(brand)s AND w.mentions <> (
    SELECT count(*) FROM monitoring_placement p WHERE p.wording_id = w.id
)
"""
_PLACEMENTS = """
SELECT p.mention_id FROM monitoring_placement p
JOIN monitoring_mention m ON m.id = p.mention_id
LEFT JOIN monitoring_wording w ON w.id = p.wording_id
WHERE p.brand_id = %(brand)s AND (
    p.narrative_id IS DISTINCT FROM w.narrative_id
    OR (NOT p.is_due AND m.analysed_at IS NOT NULL AND (
        p.sentiment <> m.sentiment OR p.author_key IS DISTINCT FROM m.author_key
        OR p.started_at <> date_bin('5 minutes', m.published_at, TIMESTAMPTZ '2000-01-01 00:00Z')
    ))
)
"""


def find_miscounted(brand_id: UUID) -> list[tuple[Any, ...]]:
    """Return whatever a recount of a brand's narratives contradicts; an empty list is the proof.

    Compared are buckets, narratives and wordings with the places of mentions, and these with what
    the mentions say themselves.
    """
    found: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for statement in (_BUCKETS, _NARRATIVES, _WORDINGS, _PLACEMENTS):
            cursor.execute(statement, {"brand": brand_id})
            found += cursor.fetchall()
    return found
