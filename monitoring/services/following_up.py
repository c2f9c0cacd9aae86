"""What a delivery tells besides mentions: posts that are gone, ids, hints about our own posts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from messaging.services.hints import ask_soon
from monitoring.models import GonePost, Mention, Source, WantedPost
from monitoring.rules.incoming import Batch, Wanted
from monitoring.services.removing import Removed, forget_gone, remove_mentions
from monitoring.services.shielding import erased_keys


@dataclass(frozen=True)
class Followed:
    """What was made of what a batch tells besides mentions.

    `late` had been gone before they came, `wanted` are to be looked up, by their keys; `asked` is
    how many of our own posts are asked about.
    """

    removed: Removed = field(default_factory=Removed)
    late: Collection[str] = ()
    wanted: Collection[str] = ()
    asked: int = 0


def follow_up(batch: Batch, *, source: Source, has_new: bool, now: datetime) -> Followed:
    """Act on what a batch tells besides mentions, inside the transaction that stored them."""
    late = forget_gone(batch, source=source, now=now) if has_new else ()
    removed, wanted, asked = Removed(), [], 0
    if batch.removed:
        removed = remove_mentions(batch.removed, source=source, now=now)
    if batch.wanted:
        wanted = want_posts(batch.wanted, source=source, now=now)
    if batch.states:
        # Told by whoever knows the address: the platform is asked, nothing is believed.
        external_ids = [one.external_id for one in batch.states]
        asked = ask_soon(
            brand_id=source.brand_id, kind=source.kind, external_ids=external_ids, now=now
        )
    return Followed(removed, late, wanted, asked)


def want_posts(wanted: Sequence[Wanted], *, source: Source, now: datetime) -> list[str]:
    """Remember what is to be looked up; returns the keys of what was not wanted before.

    What is wanted already stays as it is, and what a source of that kind has heard is not wanted:
    a page that comes again would have each post looked up once more.
    """
    known = _known(wanted, source)
    erased = erased_keys(
        brand_id=source.brand_id,
        kinds={one.kind for one in wanted},
        keys=[one.key for one in wanted],
    )
    fresh = [one for one in wanted if (one.kind, one.key) not in known and one.key not in erased]
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
            for one in sorted(fresh, key=lambda one: one.key)
        ],
        ignore_conflicts=True,
    )
    return [one.key for one in fresh]


def _known(wanted: Sequence[Wanted], source: Source) -> set[tuple[str, str]]:
    heard = Mention.objects.filter(
        source__in=Source.objects.filter(
            brand_id=source.brand_id, kind__in={one.kind for one in wanted}
        ),
        external_id__in=[one.key for one in wanted],
    )
    keys = [one.key for one in wanted]
    gone = GonePost.objects.filter(source=source, external_id__in=keys)
    waiting = WantedPost.objects.filter(source=source, key__in=keys)
    return {
        *heard.values_list("source__kind", "external_id"),
        *gone.values_list("source__kind", "external_id"),
        *waiting.values_list("kind", "key"),
    }
