"""Who was forgotten stays forgotten, whatever comes again."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection
from django.db.models import Q

from monitoring.models import GonePost, Mention, Privacy, Source, SuppressedName
from monitoring.rules.forgetting import MARK, erased_id, forget_in, names_of
from monitoring.rules.incoming import Batch
from monitoring.services.asked_due import forget_asked
from monitoring.services.author_counts import mark_authors
from monitoring.services.echo_rows import move_echoes
from monitoring.services.looks_due import forget_looks
from monitoring.services.placements import forget_placed

_ERASED = Q(external_id__startswith=MARK, removed_at__isnull=False)


def lock_shared(brand_id: UUID) -> None:
    """Hold off whoever forgets, until the commit; those who store do not wait for each other.

    Taken before the chain: what is stored may tell of it afterwards.
    """
    _lock("pg_advisory_xact_lock_shared", brand_id)


def lock_alone(brand_id: UUID) -> None:
    """Hold off whoever stores mentions of the brand, until the commit; never with the chain."""
    _lock("pg_advisory_xact_lock", brand_id)


def _lock(function: str, brand_id: UUID) -> None:
    digest = hashlib.sha256(b"monitoring.privacy:" + brand_id.bytes).digest()
    number = int.from_bytes(digest[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [number])


def key_of(brand_id: UUID) -> str | None:
    """Return the key of a brand that has forgotten somebody, else None."""
    # By hand, since each push asks and hardly a brand has one.
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM monitoring_privacy WHERE brand_id = %s", [brand_id])
        if cursor.fetchone() is None:
            return None
    return Privacy.objects.get(pk=brand_id).key


def shield(batch: Batch, *, source: Source, now: datetime) -> bool:
    """Take out of a batch the words and authors of the forgotten; says whether there were any.

    What stays of an erased post has the id under which it is kept, so that it is known and its
    counts may grow.
    """
    key = key_of(source.brand_id) if batch.mentions or batch.removed else None
    if key is None:
        return False
    told = [*(one.id for one in batch.mentions), *batch.removed]
    erased = _erased(told, source, key)
    batch.removed = [one for one in batch.removed if one not in erased]
    suppressed = _suppressed(batch, source, key)
    _forget_known(suppressed, source, key, now)
    ids = (erased | suppressed) & {one.id for one in batch.mentions}
    if ids:
        forget_in(batch, ids, key)
        GonePost.objects.filter(source=source, external_id__in=ids).delete()
    return bool(ids)


def _forget_known(ids: set[str], source: Source, key: str, now: datetime) -> None:
    """Forget what is kept under its own id still: it would be counted again under the other."""
    known = Mention.objects.filter(source=source, external_id__in=ids).order_by("external_id")
    rows = list(known.select_for_update().values_list("pk", "external_id")) if ids else []
    forget_mentions(rows, key=key, now=now)


def _erased(told: Iterable[str], source: Source, key: str) -> set[str]:
    names = {erased_id(key, one): one for one in told}
    known = Mention.objects.filter(_ERASED, source=source, external_id__in=list(names))
    return {names[external_id] for external_id in known.values_list("external_id", flat=True)}


def _suppressed(batch: Batch, source: Source, key: str) -> set[str]:
    if not SuppressedName.objects.filter(brand_id=source.brand_id).exists():
        return set()
    names = {one.id: names_of(one, source.platform, key) for one in batch.mentions}
    every = set().union(*names.values())
    known = SuppressedName.objects.filter(brand_id=source.brand_id, name_hash__in=every)
    hashes = set(known.values_list("name_hash", flat=True))
    return {external_id for external_id, own in names.items() if own & hashes}


def mark_forgotten(batch: Batch, *, source: Source, now: datetime) -> None:
    """Say of what was stored without words and author that it was erased."""
    ids = [one.id for one in batch.mentions if one.id.startswith(MARK)]
    fresh = Mention.objects.filter(source=source, external_id__in=ids, removed_at__isnull=True)
    fresh.update(removed_at=now)


def erased_keys(*, brand_id: UUID, kinds: Iterable[str], keys: Iterable[str]) -> set[str]:
    """Return those ids of posts that sources of these kinds brought and that were forgotten."""
    key = key_of(brand_id)
    if key is None:
        return set()
    names = {erased_id(key, one): one for one in keys}
    heard = Source.objects.filter(brand_id=brand_id, kind__in=list(kinds))
    known = Mention.objects.filter(_ERASED, source__in=heard, external_id__in=list(names))
    return {names[external_id] for external_id in known.values_list("external_id", flat=True)}


# The time is that of its five minutes, so that it counts where it counted.
_FORGET = """
UPDATE monitoring_mention m
SET external_id = r.name, removed_at = coalesce(m.removed_at, %(now)s),
    published_at = date_bin('5 minutes', m.published_at, TIMESTAMPTZ '2000-01-01 00:00Z'),
    text = '', url = '', parent_id = '', author_external_id = '', author_handle = '',
    author_name = '', author_profile = '', author_followers = NULL, author_verified = NULL
FROM json_to_recordset(%(rows)s) AS r (id uuid, name text)
WHERE m.id = r.id
"""
# Apart from the statement that locks: what a reader matched while that one waited is seen here.
_MOVE_MATCHES = """
UPDATE monitoring_querymatch q SET published_at = m.published_at
FROM monitoring_mention m
WHERE m.id = ANY(%s) AND q.mention_id = m.id AND q.published_at <> m.published_at
"""


def forget_mentions(rows: Sequence[tuple[UUID, str]], *, key: str, now: datetime) -> int:
    """Erase words and authors of mentions, given with the ids they have; they still count.

    The brand is locked by the caller. Returns how many.
    """
    if not rows:
        return 0
    named: list[dict[str, Any]] = [
        {"id": pk, "name": erased_id(key, external_id)} for pk, external_id in rows
    ]
    ids = [pk for pk, _name in rows]
    mark_authors(ids)
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"now": now, "rows": msgspec.json.encode(named).decode()})
        count = int(cursor.rowcount)
        cursor.execute(_MOVE_MATCHES, [ids])
        move_echoes(cursor, ids)
        forget_asked(cursor, ids)
    forget_placed(ids)
    forget_looks(ids)
    return count
