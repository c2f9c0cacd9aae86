"""Bytes that were kept, rewritten without those who are forgotten."""

from datetime import datetime
from uuid import UUID

from monitoring.models import Delivery, DeliveryStatus, Mention
from monitoring.rules.forgetting import Person, erased_id, forget_in, rewritten
from monitoring.rules.incoming import Batch, Unreadable
from monitoring.services.deliveries import read_delivery
from monitoring.services.shielding import forget_mentions


def redact_delivery(
    delivery: Delivery, *, person: Person, key: str, now: datetime
) -> tuple[bool, list[UUID]]:
    """Rewrite a locked delivery that holds a person; says whether it did, and which mentions of
    theirs were found through it only.

    What cannot be read and names them is emptied as a whole.
    """
    body = bytes(delivery.body)
    if not body:
        return False, []
    try:
        batch = read_delivery(delivery, body=body, source=delivery.source, now=now)
    except Unreadable:
        if not person.is_named_in(body):
            return False, []
        _empty(delivery, now)
        return True, []
    found = _forget(batch, delivery, person=person, key=key, now=now)
    ids = _theirs(batch, delivery, person, key)
    if not ids and not person.is_named_in(body):
        return False, found
    forget_in(batch, ids, key)
    delivery.body, delivery.redacted_at = rewritten(batch), now
    delivery.save(update_fields=["body", "redacted_at"])
    return True, found


def _empty(delivery: Delivery, now: datetime) -> None:
    delivery.body, delivery.redacted_at = b"", now
    delivery.status, delivery.error_code = DeliveryStatus.FAILED, "erased"
    delivery.error_detail, delivery.rejections = "", []
    delivery.save(
        update_fields=[
            "body",
            "redacted_at",
            "status",
            "error_code",
            "error_detail",
            "rejections",
        ]
    )


def _forget(
    batch: Batch, delivery: Delivery, *, person: Person, key: str, now: datetime
) -> list[UUID]:
    """Forget what the rows do not tell to be theirs, as they came without an author before."""
    ids = [one.id for one in batch.mentions if person.wrote(one, delivery.source.platform)]
    rows = Mention.objects.filter(source_id=delivery.source_id, external_id__in=ids)
    found = list(rows.values_list("pk", "external_id"))
    forget_mentions(found, key=key, now=now)
    return [pk for pk, _external_id in found]


def _theirs(batch: Batch, delivery: Delivery, person: Person, key: str) -> set[str]:
    names = {erased_id(key, one.id): one.id for one in batch.mentions}
    erased = Mention.objects.filter(
        source_id=delivery.source_id, external_id__in=list(names), removed_at__isnull=False
    )
    known = {names[external_id] for external_id in erased.values_list("external_id", flat=True)}
    platform = delivery.source.platform
    return known | {one.id for one in batch.mentions if person.wrote(one, platform)}
