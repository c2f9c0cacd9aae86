"""Replaying many deliveries: a bounded number at once, and how many are left."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from crisisapi.common.actors import Actor
from monitoring.models import Delivery, DeliveryStatus
from monitoring.services.deliveries import replay_delivery

REPLAYED_AT_ONCE = 100
# Shorter than any proxy waits for an answer.
RUN_SECONDS = 15.0


@dataclass
class Replayed:
    """What came of it; `left` were not reached, those that failed `again` are not among them.

    Goes on where it stopped when called again with the same `before`.
    """

    before: datetime
    processed: int = 0
    again: int = 0
    accepted: int = 0
    left: int = 0


def replay_many(
    *,
    deliveries: QuerySet[Delivery],
    before: datetime,
    actor: Actor,
    now: datetime,
    limit: int = REPLAYED_AT_ONCE,
    seconds: float = RUN_SECONDS,
) -> Replayed:
    """Process again those that were last processed before a time, the oldest first.

    Each in a transaction of its own: whatever breaks off in the middle, what is done is done.
    """
    end = time.monotonic() + seconds
    waiting = _waiting(deliveries, before)
    found = Replayed(before)
    for delivery in waiting.order_by("created_at", "id").defer("body", "rejections")[:limit]:
        _count(found, replay_delivery(delivery=delivery, actor=actor, now=now))
        if time.monotonic() > end:
            break
    found.left = _waiting(deliveries, before).count()
    return found


def _waiting(deliveries: QuerySet[Delivery], before: datetime) -> QuerySet[Delivery]:
    never: Any = Q(processed_at__isnull=True)
    return deliveries.filter(never | Q(processed_at__lt=before))


def _count(found: Replayed, delivery: Delivery) -> None:
    if delivery.status == DeliveryStatus.FAILED:
        found.again += 1
    else:
        found.processed += 1
        found.accepted += delivery.accepted
