"""Saving where mentions belong: rows, counts by difference, and what is known of the groups."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from monitoring.models import Narrative as NarrativeRow
from monitoring.rules.counts import SENTIMENTS
from monitoring.rules.narratives.grouping import NOTHING, Grouper, Wording
from monitoring.rules.narratives.likeness import Narrative
from monitoring.selectors.grouping import ALL_TEXTS, DueRow

# What a narrative shows is found anew so long after it was found last, at the earliest.
REST = "20 seconds"


class Placed(NamedTuple):
    """Where a mention belongs from now on, and what it was before."""

    before: DueRow
    started_at: datetime
    wording: Wording | None
    is_repost: bool = False
    link: int | None = None
    tags: int | None = None
    tag_count: int = 0

    @property
    def narrative_id(self) -> UUID | None:
        """The narrative it counts for."""
        return self.wording.narrative_id if self.wording else None


# What a mention counts for: narrative, five minutes, sentiment.
_Key = tuple[UUID, datetime, str]

_WORDINGS = """
INSERT INTO monitoring_wording AS w (
    id, created_at, brand_id, narrative_id, exact, bands, minima, terms, mentions, first_at, last_at
)
SELECT id, %s, %s, narrative_id, exact, bands, decode(minima, 'hex'), terms, mentions, first_at,
    last_at
FROM json_to_recordset(%s) AS r (
    id uuid, narrative_id uuid, exact int8, bands int8[], minima text, terms int8[],
    mentions int8, first_at timestamptz, last_at timestamptz
) ORDER BY id
ON CONFLICT (id) DO UPDATE SET narrative_id = excluded.narrative_id, exact = excluded.exact,
    bands = excluded.bands, minima = excluded.minima, terms = excluded.terms,
    mentions = excluded.mentions, first_at = excluded.first_at, last_at = excluded.last_at
"""
_PLACEMENTS = """
UPDATE monitoring_placement p
SET wording_id = r.wording_id, narrative_id = r.narrative_id, started_at = r.started_at,
    sentiment = r.sentiment, author_key = r.author_key, is_repost = r.is_repost, link = r.link,
    tags = r.tags, tag_count = r.tag_count, is_due = FALSE
FROM json_to_recordset(%s) AS r (
    mention_id uuid, wording_id uuid, narrative_id uuid, started_at timestamptz, sentiment text,
    author_key int8, is_repost bool, link int8, tags int8, tag_count int2
) WHERE p.mention_id = r.mention_id
"""
# Those that were said before it was a narrative; locked in the order in which others lock them.
_FOUNDED = """
WITH locked AS (
    SELECT p.mention_id, w.narrative_id FROM monitoring_placement p
    JOIN monitoring_wording w ON w.id = p.wording_id
    WHERE w.id = ANY(%s) AND w.narrative_id IS NOT NULL AND p.narrative_id IS NULL
    ORDER BY p.mention_id FOR NO KEY UPDATE OF p
)
UPDATE monitoring_placement p SET narrative_id = locked.narrative_id
FROM locked WHERE p.mention_id = locked.mention_id
RETURNING p.narrative_id, p.started_at, p.sentiment
"""
_BUCKETS = """
INSERT INTO monitoring_narrativebucket AS b (
    narrative_id, started_at, mentions, positive, neutral, negative
)
SELECT * FROM json_to_recordset(%s) AS r (
    narrative_id uuid, started_at timestamptz, mentions int8, positive int8, neutral int8,
    negative int8
) ORDER BY narrative_id, started_at
ON CONFLICT (narrative_id, started_at) DO UPDATE SET mentions = b.mentions + excluded.mentions,
    positive = b.positive + excluded.positive, neutral = b.neutral + excluded.neutral,
    negative = b.negative + excluded.negative
"""
_SWEEP = "DELETE FROM monitoring_narrativebucket WHERE narrative_id = ANY(%s) AND mentions = 0"
_NARRATIVES = f"""
WITH given AS (
    SELECT * FROM json_to_recordset(%(rows)s) AS r (
        id uuid, more int8, numbers int8[], counts int4[], compared int8,
        first_at timestamptz, last_at timestamptz
    )
), locked AS (
    SELECT n.id FROM monitoring_narrative n JOIN given USING (id) ORDER BY n.id
    FOR NO KEY UPDATE OF n
)
UPDATE monitoring_narrative n
SET mentions = n.mentions + given.more, term_numbers = given.numbers, term_counts = given.counts,
    compared = given.compared, first_at = given.first_at, last_at = given.last_at,
    due_at = least(n.due_at,
        greatest(%(now)s, coalesce(n.refreshed_at + interval '{REST}', %(now)s)))
FROM given JOIN locked USING (id) WHERE n.id = given.id
"""  # noqa: S608 - a constant of this module
# A later week pushes what was counted back; what comes late counts for the weeks after it too.
_WORDS = """
INSERT INTO monitoring_wordcount AS c (brand_id, word, texts, week)
SELECT %(brand)s, word, texts, %(week)s
FROM json_to_recordset(%(rows)s) AS r (word int8, texts int8) ORDER BY word
ON CONFLICT (brand_id, word) DO UPDATE SET
    texts = c.texts + excluded.texts,
    week = greatest(c.week, excluded.week),
    before_week = CASE
        WHEN excluded.week > c.week THEN c.texts
        WHEN excluded.week = c.week THEN c.before_week
        ELSE c.before_week + excluded.texts END,
    before_last = CASE
        WHEN excluded.week > c.week + 1 THEN c.texts
        WHEN excluded.week = c.week + 1 THEN c.before_week
        WHEN excluded.week >= c.week - 1 THEN c.before_last
        ELSE c.before_last + excluded.texts END
"""
_SPEECHLESS = """
SELECT w.id FROM monitoring_wording w
WHERE w.id = ANY(%s) AND w.exact IS NOT NULL AND NOT EXISTS (
    SELECT FROM monitoring_placement p JOIN monitoring_mention m ON m.id = p.mention_id
    WHERE p.wording_id = w.id AND m.removed_at IS NULL
)
ORDER BY w.id
"""


def save_batch(
    cursor: psycopg.Cursor[Any],
    *,
    brand_id: UUID,
    grouper: Grouper,
    placed: Sequence[Placed],
    now: datetime,
) -> None:
    """Save a batch that was placed; what it counts is the difference to what it counted before."""
    _begin_narratives(brand_id, grouper, now)
    _save_wordings(cursor, brand_id, grouper, now)
    cursor.execute(_PLACEMENTS, [_json([_row(one) for one in placed])])
    counts = _difference(placed)
    cursor.execute(_FOUNDED, [sorted(grouper.changed_wordings)])
    for key in cursor.fetchall():
        counts[key] += 1
    _forget_speechless(cursor, brand_id, grouper, placed, now)
    _save_buckets(cursor, counts)
    _save_narratives(cursor, grouper, counts, placed, now)
    _save_words(cursor, brand_id, grouper)
    empty = [pk for pk in grouper.changed_wordings if not grouper.wordings[pk].mentions]
    cursor.execute("DELETE FROM monitoring_wording WHERE id = ANY(%s)", [empty])


def _json(rows: list[dict[str, Any]]) -> str:
    return msgspec.json.encode(rows).decode()


def _begin_narratives(brand_id: UUID, grouper: Grouper, now: datetime) -> None:
    NarrativeRow.objects.bulk_create(
        [
            NarrativeRow(
                id=one.id,
                brand_id=brand_id,
                first_at=one.first_at,
                last_at=one.last_at,
                due_at=now,
                created_at=now,
                updated_at=now,
            )
            for one in sorted(grouper.narratives.values(), key=lambda one: one.id)
            if one.is_new
        ],
        ignore_conflicts=True,
    )


def _save_wordings(
    cursor: psycopg.Cursor[Any], brand_id: UUID, grouper: Grouper, now: datetime
) -> None:
    changed = [grouper.wordings[pk] for pk in sorted(grouper.changed_wordings)]
    cursor.execute(_WORDINGS, [now, brand_id, _json([_wording_row(one) for one in changed])])


def _wording_row(wording: Wording) -> dict[str, Any]:
    is_forgotten = wording.print == NOTHING
    return {
        "id": wording.id,
        "narrative_id": wording.narrative_id,
        "exact": None if is_forgotten else wording.print.exact,
        "bands": wording.print.bands,
        "minima": wording.print.minima.hex(),
        "terms": wording.terms,
        "mentions": wording.mentions,
        "first_at": wording.first_at,
        "last_at": wording.last_at,
    }


def _row(placed: Placed) -> dict[str, Any]:
    return {
        "mention_id": placed.before.mention_id,
        "wording_id": placed.wording.id if placed.wording else None,
        "narrative_id": placed.narrative_id,
        "started_at": placed.started_at,
        "sentiment": placed.before.sentiment,
        "author_key": placed.before.author_key,
        "is_repost": placed.is_repost,
        "link": placed.link,
        "tags": placed.tags,
        "tag_count": placed.tag_count,
    }


def _difference(placed: Sequence[Placed]) -> Counter[_Key]:
    """Return what the mentions count for now, less what they counted for before."""
    counts: Counter[_Key] = Counter()
    for one in placed:
        before = one.before
        if before.narrative_id and before.started_at:
            counts[before.narrative_id, before.started_at, before.counted] -= 1
        if one.narrative_id:
            counts[one.narrative_id, one.started_at, before.sentiment] += 1
    return counts


def _forget_speechless(
    cursor: psycopg.Cursor[Any],
    brand_id: UUID,
    grouper: Grouper,
    placed: Sequence[Placed],
    now: datetime,
) -> None:
    """Empty the wordings of posts that are gone where nobody's words are left."""
    gone = {one.wording.id for one in placed if one.before.removed_at and one.wording}
    gone |= {one.before.wording_id for one in placed if one.before.wording_id}
    if not any(one.before.removed_at for one in placed):
        return
    cursor.execute(_SPEECHLESS, [sorted(gone)])
    speechless = [pk for (pk,) in cursor.fetchall()]
    for pk in speechless:
        grouper.forget(pk)
    if speechless:
        _save_wordings(cursor, brand_id, grouper, now)


def _save_buckets(cursor: psycopg.Cursor[Any], counts: Counter[_Key]) -> None:
    buckets: dict[tuple[UUID, datetime], dict[str, Any]] = {}
    for (narrative_id, started_at, sentiment), more in counts.items():
        bucket = buckets.setdefault(
            (narrative_id, started_at),
            {"narrative_id": narrative_id, "started_at": started_at, "mentions": 0}
            | dict.fromkeys(SENTIMENTS, 0),
        )
        bucket["mentions"] += more
        if sentiment in SENTIMENTS:
            bucket[sentiment] += more
    if buckets:
        cursor.execute(_BUCKETS, [_json(list(buckets.values()))])
        cursor.execute(_SWEEP, [sorted({narrative_id for narrative_id, _at in buckets})])


def _save_narratives(
    cursor: psycopg.Cursor[Any],
    grouper: Grouper,
    counts: Counter[_Key],
    placed: Sequence[Placed],
    now: datetime,
) -> None:
    more: Counter[UUID] = Counter()
    for (narrative_id, _at, _sentiment), count in counts.items():
        more[narrative_id] += count
    # What is gone may have been in what it shows.
    met = {one.narrative_id for one in placed} | {one.before.narrative_id for one in placed}
    touched = sorted(pk for pk in {*more, *met, *grouper.changed_narratives} if pk)
    rows = [_narrative_row(grouper, grouper.narratives[pk], more[pk]) for pk in touched]
    cursor.execute(_NARRATIVES, {"rows": _json(rows), "now": now})


def _narrative_row(grouper: Grouper, narrative: Narrative, more: int) -> dict[str, Any]:
    centre = grouper.centre(narrative)
    return {
        "id": narrative.id,
        "more": more,
        "numbers": [term for term, _count in centre],
        "counts": [count for _term, count in centre],
        "compared": max(0, narrative.wordings),
        "first_at": narrative.first_at,
        "last_at": narrative.last_at,
    }


def _save_words(cursor: psycopg.Cursor[Any], brand_id: UUID, grouper: Grouper) -> None:
    background = grouper.background
    for week, posts in sorted(background.posts_added.items()):
        added = {ALL_TEXTS: posts, **background.added[week]}
        rows = [{"word": word, "texts": texts} for word, texts in added.items()]
        cursor.execute(_WORDS, {"brand": brand_id, "week": week, "rows": _json(rows)})
