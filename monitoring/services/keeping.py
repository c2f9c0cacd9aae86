"""How long deliveries are kept: what was stored from them stays."""

import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM
from crisisapi.events.services.log import lock_chain, record_event
from monitoring.models import Delivery, DeliveryStatus, Source

BATCH = 500

_IN_FULL = Q(status=DeliveryStatus.PROCESSED, rejected=0)


def kept_until(delivery: Delivery) -> datetime:
    """Return when a delivery is removed: later where something is left to be replayed."""
    is_open = delivery.status == DeliveryStatus.FAILED or delivery.rejected > 0
    done, failed = kept_days(delivery.brand)
    return delivery.created_at + timedelta(days=failed if is_open else done)


def kept_days(brand: Brand) -> tuple[int, int]:
    """Return how many days deliveries are kept: those read in full, and the others.

    What the brand says holds for both, and neither outlives the words of mentions.
    """
    own, limit = brand.deliveries_kept_days, brand.mentions_kept_days
    days = (
        own or settings.DELIVERIES_KEPT_DAYS,
        own or settings.FAILED_DELIVERIES_KEPT_DAYS,
    )
    return days if limit is None else (min(days[0], limit), min(days[1], limit))


def remove_old_deliveries(*, brand_id: UUID, now: datetime, seconds: float) -> int:
    """Remove deliveries of a brand whose time is over, batch by batch; returns how many.

    Ends after `seconds` at the latest; what is left is found the next time. The event log of the
    brand says how many of each source went, and how many of them were never read in full.
    """
    end = time.monotonic() + seconds
    is_over = _is_over(Brand.objects.get(pk=brand_id), now)
    removed = 0
    while time.monotonic() < end:
        count = _remove_batch(brand_id, is_over, now)
        removed += count
        if count < BATCH:
            break
    return removed


@transaction.atomic
def _remove_batch(brand_id: UUID, is_over: Q, now: datetime) -> int:
    lock_chain(brand_id)
    ids = list(
        Delivery.objects.filter(is_over, brand_id=brand_id)
        .order_by("created_at", "id")
        .select_for_update(skip_locked=True)
        .values_list("pk", flat=True)[:BATCH]
    )
    gone = Delivery.objects.filter(pk__in=ids)
    counts = gone.values("source_id").annotate(
        done=Count("pk", filter=_IN_FULL),
        failed=Count("pk", filter=~_IN_FULL),
    )
    told = {row["source_id"]: row for row in counts.order_by("source_id")}
    gone.delete()
    for source in Source.objects.filter(pk__in=told).order_by("pk"):
        _tell(source, told[source.pk], now)
    return len(ids)


def _is_over(brand: Brand, now: datetime) -> Q:
    done, failed = (now - timedelta(days=days) for days in kept_days(brand))
    # The first part is what the index knows.
    return Q(created_at__lt=done) & (_IN_FULL | Q(created_at__lt=failed))


def _tell(source: Source, counts: Mapping[str, Any], now: datetime) -> None:
    record_event(
        brand_id=source.brand_id,
        verb="source.deliveries_removed",
        instance=source,
        actor=SYSTEM,
        now=now,
        data={"read_in_full": counts["done"], "not_read_in_full": counts["failed"]},
    )
