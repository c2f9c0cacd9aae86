"""What people said of mentions, counted beside what analysers found."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from monitoring.rules.accuracy import Tally

# What a sample was judged for counts as long as it is not taken back; other corrections as long
# as they hold. An analyser that has read a corrected mention since is measured by it too.
_PAIRS = """
WITH said AS (
    SELECT c.mention_id, c.created_at, c.analyser, c.found_language AS stratum,
        c.sentiment, c.found_sentiment, c.found_language,
        coalesce(nullif(c.language, ''), c.found_language) AS language,
        s.id IS NOT NULL AS is_sampled
    FROM monitoring_correction c LEFT JOIN monitoring_sampledmention s ON s.correction_id = c.id
    WHERE c.brand_id = %(brand)s AND NOT c.is_undone AND (s.id IS NOT NULL OR c.ended_at IS NULL)
        AND (%(language)s = '' OR c.found_language = %(language)s)
        AND c.created_at >= coalesce(%(since)s, '-infinity'::timestamptz)
        AND c.created_at < coalesce(%(until)s, 'infinity'::timestamptz)
), compared AS (
    SELECT mention_id, created_at, is_sampled, analyser, stratum, sentiment, found_sentiment,
        language = found_language AS is_language_right
    FROM said
    UNION ALL
    SELECT mention_id, said.created_at, is_sampled, m.analyser, stratum, said.sentiment,
        m.overruled ->> 'sentiment',
        said.language = coalesce(m.overruled ->> 'language', m.language)
    FROM said JOIN monitoring_mention m ON m.id = said.mention_id
        AND m.corrected_at = said.created_at AND m.analyser <> said.analyser
), latest AS (
    SELECT DISTINCT ON (mention_id, analyser, is_sampled) *
    FROM compared ORDER BY mention_id, analyser, is_sampled, created_at DESC
)
SELECT analyser, stratum, is_sampled, sentiment, found_sentiment, is_language_right, count(*)
FROM latest GROUP BY 1, 2, 3, 4, 5, 6
"""
_DRAWN = """
SELECT d.analyser, d.language, count(DISTINCT d.mention_id)
FROM monitoring_sampledmention d JOIN monitoring_sample s ON s.id = d.sample_id
WHERE s.brand_id = %(brand)s AND (%(language)s = '' OR d.language = %(language)s)
    AND s.created_at < coalesce(%(until)s, 'infinity'::timestamptz)
GROUP BY 1, 2
"""


@dataclass
class Measured:
    """Of one analyser in one language: what was drawn, and what was judged, by what it is for."""

    drawn: int = 0
    sampled: Tally = field(default_factory=Tally)
    corrected: Tally = field(default_factory=Tally)


def read_accuracy(
    *,
    brand_id: UUID,
    language: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> dict[tuple[str, str], Measured]:
    """Return what is known by analyser and language, from what was judged in a stretch of time."""
    measured: dict[tuple[str, str], Measured] = defaultdict(Measured)
    values: dict[str, Any] = {
        "brand": brand_id,
        "language": language,
        "since": since,
        "until": until,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DRAWN, values)
        for analyser, stratum, drawn in cursor.fetchall():
            measured[analyser, stratum].drawn = drawn
        cursor.execute(_PAIRS, values)
        for analyser, stratum, is_sampled, said, found, is_language_right, count in cursor:
            one = measured[analyser, stratum]
            tally = one.sampled if is_sampled else one.corrected
            tally.add(said, found, count=count, is_language_right=is_language_right)
    return dict(measured)
