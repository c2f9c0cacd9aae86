"""Repairing narratives: what they count is made anew from the places of mentions."""

from uuid import UUID

from django.db import connection, transaction

from monitoring.services.grouping import lock_grouping

_PLACES = """
WITH wrong AS (
    SELECT p.mention_id FROM monitoring_placement p
    JOIN monitoring_wording w ON w.id = p.wording_id
    WHERE p.brand_id = %(brand)s AND p.narrative_id IS DISTINCT FROM w.narrative_id
    ORDER BY p.mention_id FOR NO KEY UPDATE OF p
)
UPDATE monitoring_placement p SET narrative_id = w.narrative_id
FROM monitoring_wording w
WHERE w.id = p.wording_id AND p.mention_id IN (SELECT mention_id FROM wrong)
"""
# What they count for is wrong: they are placed anew by the worker.
_ASK = """
WITH wrong AS (
    SELECT p.mention_id FROM monitoring_placement p
    JOIN monitoring_mention m ON m.id = p.mention_id
    WHERE p.brand_id = %(brand)s AND NOT p.is_due AND m.analysed_at IS NOT NULL AND (
        p.sentiment <> m.sentiment OR p.author_key IS DISTINCT FROM m.author_key
        OR p.started_at <> date_bin('5 minutes', m.published_at, TIMESTAMPTZ '2000-01-01 00:00Z')
    )
    ORDER BY p.mention_id FOR NO KEY UPDATE OF p
)
UPDATE monitoring_placement p SET is_due = TRUE FROM wrong WHERE p.mention_id = wrong.mention_id
"""
_WORDINGS = """
UPDATE monitoring_wording w SET mentions = told.count
FROM (
    SELECT w.id, count(p.mention_id) FROM monitoring_wording w
    LEFT JOIN monitoring_placement p ON p.wording_id = w.id
    WHERE w.brand_id = %(brand)s GROUP BY w.id
) AS told
WHERE w.id = told.id AND w.mentions <> told.count
"""
_NARRATIVES = """
UPDATE monitoring_narrative n SET mentions = told.count
FROM (
    SELECT n.id, count(p.mention_id) FROM monitoring_narrative n
    LEFT JOIN monitoring_placement p ON p.narrative_id = n.id
    WHERE n.brand_id = %(brand)s GROUP BY n.id
) AS told
WHERE n.id = told.id AND n.mentions <> told.count
"""
_DROP = """
DELETE FROM monitoring_narrativebucket b USING monitoring_narrative n
WHERE n.id = b.narrative_id AND n.brand_id = %(brand)s
"""
_COUNT = """
INSERT INTO monitoring_narrativebucket (
    narrative_id, started_at, mentions, positive, neutral, negative
)
SELECT narrative_id, started_at, count(*),
    count(*) FILTER (WHERE sentiment = 'positive'),
    count(*) FILTER (WHERE sentiment = 'neutral'),
    count(*) FILTER (WHERE sentiment = 'negative')
FROM monitoring_placement WHERE brand_id = %(brand)s AND narrative_id IS NOT NULL
GROUP BY narrative_id, started_at
"""


@transaction.atomic
def repair_narratives(brand_id: UUID) -> None:
    """Make what narratives count what the places of mentions say; grouping waits meanwhile."""
    lock_grouping(brand_id)
    with connection.cursor() as cursor:
        for statement in (_PLACES, _ASK, _WORDINGS, _NARRATIVES, _DROP, _COUNT):
            cursor.execute(statement, {"brand": brand_id})
