"""Writing the event log, in the transaction of the change it tells of."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import models, transaction

from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import lock_version
from crisisapi.common.models import VersionedModel
from crisisapi.events.models import ChainHead, Event
from crisisapi.events.rules.chain import hash_event, plain
from crisisapi.events.signals import event_recorded

_Versioned = TypeVar("_Versioned", bound=VersionedModel)


def record_event(
    *,
    brand_id: UUID,
    verb: str,
    instance: models.Model,
    actor: Actor,
    now: datetime,
    incident_id: UUID | None = None,
    data: dict[str, object] | None = None,
) -> Event:
    """Append one event to the brand's chain and tell the floors above.

    Must be called inside the transaction of the change, as its last step: the chain stays
    locked until the commit, so that positions are gapless and become visible in order.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("record_event needs a transaction")
    head = lock_chain(brand_id)
    event = Event(
        brand_id=brand_id,
        position=head.position + 1,
        incident_id=incident_id,
        actor_kind=actor.kind,
        actor_id=actor.id,
        verb=verb,
        object_type=instance._meta.model_name or "",
        object_id=instance.pk,
        data=plain(data or {}),
        occurred_at=now,
        previous_hash=head.hash,
    )
    event.hash = hash_event(event)
    event.save(force_insert=True)
    ChainHead.objects.filter(pk=brand_id).update(position=event.position, hash=event.hash)
    event_recorded.send(sender=Event, event=event)
    return event


def lock_chain(brand_id: UUID) -> ChainHead:
    """Lock the brand's chain until the commit, and return its head.

    A service whose answer depends on what other events say takes it first, before it reads or
    locks anything: what it sees then holds until its own event is written.
    """
    heads = ChainHead.objects.select_for_update().filter(pk=brand_id)
    head = heads.first()
    if head is None:
        ChainHead.objects.bulk_create([ChainHead(brand_id=brand_id)], ignore_conflicts=True)
        head = heads.get()
    return head


def lock_for_change(instance: _Versioned, *, expected_version: int | None) -> _Versioned:
    """Lock the chain of the brand that owns the object, then its row; return the row as it is.

    Refuses another version than the expected one. The first step of every service that changes
    an object: locks are taken in one order everywhere (docs/adr/0006-the-chain-comes-first.md).
    """
    lock_chain(instance.brand_id)  # type: ignore[attr-defined]  # what is owned by a brand
    rows = type(instance)._default_manager.all()
    return lock_version(rows, instance.pk, expected_version=expected_version)
