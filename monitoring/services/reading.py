"""Changing what is known of mentions: saved, matched and counted in one transaction (ADR 16)."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import psycopg
from django.conf import settings

from monitoring.rules.analysis import Analysis
from monitoring.rules.author_numbers import author_number
from monitoring.rules.hyperloglog import sketch_of
from monitoring.rules.windows import FIVE_MINUTES, bucket_start
from monitoring.selectors.author_contributions import append_author_difference
from monitoring.selectors.contributions import ROW, append_difference
from monitoring.selectors.echo_contributions import append_echo_difference
from monitoring.services.analysers import (
    AND,
    analyser_name,
    chosen_analyser,
    was_looked_at_by_present,
)
from monitoring.services.asked_due import look_at
from monitoring.services.echo_rows import save_echoes
from monitoring.services.placements import ask_placing
from monitoring.services.touching import touch


class Reading(NamedTuple):
    """The columns of a mention that its reading depends on, or changes."""

    id: UUID
    brand_id: UUID
    external_id: str
    platform: str
    published_at: datetime
    text: str
    url: str
    author_external_id: str
    author_handle: str
    author_name: str
    author_followers: int | None
    removed_at: datetime | None
    corrected_at: datetime | None
    corrected_by_id: UUID | None
    overruled: dict[str, Any] | None
    language: str
    source_language: str
    sentiment: str
    sentiment_score: float | None
    sentiment_confidence: float | None
    emotions: dict[str, float]
    intents: list[str]
    author_key: int | None
    query_ids: list[UUID]
    echoes: dict[str, Any]
    analyser: str
    analysed_at: datetime | None


# Django has jsonb come as text, and leaves json to the driver.
_AS_JSON = {"echoes", "emotions", "intents", "overruled"}
READ_COLUMNS = ", ".join(
    f"m.{name}::json AS {name}" if name in _AS_JSON else f"m.{name}" for name in Reading._fields
)
_CHANGED = {
    "language": "text",
    "source_language": "text",
    "sentiment": "text",
    "sentiment_score": "float8",
    "sentiment_confidence": "float8",
    "emotions": "jsonb",
    "intents": "jsonb",
    "author_key": "int8",
    "query_ids": "uuid[]",
    "echoes": "jsonb",
    "analyser": "text",
    "analysed_at": "timestamptz",
    "corrected_at": "timestamptz",
    "corrected_by_id": "uuid",
    "overruled": "jsonb",
}
_GIVEN = ", ".join(f"{name} {kind}" for name, kind in _CHANGED.items())
_ASSIGNED = ", ".join(f"{name} = given.{name}" for name in _CHANGED)
_SENTIMENT = ("sentiment", "sentiment_score", "sentiment_confidence")
_OF_ROW = ", ".join(f"m.{name}" for name in ROW.split(", "))

_LOCK = f"""
SELECT {READ_COLUMNS} FROM monitoring_mention m WHERE m.id = ANY(%s) ORDER BY m.id FOR UPDATE
"""  # noqa: S608 - only names of columns are put in
_SAVE = f"""
WITH given AS (
    SELECT * FROM json_to_recordset(%s) AS given (id uuid, {_GIVEN})
), old AS (
    SELECT {_OF_ROW} FROM given JOIN monitoring_mention m USING (id)
), changed AS (
    UPDATE monitoring_mention m SET {_ASSIGNED} FROM given WHERE m.id = given.id
    RETURNING {_OF_ROW}
), counted AS ({append_difference(before="old", after="changed")}
), repeated AS ({append_echo_difference(before="old", after="changed")}
), of_authors AS ({append_author_difference(before="old", after="changed")})
SELECT count(*) FROM changed
"""  # noqa: S608 - only names of columns are put in

_MATCHES = "json_to_recordset(%s) AS r (query_id uuid, mention_id uuid, published_at timestamptz)"
_MATCH = f"""
INSERT INTO monitoring_querymatch (query_id, mention_id, published_at)
SELECT query_id, mention_id, published_at FROM {_MATCHES} ON CONFLICT DO NOTHING
"""  # noqa: S608
_UNMATCH = f"""
DELETE FROM monitoring_querymatch m USING {_MATCHES}
WHERE (m.query_id, m.published_at, m.mention_id) = (r.query_id, r.published_at, r.mention_id)
"""  # noqa: S608
_SKETCH = """
INSERT INTO monitoring_sketchdelta (brand_id, query_id, started_at, sketch, is_stale)
SELECT brand_id, query_id, started_at, decode(sketch, 'hex'), is_stale
FROM json_to_recordset(%s) AS r (
    brand_id uuid, query_id uuid, started_at timestamptz, sketch text, is_stale bool
)
"""

_Pair = tuple[Reading, Reading]
_Bucket = tuple[UUID, UUID | None, datetime]


def lock_readings(cursor: psycopg.Cursor[Any], mention_ids: Iterable[UUID]) -> list[Reading]:
    """Lock mentions, in the order of their ids, and return them as they are; waits for others.

    For the few that somebody changes by hand. What is saved has to be `matched` again: queries
    may ask for what was changed.
    """
    cursor.execute(_LOCK, [list(mention_ids)])
    return [Reading._make(row) for row in cursor.fetchall()]


def analysed(rows: Sequence[Reading], *, now: datetime) -> list[Reading]:
    """Return rows as the present analyser reads them; what a person corrected stays.

    A language that the source declared goes before the one that is found. The word of the model
    that looks again goes before what is found of the sentiment.
    """
    declared = [row.source_language if row.analysed_at else row.language for row in rows]
    texts = [(row.text, language) for row, language in zip(rows, declared, strict=True)]
    analyses = chosen_analyser().analyse_all(texts)
    return [
        row._replace(
            source_language=language,
            author_key=_author_number(row),
            analysed_at=now,
            **_found(analysis, row),
        )
        for row, language, analysis in zip(rows, declared, analyses, strict=True)
    ]


def _found(analysis: Analysis, row: Reading) -> dict[str, Any]:
    """Return what changes by an analysis: what a person said stays, and is overruled anew."""
    found = {
        "analyser": analyser_name(),
        "language": analysis.language,
        "sentiment": analysis.sentiment,
        "sentiment_score": analysis.sentiment_score,
        "sentiment_confidence": analysis.sentiment_confidence,
        "emotions": dict(sorted(analysis.emotions.items())),
        "intents": sorted(analysis.intents),
    }
    if was_looked_at_by_present(row.analyser):
        second = row.analyser.partition(AND)[2]
        found |= found_sentiment(row) | {"analyser": f"{analyser_name()}{AND}{second}"}
    kept = {name: found.pop(name) for name in row.overruled or {}}
    return {**found, "overruled": kept or None}


def found_sentiment(row: Reading) -> dict[str, Any]:
    """Return what an analyser said of the sentiment, also where a person overruled it."""
    said = row.overruled or {}
    return {name: said[name] if name in said else getattr(row, name) for name in _SENTIMENT}


def _author_number(row: Reading) -> int | None:
    """Return the number of its author; one that was forgotten since keeps it."""
    found = author_number(
        row.platform, row.author_external_id, row.author_handle, secret=_author_secret()
    )
    return row.author_key if found is None else found


def _author_secret() -> bytes:
    return hashlib.sha256(b"crisisapi.authors:" + settings.SECRET_KEY.encode()).digest()


def save_readings(
    cursor: psycopg.Cursor[Any], before: Sequence[Reading], after: Sequence[Reading]
) -> int:
    """Save and count what changed of rows the caller has locked; returns how many did."""
    changed = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    if not changed:
        return 0
    cursor.execute(_SAVE, [_json([_saved(row) for _, row in changed])])
    ask_placing(cursor, [(new.id, new.brand_id) for old, new in changed if _moves(old, new)])
    if added := [one for old, new in changed for one in _matches(new, old)]:
        cursor.execute(_MATCH, [_json(added)])
    if left := [one for old, new in changed for one in _matches(old, new)]:
        cursor.execute(_UNMATCH, [_json(left)])
    save_echoes(cursor, changed)
    look_at(cursor, [new.id for old, new in changed if "asks" in {*old.intents, *new.intents}])
    if sketches := _sketches(changed):
        cursor.execute(_SKETCH, [_json(sketches)])
    touch(cursor, _touched(changed))
    return len(changed)


def _touched(changed: Iterable[_Pair]) -> set[_Bucket]:
    """Return the five minutes that count otherwise now, of the brand and of each query."""
    return {
        (new.brand_id, query_id, bucket_start(new.published_at, FIVE_MINUTES))
        for old, new in changed
        if old.removed_at is None
        for query_id in (None, *{*old.query_ids, *new.query_ids})
    }


def _moves(old: Reading, new: Reading) -> bool:
    """Whether a mention has to be placed, or counts otherwise where it was."""
    if old.analysed_at is None:
        return True
    return (old.sentiment, old.author_key) != (new.sentiment, new.author_key)


def _json(rows: list[dict[str, Any]]) -> str:
    return msgspec.json.encode(rows).decode()


def _saved(row: Reading) -> dict[str, Any]:
    return {"id": row.id} | {name: getattr(row, name) for name in _CHANGED}


def _matches(row: Reading, other: Reading) -> list[dict[str, Any]]:
    """Return the matches that a row has and its other state has not."""
    return [
        {"query_id": query_id, "mention_id": row.id, "published_at": row.published_at}
        for query_id in row.query_ids
        if query_id not in other.query_ids
    ]


def _sketches(changed: Iterable[_Pair]) -> list[dict[str, Any]]:
    authors: dict[_Bucket, set[int]] = defaultdict(set)
    stale: set[_Bucket] = set()
    for old, new in changed:
        before, after = _heard(old), _heard(new)
        for bucket, author in after - before:
            authors[bucket].add(author)
        stale |= {bucket for bucket, _author in before - after}
    return [
        *(_sketch(bucket, sketch_of(found).hex()) for bucket, found in authors.items()),
        *(_sketch(bucket, "", is_stale=True) for bucket in stale),
    ]


def _heard(row: Reading) -> set[tuple[_Bucket, int]]:
    """Return in which buckets the author of a row is heard."""
    if row.author_key is None:
        return set()
    at = bucket_start(row.published_at, FIVE_MINUTES)
    return {((row.brand_id, query, at), row.author_key) for query in (None, *row.query_ids)}


def _sketch(bucket: _Bucket, sketch: str, *, is_stale: bool = False) -> dict[str, Any]:
    names = ("brand_id", "query_id", "started_at")
    return dict(zip(names, bucket, strict=True)) | {"sketch": sketch, "is_stale": is_stale}
