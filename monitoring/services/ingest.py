"""Storing mentions in bulk: once each, counted once, whatever arrives how often.

How it is fast was measured: a binary COPY into a temporary table from fifty rows on, one JSON
parameter below that, and rollups as appended deltas that nobody waits for.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from crisisapi.common.database import server_cursor
from crisisapi.common.ids import uuid7
from monitoring.models import Source
from monitoring.rules.incoming import COUNTERS, IncomingMention
from monitoring.selectors.author_contributions import append_author_difference
from monitoring.selectors.contributions import BIN, LANGUAGE, QUERIES, ROW, append_difference
from monitoring.selectors.echo_contributions import ECHOES, append_echo_difference
from monitoring.services.asked_due import ASKS
from monitoring.services.echo_rows import drop_echoes

COPY_FROM_ROWS = 50

_FIELDS = (
    ("id", "uuid"),
    ("external_id", "text"),
    ("platform", "text"),
    ("url", "text"),
    ("text", "text"),
    ("author_external_id", "text"),
    ("author_handle", "text"),
    ("author_name", "text"),
    ("author_followers", "int8"),
    ("author_verified", "bool"),
    ("author_profile", "text"),
    ("parent_id", "text"),
    ("source_sentiment", "text"),
    ("revision", "int8"),
    ("published_at", "timestamptz"),
    ("language", "text"),
    *((name, "int8") for name in COUNTERS),
)
_NAMES = ", ".join(name for name, _type in _FIELDS)
_TYPED = ", ".join(f"{name} {kind}" for name, kind in _FIELDS)
_GROWTH = ", ".join(f"m.{name} - old.{name} AS {name}" for name in COUNTERS)
_COUNTERS = ", ".join(COUNTERS)
_SUMS = ", ".join(f"sum({name})" for name in COUNTERS)

_MAKE_TABLE = f"""
CREATE TEMPORARY TABLE IF NOT EXISTS incoming_mention (batch uuid, {_TYPED}) ON COMMIT DELETE ROWS
"""
_COPY = f"COPY incoming_mention (batch, {_NAMES}) FROM STDIN (FORMAT BINARY)"
_FROM_TABLE = "SELECT {names} FROM incoming_mention WHERE batch = %(incoming)s"
_FROM_JSON = "SELECT {names} FROM json_to_recordset(%(incoming)s) AS items ({typed})"

_INSERT = """
WITH incoming AS ({incoming}), fresh AS (
    INSERT INTO monitoring_mention (
        {names}, brand_id, source_id, delivery_id, created_at, sentiment, analyser
    )
    SELECT {names}, %(brand)s, %(source)s, %(delivery)s, %(now)s, '', ''
    FROM incoming ORDER BY external_id
    ON CONFLICT (source_id, external_id) DO NOTHING
    RETURNING external_id, platform, published_at, {counters}
), counted AS (
    INSERT INTO monitoring_bucketdelta (brand_id, platform, started_at, mentions, {counters})
    SELECT %(brand)s, platform, {bin}, count(*), {sums}
    FROM fresh GROUP BY platform, {bin}
)
SELECT count(*), {fresh}, NULL FROM fresh
"""

# FOR UPDATE reads the newest version of a row, so two growing at once are counted once each.
# Each row is looked up by its own id: left to a join, the planner reads all mentions of a source
# that is newer than its statistics, for each row anew. They are locked in the order of their ids.
_GROW = """
WITH incoming AS ({incoming}), old AS (
    SELECT m.* FROM (SELECT * FROM incoming ORDER BY external_id) i
    CROSS JOIN LATERAL (
        SELECT m.id, m.external_id, m.platform, m.published_at, m.query_ids, m.echoes,
            {language} AS language, {old_counters}, {new_counters}
        FROM monitoring_mention m
        WHERE m.source_id = %(source)s AND m.external_id = i.external_id AND ({grown})
        FOR UPDATE
    ) m
), changed AS (
    UPDATE monitoring_mention m SET {assign} FROM old WHERE m.id = old.id
    RETURNING m.external_id, old.platform, old.published_at, old.query_ids, old.echoes,
        old.language, {growth}
), counted AS (
    INSERT INTO monitoring_bucketdelta (
        brand_id, query_id, platform, language, started_at, {counters}
    )
    SELECT %(brand)s, query_id, platform, language, {bin}, {sums}
    FROM changed CROSS JOIN LATERAL {queries}
    GROUP BY query_id, platform, language, {bin}
), repeated AS (
    INSERT INTO monitoring_echodelta (
        brand_id, key_message_id, query_id, platform, language, started_at, {counters}
    )
    SELECT %(brand)s, e.key_message_id::uuid, query_id, platform, language, {bin}, {sums}
    FROM changed CROSS JOIN LATERAL {echoes} CROSS JOIN LATERAL {queries}
    GROUP BY e.key_message_id, query_id, platform, language, {bin}
)
SELECT array_agg(external_id), NULL, NULL FROM changed
"""

# A later revision says something else: what was counted of the text before is taken back, and the
# mention waits to be read again. A deleted or erased one is never brought back.
# Growth and edits are one statement, so that each row is locked once: two batches with the same
# rows would else wait for each other.
_CHANGE = """
WITH incoming AS ({incoming}), old AS (
    SELECT m.* FROM (SELECT * FROM incoming ORDER BY external_id) i
    CROSS JOIN LATERAL (
        SELECT m.id, m.external_id, {row}, {new_counters},
            ({grown}) AS is_grown, ({edited}) AS is_edited,
            i.text AS new_text, i.revision AS new_revision, i.language AS new_language
        FROM monitoring_mention m
        WHERE m.source_id = %(source)s AND m.external_id = i.external_id
            AND (({grown}) OR ({edited}))
        FOR UPDATE
    ) m
), grown AS (
    UPDATE monitoring_mention m SET {assign}
    FROM old WHERE m.id = old.id AND NOT old.is_edited
    RETURNING {row}
), edited AS (
    UPDATE monitoring_mention m
    SET {assign}, text = old.new_text, revision = old.new_revision, language = old.new_language,
        sentiment = '', sentiment_score = NULL, sentiment_confidence = NULL, analyser = '',
        analysed_at = NULL, emotions = '{{}}', intents = '[]', query_ids = '{{}}',
        echoes = '{{}}', corrected_at = NULL, corrected_by_id = NULL, overruled = NULL
    FROM old WHERE m.id = old.id AND old.is_edited
    RETURNING {row}
), changed AS (
    TABLE grown UNION ALL TABLE edited
), counted AS ({difference}), repeated AS ({echo_difference}
), of_authors AS ({of_authors}), asked AS (
    INSERT INTO monitoring_askeddue (mention_id) SELECT id FROM old WHERE is_edited AND {asks}
), stale AS (
    INSERT INTO monitoring_sketchdelta (brand_id, query_id, started_at, sketch, is_stale)
    SELECT DISTINCT brand_id, unnest(query_ids), {bin}, ''::bytea, TRUE FROM old WHERE is_edited
)
SELECT array_agg(external_id) FILTER (WHERE is_grown),
    array_agg(external_id) FILTER (WHERE is_edited),
    array_agg(id) FILTER (WHERE is_edited AND (query_ids <> '{{}}' OR echoes <> '{{}}'))
FROM old
"""
# Apart from the statement that locks: what a reader matched while that one waited is seen here.
_UNMATCH = "DELETE FROM monitoring_querymatch WHERE mention_id = ANY(%s)"


def _filled(statement: str, incoming: str, *, fresh: str = "") -> str:
    return statement.format(
        incoming=incoming.format(names=_NAMES, typed=_TYPED),
        names=_NAMES,
        counters=_COUNTERS,
        sums=_SUMS,
        bin=BIN.format(""),
        language=LANGUAGE.format("m."),
        queries=QUERIES.format(""),
        row=", ".join(f"m.{name}" for name in ROW.split(", ")),
        difference=append_difference(before="old", after="changed"),
        asks=ASKS,
        echoes=ECHOES.format(""),
        echo_difference=append_echo_difference(before="old", after="changed"),
        of_authors=append_author_difference(before="old", after="changed"),
        growth=_GROWTH,
        old_counters=", ".join(f"m.{name}" for name in COUNTERS),
        new_counters=", ".join(f"greatest(m.{name}, i.{name}) AS new_{name}" for name in COUNTERS),
        grown=" OR ".join(f"i.{name} > m.{name}" for name in COUNTERS),
        edited="i.revision > m.revision AND m.removed_at IS NULL",
        assign=", ".join(f"{name} = old.new_{name}" for name in COUNTERS),
        fresh=fresh,
    )


@dataclass(frozen=True)
class _Statements:
    insert: str
    insert_and_name: str
    grow: str
    change: str


_STATEMENTS = {
    source: _Statements(
        insert=_filled(_INSERT, source, fresh="NULL"),
        insert_and_name=_filled(_INSERT, source, fresh="array_agg(external_id)"),
        grow=_filled(_GROW, source),
        change=_filled(_CHANGE, source),
    )
    for source in (_FROM_TABLE, _FROM_JSON)
}


@dataclass(frozen=True)
class Stored:
    """How many mentions were new, and which known ones had grown or said something else.

    `fresh` are the ids of the new ones, where somebody asked for them.
    """

    accepted: int = 0
    grown: Collection[str] = ()
    edited: Collection[str] = ()
    fresh: Collection[str] = ()

    @property
    def updated(self) -> int:
        """How many known mentions changed; one that has grown and was edited counts once."""
        return len({*self.grown, *self.edited})


def store_mentions(
    mentions: Sequence[IncomingMention],
    *,
    source: Source,
    delivery_id: UUID,
    now: datetime,
    names_fresh: bool = False,
) -> Stored:
    """Store distinct mentions, sorted by id, inside the caller's transaction.

    A mention the source sent before is left as it is, except that counters never fall and may
    rise, and that a later revision replaces the text, which is analysed anew. All of it is
    counted into the rollups in the same transaction. `names_fresh` costs a little.
    """
    if not mentions:
        return Stored()
    rows = [_row(mention, source) for mention in mentions]
    with server_cursor() as cursor:
        by_copy = len(rows) >= COPY_FROM_ROWS
        values = {
            "incoming": _copied(cursor, rows) if by_copy else _as_json(rows),
            "brand": source.brand_id,
            "source": source.pk,
            "delivery": delivery_id,
            "now": now,
        }
        say = _STATEMENTS[_FROM_TABLE if by_copy else _FROM_JSON]
        cursor.execute(say.insert_and_name if names_fresh else say.insert, values)
        accepted, fresh, _none = _answered(cursor)
        grown = edited = None
        if accepted < len(rows):
            is_edit = any(mention.revision for mention in mentions)
            cursor.execute(say.change if is_edit else say.grow, values)
            grown, edited, matched = _answered(cursor)
            if matched:
                cursor.execute(_UNMATCH, [matched])
                drop_echoes(cursor, matched)
    return Stored(accepted, grown or (), edited or (), fresh or ())


def _row(mention: IncomingMention, source: Source) -> tuple[Any, ...]:
    author = mention.author
    return (
        uuid7(),
        mention.id,
        mention.platform or source.platform,
        mention.url,
        mention.text,
        author.id,
        author.handle,
        author.name,
        author.followers,
        author.verified,
        author.profile,
        mention.parent_id,
        mention.sentiment,
        mention.revision,
        mention.published_at,
        mention.language,
        mention.likes,
        mention.comments,
        mention.shares,
        mention.reach,
    )


def _copied(cursor: psycopg.Cursor[Any], rows: Sequence[tuple[Any, ...]]) -> UUID:
    batch = uuid7()
    cursor.execute(_MAKE_TABLE)
    with cursor.copy(_COPY) as copy:
        copy.set_types(["uuid", *(kind for _name, kind in _FIELDS)])
        for row in rows:
            copy.write_row((batch, *row))
    return batch


def _as_json(rows: Sequence[tuple[Any, ...]]) -> str:
    names = [name for name, _type in _FIELDS]
    return msgspec.json.encode([dict(zip(names, row, strict=True)) for row in rows]).decode()


def _answered(cursor: psycopg.Cursor[Any]) -> tuple[Any, Any, Any]:
    row = cursor.fetchone()
    if row is None:  # a statement that only aggregates always answers
        raise AssertionError
    return row[0], row[1], row[2]
