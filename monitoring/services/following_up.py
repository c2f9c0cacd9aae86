"""What a delivery tells besides mentions: posts that are gone, ids, hints about our own posts."""

from collections.abc import Sequence
from datetime import datetime

from messaging.services.hints import ask_soon
from monitoring.models import Mention, Source, WantedPost
from monitoring.rules.incoming import Batch, Wanted


def follow_up(batch: Batch, *, source: Source, now: datetime) -> None:
    """Act on what a batch tells besides mentions, inside the caller's transaction."""
    if batch.removed:
        remove_mentions(batch.removed, source=source, now=now)
    if batch.wanted:
        want_posts(batch.wanted, source=source, now=now)
    if batch.states:
        # Told by whoever knows the address: the platform is asked, nothing is believed.
        external_ids = [one.external_id for one in batch.states]
        ask_soon(brand_id=source.brand_id, kind=source.kind, external_ids=external_ids, now=now)


def remove_mentions(external_ids: Sequence[str], *, source: Source, now: datetime) -> int:
    """Forget the words and the author of posts that are gone; they still count. Returns how many.

    Rows are locked in the order of their ids, as storing does.
    """
    known = Mention.objects.filter(
        source=source, external_id__in=external_ids, removed_at__isnull=True
    )
    locked = known.order_by("external_id").select_for_update(no_key=True)
    return Mention.objects.filter(pk__in=[one.pk for one in locked.only("pk")]).update(
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


def want_posts(wanted: Sequence[Wanted], *, source: Source, now: datetime) -> None:
    """Remember what is to be looked up; what is wanted already stays as it is."""
    WantedPost.objects.bulk_create(
        [
            WantedPost(
                source=source,
                kind=one.kind,
                key=one.key,
                reference=one.reference,
                created_at=now,
                due_at=now,
            )
            for one in sorted(wanted, key=lambda one: one.key)
        ],
        ignore_conflicts=True,
    )
