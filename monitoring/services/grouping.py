"""Putting mentions together as they are read: into wordings, and those into narratives.

One worker at a time groups a brand, and holds the mentions it places: whoever forgets one waits
for it, or is seen by it. All of a batch is one transaction, and what it makes has ids that follow
from the mentions, so that a batch which is done again makes the same.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connection, transaction

from crisisapi.common.database import server_cursor
from monitoring.rules.narratives.grouping import TELLING, Grouper, Post
from monitoring.rules.narratives.prints import Fingerprint, Printer
from monitoring.rules.narratives.terms import Background, content_of
from monitoring.rules.narratives.texts import Said, Word, read_post
from monitoring.rules.windows import FIVE_MINUTES, bucket_start
from monitoring.selectors.grouping import (
    DueRow,
    Span,
    due_brands,
    known_texts,
    load_background,
    load_narratives,
    load_wordings,
    read_counts,
    take_due,
    week_of,
)
from monitoring.services.placed import Placed, save_batch
from monitoring.services.turns import is_our_turn, turn_of_brand, wait_for_turn

BATCH = 300
PRINTERS_KEPT = 8


def group_next(*, now: datetime, limit: int = BATCH) -> int:
    """Place up to `limit` mentions of each brand that nobody else is at; returns how many."""
    return sum(group_batch(brand_id=brand_id, now=now, limit=limit) for brand_id in due_brands())


@transaction.atomic
def group_batch(*, brand_id: UUID, now: datetime, limit: int = BATCH) -> int:
    """Place up to `limit` mentions of a brand; returns how many, 0 when another is at it."""
    if not _is_ours(brand_id):
        return 0
    with server_cursor() as cursor:
        rows = take_due(cursor, brand_id, limit)
        if rows:
            _place(cursor, brand_id, rows, now)
    return len(rows)


def lock_grouping(brand_id: UUID) -> None:
    """Hold off whoever groups mentions of the brand, until the commit."""
    with connection.cursor() as cursor:
        wait_for_turn(cursor, turn_of_brand("grouping", brand_id))


def _is_ours(brand_id: UUID) -> bool:
    with connection.cursor() as cursor:
        return is_our_turn(cursor, turn_of_brand("grouping", brand_id))


@lru_cache(maxsize=PRINTERS_KEPT)
def printer_of(brand_id: UUID) -> Printer:
    """Return what makes the fingerprints of a brand; they follow from `SECRET_KEY`."""
    key = b"crisisapi.narratives:" + brand_id.bytes + settings.SECRET_KEY.encode()
    return Printer(hashlib.sha256(key).digest())


@dataclass(frozen=True)
class _Read:
    """A mention as it is compared; None for what says nothing that could be."""

    row: DueRow
    said: Said
    print: Fingerprint | None
    words: Sequence[Word]


def _place(
    cursor: psycopg.Cursor[Any], brand_id: UUID, rows: Sequence[DueRow], now: datetime
) -> None:
    printer = printer_of(brand_id)
    read = [_read(row, printer) for row in rows]
    # Nothing is said later than now, whatever a source says.
    at = min(now, max(row.published_at for row in rows))
    background = _background(brand_id, printer, read, at)
    terms = [background.terms(one.words) for one in read]
    grouper = _grouper(cursor, brand_id, background, read, terms)
    known = {term for one in grouper.wordings.values() for term in one.terms}
    known |= {term for one in grouper.narratives.values() for term in one.terms}
    background.learn(read_counts(brand_id, known, at=at))
    placed = [_placed(grouper, one, of_it, printer) for one, of_it in zip(read, terms, strict=True)]
    save_batch(cursor, brand_id=brand_id, grouper=grouper, placed=placed, now=now)


def _read(row: DueRow, printer: Printer) -> _Read:
    said = read_post("" if row.removed_at else row.text)
    # A post that is nothing but a link says what others say who post that link.
    plain = said.plain or "\0".join(said.links)
    print_ = printer.print(plain) if plain else None
    return _Read(row, said, print_, content_of(row.text) if said.plain else ())


def _background(
    brand_id: UUID, printer: Printer, read: Sequence[_Read], at: datetime
) -> Background:
    """Return the words of the brand, those of the texts that are new among them."""
    words = [word for one in read for word in one.words]
    background = load_background(brand_id, printer, words, at=at)
    seen = known_texts(brand_id, {one.print.exact for one in read if one.print})
    for one in read:
        if one.print and one.print.exact not in seen:
            seen.add(one.print.exact)
            # What is older than the talk before is part of it.
            said_at = max(week_of(one.row.published_at), week_of(at) - 2)
            background.add(one.words, week=min(said_at, week_of(at)))
    return background


def _grouper(
    cursor: psycopg.Cursor[Any],
    brand_id: UUID,
    background: Background,
    read: Sequence[_Read],
    terms: Sequence[Sequence[int]],
) -> Grouper:
    span = Span.around(brand_id, [one.row.published_at for one in read])
    wordings = load_wordings(
        cursor,
        span,
        ids={one.row.wording_id for one in read if one.row.wording_id},
        prints=[one.print for one in read if one.print],
        terms=(term for of_one in terms for term in of_one[:TELLING]),
    )
    narratives = load_narratives(
        cursor,
        span,
        ids={one.narrative_id for one in wordings if one.narrative_id},
        terms=(term for of_one in terms for term in of_one),
    )
    return Grouper(background, wordings=wordings, narratives=narratives, make_id=_make_id)


def _make_id(post: Post, kind: str) -> UUID:
    """Return a UUIDv7 of the time of the mention; the rest follows from mention and text."""
    told = f"{kind}:{post.id}:{post.print.exact}".encode()
    digest = int.from_bytes(hashlib.blake2b(told, digest_size=10).digest())
    time = post.id.int >> 80 << 80
    return UUID(int=time | 7 << 76 | (digest >> 4) % (1 << 12) << 64 | 2 << 62 | digest % (1 << 62))


def _placed(grouper: Grouper, one: _Read, terms: Sequence[int], printer: Printer) -> Placed:
    row, said = one.row, one.said
    placed = Placed(
        before=row, started_at=bucket_start(row.published_at, FIVE_MINUTES), wording=None
    )
    if row.removed_at:
        # What is gone keeps what it was counted for; nobody knows its words any more.
        kept = grouper.wordings[row.wording_id] if row.wording_id else None
        return placed._replace(wording=kept)
    if one.print is None:
        if row.wording_id:
            grouper.leave(row.wording_id)
        return placed
    post = Post(row.mention_id, row.published_at, one.print, tuple(terms))
    wording = grouper.place(post, before=row.wording_id)
    return placed._replace(
        wording=wording,
        is_repost=said.is_repost,
        link=_number(printer, said.links[:1]),
        tags=_number(printer, said.tags),
        tag_count=min(len(said.tags), 100),
    )


def _number(printer: Printer, parts: Iterable[str]) -> int | None:
    told = "\0".join(parts)
    return printer.number(told) if told else None
