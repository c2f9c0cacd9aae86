"""How long a brand keeps what people said: words and authors go, the counts stay."""

import time
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM
from crisisapi.common.ids import first_id_at
from crisisapi.events.services.log import lock_chain, record_event
from monitoring.models import Mention, Privacy, WantedPost
from monitoring.rules.forgetting import MARK
from monitoring.services.erasures import keep_key
from monitoring.services.shielding import forget_mentions, lock_alone

BATCH = 500
FIRST = UUID(int=0)


def forget_old_mentions(*, brand: Brand, now: datetime, seconds: float) -> int:
    """Erase words and authors of mentions that came longer ago than the brand keeps them.

    Batch by batch, `seconds` at most; returns how many. Mentions are walked through in the order
    they came, each once: where it stopped is kept, with how many the event log was not told of.
    """
    if brand.mentions_kept_days is None:
        return 0
    end, forgotten = time.monotonic() + seconds, 0
    oldest = now - timedelta(days=brand.mentions_kept_days)
    ceiling = first_id_at(oldest)
    WantedPost.objects.filter(source__brand=brand, created_at__lt=oldest).delete()
    while time.monotonic() < end:
        count, is_over = _forget_batch(brand, ceiling, now)
        forgotten += count
        if is_over:
            break
    _tell(brand, now)
    return forgotten


@transaction.atomic
def _forget_batch(brand: Brand, ceiling: UUID, now: datetime) -> tuple[int, bool]:
    lock_alone(brand.pk)
    key = keep_key(brand)
    privacy = Privacy.objects.select_for_update(no_key=True).get(pk=brand.pk)
    since = privacy.forgotten_until or FIRST
    came = Mention.objects.filter(brand_id=brand.pk, id__gt=since, id__lt=ceiling).order_by("id")
    rows = list(came.values_list("pk", "external_id", "removed_at")[:BATCH])
    left = [(pk, name) for pk, name, gone in rows if not (gone and name.startswith(MARK))]
    count = forget_mentions(left, key=key, now=now)
    is_over = len(rows) < BATCH
    privacy.forgotten_until = max(since, ceiling) if is_over else rows[-1][0]
    privacy.untold = privacy.untold + count
    privacy.save(update_fields=["forgotten_until", "untold"])
    return count, is_over


@transaction.atomic
def _tell(brand: Brand, now: datetime) -> None:
    lock_chain(brand.pk)
    untold = Privacy.objects.filter(brand=brand, untold__gt=0)
    count = untold.values_list("untold", flat=True).first()
    if count is None:
        return
    untold.update(untold=F("untold") - count)
    record_event(
        brand_id=brand.pk,
        verb="brand.mentions_forgotten",
        instance=brand,
        actor=SYSTEM,
        now=now,
        data={"mentions": count, "kept_days": brand.mentions_kept_days},
    )
