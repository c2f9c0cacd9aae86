"""Folding what the public asks: each mention that asks joins those that ask the same."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from crisisapi.common.ids import uuid7
from monitoring.models import AskedMention, AskedQuestion, Mention
from monitoring.rules.asking import SAME_FROM, Asked, asked_in, bands_of, sameness
from monitoring.selectors.own_posts import own_posts
from monitoring.services.turns import Work, is_our_turn

FOLD_LIMIT = 500

_TAKE = """
DELETE FROM monitoring_askeddue
WHERE id IN (SELECT id FROM monitoring_askeddue ORDER BY id LIMIT %s)
RETURNING mention_id
"""
_LOCK_EMPTY = "SELECT id FROM monitoring_askedquestion WHERE id = ANY(%s) FOR UPDATE SKIP LOCKED"
# A statement of its own: what was decided while the lock was waited for is seen here.
_DROP_EMPTY = """
DELETE FROM monitoring_askedquestion a WHERE a.id = ANY(%s)
    AND NOT EXISTS (SELECT FROM monitoring_askedmention m WHERE m.asked_id = a.id)
    AND NOT EXISTS (SELECT FROM monitoring_askeddecision d WHERE d.asked_id = a.id)
"""


def asking_secret() -> bytes:
    """Return what numbers of words are made with; another key makes other numbers."""
    return hashlib.sha256(b"crisisapi.asking:" + settings.SECRET_KEY.encode()).digest()


def fold_asked(*, limit: int = FOLD_LIMIT) -> int:
    """Look at up to `limit` mentions that are due; returns how many, 0 when another is at it.

    One at a time, so that two who ask the same at once ask one question. A worker that dies in
    the middle leaves all of them due.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if not is_our_turn(cursor, Work.FOLD_ASKED):
            return 0
        cursor.execute(_TAKE, [limit])
        due = [mention_id for (mention_id,) in cursor.fetchall()]
        if due:
            _follow(cursor, set(due))
    return len(due)


def _follow(cursor: Any, due: set[UUID]) -> None:
    asking = asking_mentions(Mention.objects.filter(pk__in=due))
    known = {row.mention_id: row for row in AskedMention.objects.filter(mention_id__in=due)}
    stays = {pk for pk, row in known.items() if pk in asking and _asked_of(row) == asking[pk][1]}
    _leave(cursor, [row for pk, row in known.items() if pk not in stays])
    _join([asking[pk] for pk in asking if pk not in stays])


def asking_mentions(mentions: Iterable[Mention]) -> dict[UUID, tuple[Mention, Asked]]:
    """Return those that ask something that can still be read, and are not the brand's own."""
    secret = asking_secret()
    found: dict[UUID, tuple[Mention, Asked]] = {}
    for row in mentions:
        if row.analysed_at and not row.removed_at and "asks" in row.intents:
            asked = asked_in(row.text, secret=secret)
            if asked:
                found[row.pk] = (row, asked)
    own = own_posts([row for row, _asked in found.values()])
    return {pk: one for pk, one in found.items() if pk not in own}


def _asked_of(row: AskedMention | AskedQuestion) -> Asked:
    return Asked(frozenset(row.terms), frozenset(row.kinds))


def _leave(cursor: Any, rows: Sequence[AskedMention]) -> None:
    """Take mentions out of their questions: others lead them, or nobody asks them any more."""
    if not rows:
        return
    AskedMention.objects.filter(pk__in=[row.pk for row in rows]).delete()
    left = {row.asked_id for row in rows}
    led = {row.mention_id for row in rows}
    remaining = AskedMention.objects.filter(asked_id__in=left)
    first = remaining.order_by("asked_id", "published_at", "mention_id").distinct("asked_id")
    leads = {row.asked_id: row for row in first}
    changed = []
    for question in AskedQuestion.objects.filter(pk__in=left, lead_id__in=led).order_by("pk"):
        _lead(question, leads.get(question.pk))
        changed.append(question)
    AskedQuestion.objects.bulk_update(changed, ["lead_id", "terms", "kinds", "bands"])
    cursor.execute(_LOCK_EMPTY, [sorted(left - leads.keys())])
    cursor.execute(_DROP_EMPTY, [[pk for (pk,) in cursor.fetchall()]])


def _lead(question: AskedQuestion, row: AskedMention | None) -> None:
    question.lead_id = row.mention_id if row else None
    question.terms, question.kinds = (row.terms, row.kinds) if row else ([], [])
    question.bands = bands_of(_asked_of(row)) if row else []


def _join(asking: list[tuple[Mention, Asked]]) -> None:
    by_brand: dict[UUID, list[tuple[Mention, Asked]]] = defaultdict(list)
    for mention, asked in asking:
        by_brand[mention.brand_id].append((mention, asked))
    for brand_id, rows in sorted(by_brand.items()):
        _join_brand(brand_id, sorted(rows, key=lambda one: (one[0].published_at, one[0].pk)))


def _join_brand(brand_id: UUID, rows: list[tuple[Mention, Asked]]) -> None:
    bands = [bands_of(asked) for _mention, asked in rows]
    known = AskedQuestion.objects.filter(
        brand_id=brand_id, bands__overlap=sorted({band for one in bands for band in one})
    )
    book = _Book(known.order_by("pk"))
    fresh: list[AskedQuestion] = []
    members = []
    for (mention, asked), own in zip(rows, bands, strict=True):
        question = book.same_as(asked, own)
        if question is None:
            question = _new(mention, asked, own)
            book.add(question)
            fresh.append(question)
        members.append(_member(question, mention, asked))
    AskedQuestion.objects.bulk_create(fresh)
    AskedMention.objects.bulk_create(members)


def _new(mention: Mention, asked: Asked, bands: list[int]) -> AskedQuestion:
    return AskedQuestion(
        id=uuid7(),
        brand_id=mention.brand_id,
        lead_id=mention.pk,
        terms=sorted(asked.terms),
        kinds=sorted(asked.kinds),
        bands=bands,
    )


def _member(question: AskedQuestion, mention: Mention, asked: Asked) -> AskedMention:
    return AskedMention(
        brand_id=mention.brand_id,
        asked_id=question.pk,
        mention_id=mention.pk,
        published_at=mention.published_at,
        terms=sorted(asked.terms),
        kinds=sorted(asked.kinds),
    )


class _Book:
    """Questions by their bands."""

    def __init__(self, questions: Iterable[AskedQuestion]) -> None:
        self._questions: list[AskedQuestion] = []
        self._by_band: dict[int, list[int]] = defaultdict(list)
        for question in questions:
            self.add(question)

    def add(self, question: AskedQuestion) -> None:
        """Take another question, younger than all there are."""
        for band in question.bands:
            self._by_band[band].append(len(self._questions))
        self._questions.append(question)

    def same_as(self, asked: Asked, bands: list[int]) -> AskedQuestion | None:
        """Return the question that is most the same, the oldest of several; None without one."""
        places = sorted({place for band in bands for place in self._by_band.get(band, ())})
        scored = [(sameness(asked, _asked_of(self._questions[at])), -at) for at in places]
        score, at = max(scored, default=(0.0, 0))
        return self._questions[-at] if score >= SAME_FROM else None
