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
    """Remember what is to be looked up.

    What is wanted already stays as it is, and what a source of that kind has heard is not wanted:
    a page that comes again would have each post looked up once more.
    """
    heard = _heard(wanted, source)
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
            if (one.kind, one.key) not in heard
        ],
        ignore_conflicts=True,
    )


def _heard(wanted: Sequence[Wanted], source: Source) -> set[tuple[str, str]]:
    known = Mention.objects.filter(
        source__in=Source.objects.filter(
            brand_id=source.brand_id, kind__in={one.kind for one in wanted}
        ),
        external_id__in=[one.key for one in wanted],
    )
    return set(known.values_list("source__kind", "external_id"))
