"""Analysing mentions in batches: each once, counted in the transaction that analyses it."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction

from crisisapi.common.database import server_cursor
from monitoring.rules.analysis import Analysis
from monitoring.rules.windows import FIVE_MINUTES, bucket_start
from monitoring.services.analysers import analyser_name, chosen_analyser

BATCH = 500
_COUNTED = ("positive", "neutral", "negative")

# Rows another worker holds are skipped, so that any number of workers share the queue.
_TAKE = """
SELECT id, brand_id, platform, published_at, text, language FROM monitoring_mention
WHERE analysed_at IS NULL ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
"""

_SAVE = """
UPDATE monitoring_mention m
SET language = r.language, sentiment = r.sentiment, sentiment_score = r.score,
    sentiment_confidence = r.confidence, analyser = %s, analysed_at = %s
FROM json_to_recordset(%s) AS r (
    id uuid, language text, sentiment text, score float8, confidence float8
)
WHERE m.id = r.id
"""

_COUNT = """
INSERT INTO monitoring_bucketdelta (
    brand_id, platform, started_at, analysed, positive, neutral, negative,
    mentions, likes, comments, shares, reach
)
SELECT brand, platform, started_at, analysed, positive, neutral, negative, 0, 0, 0, 0, 0
FROM json_to_recordset(%s) AS r (
    brand uuid, platform text, started_at timestamptz,
    analysed int8, positive int8, neutral int8, negative int8
)
"""

_Taken = tuple[UUID, UUID, str, datetime, str, str]
_Key = tuple[UUID, str, datetime]


@transaction.atomic
def analyse_batch(*, now: datetime, limit: int = BATCH) -> int:
    """Analyse up to `limit` waiting mentions; returns how many, 0 when none is left to take.

    A worker that dies in the middle leaves all of them waiting and none counted.
    """
    with server_cursor() as cursor:
        cursor.execute(_TAKE, [limit])
        taken: Sequence[_Taken] = cursor.fetchall()
        if not taken:
            return 0
        analyses = chosen_analyser().analyse_all([(row[4], row[5]) for row in taken])
        found = list(zip(taken, analyses, strict=True))
        saved = [_saved(row[0], analysis) for row, analysis in found]
        cursor.execute(_SAVE, [analyser_name(), now, msgspec.json.encode(saved).decode()])
        cursor.execute(_COUNT, [msgspec.json.encode(_counted(found)).decode()])
    return len(taken)


def _saved(mention_id: UUID, analysis: Analysis) -> dict[str, Any]:
    return {
        "id": mention_id,
        "language": analysis.language,
        "sentiment": analysis.sentiment,
        "score": analysis.sentiment_score,
        "confidence": analysis.sentiment_confidence,
    }


def _counted(found: Sequence[tuple[_Taken, Analysis]]) -> list[dict[str, Any]]:
    totals: Counter[_Key] = Counter()
    labels: Counter[tuple[_Key, str]] = Counter()
    for (_id, brand, platform, published_at, _text, _language), analysis in found:
        key = (brand, platform, bucket_start(published_at, FIVE_MINUTES))
        totals[key] += 1
        labels[key, analysis.sentiment] += 1
    return [
        {
            "brand": key[0],
            "platform": key[1],
            "started_at": key[2],
            "analysed": total,
            **{label: labels[key, label] for label in _COUNTED},
        }
        for key, total in totals.items()
    ]
