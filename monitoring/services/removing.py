"""Posts that are gone: what is known of them is forgotten, also when the news overtakes them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from monitoring.models import GonePost, Mention, Source
from monitoring.rules.incoming import Batch
from monitoring.services.asked_due import look_at_asking
from monitoring.services.author_counts import mark_authors
from monitoring.services.looks_due import forget_looks
from monitoring.services.placements import forget_placed
from monitoring.sources import PROVIDERS

_REMOVALS = 4_812_002
KEPT_MOST = 100_000
BATCH = 5_000


@dataclass(frozen=True)
class Removed:
    """Ids of posts that are gone: `now`, known as gone `before`, and not heard of `yet`."""

    now: Collection[str] = ()
    before: Collection[str] = ()
    yet: Collection[str] = ()


def take_turn(batch: Batch, *, source: Source) -> None:
    """Let no post and its removal be stored beside each other, unseen by each other.

    Called first of all in the transaction that stores a batch; batches without a removal wait
    only for one with, and kinds of sources that never tell of any wait for nothing.
    """
    if not PROVIDERS[source.kind].tells_removals:
        return
    lock = "pg_advisory_xact_lock" if batch.removed else "pg_advisory_xact_lock_shared"
    number = int.from_bytes(source.pk.bytes[-4:], signed=True)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(%s, %s)", [_REMOVALS, number])


def remove_mentions(external_ids: Sequence[str], *, source: Source, now: datetime) -> Removed:
    """Forget the words and the author of posts that are gone; they still count.

    Those that have not come yet are remembered. Rows are locked in the order of their ids, as
    storing does.
    """
    locked = Mention.objects.filter(source=source, external_id__in=external_ids)
    locked = locked.order_by("external_id").select_for_update(no_key=True)
    known = dict(locked.values_list("external_id", "removed_at"))
    gone = [one for one, removed_at in known.items() if removed_at is None]
    _forget(gone, source, now)
    yet = sorted(set(external_ids) - known.keys())
    GonePost.objects.bulk_create(
        [GonePost(source=source, external_id=one, created_at=now) for one in yet],
        ignore_conflicts=True,
    )
    return Removed(gone, known.keys() - set(gone), yet)


def forget_gone(batch: Batch, *, source: Source, now: datetime) -> Collection[str]:
    """Forget the words of posts that have just come and were gone before; returns their ids."""
    if not PROVIDERS[source.kind].tells_removals:
        return ()
    late = GonePost.objects.filter(
        source=source, external_id__in=[one.id for one in batch.mentions]
    )
    ids = list(late.values_list("external_id", flat=True))
    if ids:
        _forget(ids, source, now)
        late.delete()
    return ids


def _forget(external_ids: Sequence[str], source: Source, now: datetime) -> None:
    if not external_ids:
        return
    gone = Mention.objects.filter(
        source=source, external_id__in=external_ids, removed_at__isnull=True
    )
    ids = list(gone.values_list("pk", flat=True))
    mark_authors(ids)
    with connection.cursor() as cursor:
        look_at_asking(cursor, ids)
    gone.update(
        removed_at=now,
        text="",
        url="",
        author_external_id="",
        author_handle="",
        author_name="",
        author_profile="",
        author_followers=None,
        author_verified=None,
    )
    forget_placed(ids)
    forget_looks(ids)


_OLD = """
DELETE FROM monitoring_gonepost WHERE id IN (
    SELECT id FROM monitoring_gonepost WHERE created_at < %s ORDER BY created_at LIMIT %s
)
"""
_TOO_MANY = """
DELETE FROM monitoring_gonepost WHERE id IN (
    SELECT id FROM (
        SELECT id, row_number() OVER (PARTITION BY source_id ORDER BY id DESC) AS place
        FROM monitoring_gonepost
    ) AS placed WHERE place > %s LIMIT %s
)
"""


def remove_old_gone_posts(*, now: datetime, most: int = KEPT_MOST) -> int:
    """Remove what is remembered of posts that never came; returns how many.

    Remembered for as long as a delivery that holds the post may be replayed, and so many a source.
    """
    since = now - timedelta(days=settings.FAILED_DELIVERIES_KEPT_DAYS)
    removed = 0
    for statement, bound in ((_OLD, since), (_TOO_MANY, most)):
        while count := _delete(statement, bound):
            removed += count
    return removed


def _delete(statement: str, bound: Any) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [bound, BATCH])
        return int(cursor.rowcount)
