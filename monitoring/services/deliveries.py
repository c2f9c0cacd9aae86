"""Receiving: kept raw before it is answered, processed once, replayed on request."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, NotRequired, TypedDict, Unpack
from uuid import UUID

import msgspec
import structlog
from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext_lazy

from crisisapi.common.actors import Actor
from crisisapi.common.database import server_cursor
from crisisapi.common.errors import DomainError, Refusal
from crisisapi.common.sentences import cleaned, kept, shortened
from crisisapi.common.sentences import sentence as _
from crisisapi.events.services.log import lock_chain, record_event
from monitoring.models import Delivery, DeliveryStatus, Source
from monitoring.rules.forgetting import parse_rewritten, rewritten
from monitoring.rules.headers import without_secrets
from monitoring.rules.incoming import Batch, Unreadable
from monitoring.services.accounts import account_of
from monitoring.services.following_up import Followed, follow_up
from monitoring.services.ingest import Stored, store_mentions
from monitoring.services.removing import take_turn
from monitoring.services.shielding import lock_shared, mark_forgotten, shield
from monitoring.sources import PROVIDERS

log = structlog.get_logger(__name__)

REJECTIONS_KEPT = 1000


class DeliveryConflict(DomainError):
    """The id was used before, for other bytes."""

    code = "delivery_conflict"
    detail = gettext_lazy("This webhook-id was used for a different body.")


class SourcePaused(DomainError):
    """The source takes nothing."""

    code = "source_inactive"
    refusal = Refusal.FORBIDDEN
    detail = gettext_lazy("This source is not active.")


class Arriving(TypedDict):
    """What arrives, at which source, when, and by which id."""

    source: Source
    external_id: str
    body: bytes
    now: datetime
    headers: NotRequired[Mapping[str, str]]


@transaction.atomic
def receive_delivery(**delivery: Unpack[Arriving]) -> tuple[Delivery, bool]:
    """Keep a delivery and store its mentions, as `take_delivery` does; both or neither."""
    return take_delivery(**delivery)


def take_delivery(
    *,
    source: Source,
    external_id: str,
    body: bytes,
    now: datetime,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Delivery, bool]:
    """Keep a delivery and store its mentions; returns it, and whether it is a repetition.

    A body that cannot be read is kept as failed, to be looked at and replayed. Raises
    `DeliveryConflict` for a known id with other bytes, `SourcePaused`. The caller's transaction
    is the only one: what is raised must end it. Only those of `headers` that hold no secret are
    kept.
    """
    if not source.is_active:
        raise SourcePaused
    delivery = _new(source, external_id, body, headers, now)
    if not _keep(delivery, body):
        kept = known_delivery(source_id=source.pk, external_id=external_id)
        if kept is None or kept.body_hash != delivery.body_hash:
            raise DeliveryConflict
        return kept, True
    _process(delivery, body=body, source=source, now=now)
    return delivery, False


@transaction.atomic
def keep_failed(
    *, source: Source, external_id: str, body: bytes, code: str, reason: str, now: datetime
) -> None:
    """Keep an answer that is not what its platform documents, for people to look at."""
    delivery = _new(source, external_id, body, {}, now)
    if _keep(delivery, body):
        _fail(delivery, code, reason)
        delivery.processed_at = now
        _settle(delivery)


@transaction.atomic
def replay_delivery(*, delivery: Delivery, actor: Actor, now: datetime) -> Delivery:
    """Process a kept delivery again, as after a mended parser; known mentions stay as they are."""
    lock_shared(delivery.brand_id)
    lock_chain(delivery.brand_id)
    locked = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("source")
        .get(pk=delivery.pk)
    )
    _process(locked, body=bytes(locked.body), source=locked.source, now=now)
    record_event(
        brand_id=locked.brand_id,
        verb="delivery.replayed",
        instance=locked,
        actor=actor,
        now=now,
        data={"status": locked.status, "accepted": locked.accepted},
    )
    return locked


@dataclass(frozen=True)
class Told:
    """What became of a delivery, item by item."""

    batch: Batch = field(default_factory=lambda: Batch([], [], []))
    stored: Stored = field(default_factory=Stored)
    followed: Followed = field(default_factory=Followed)


def rehearse_delivery(*, source: Source, body: bytes, now: datetime) -> tuple[Delivery, Told]:
    """Do all that storing the bytes does, and undo it; returns what would have become of them."""
    delivery = _new(source, "", body, {}, now)
    with transaction.atomic():
        told = _process(delivery, body=body, source=source, now=now, names_fresh=True)
        transaction.set_rollback(True)
    return delivery, told


def body_hash(body: bytes) -> str:
    """Return what the bytes of a delivery are known by."""
    return hashlib.sha256(body).hexdigest()


def _new(
    source: Source, external_id: str, body: bytes, headers: Mapping[str, str], now: datetime
) -> Delivery:
    return Delivery(
        brand_id=source.brand_id,
        source=source,
        external_id=external_id,
        body_hash=body_hash(body),
        status=DeliveryStatus.FAILED,
        headers=without_secrets(headers),
        created_at=now,
    )


_KEEP = """
INSERT INTO monitoring_delivery (
    id, created_at, brand_id, source_id, external_id, body, body_hash, headers, status,
    error_code, error_detail, accepted, duplicates, updated, rejected, rejections
) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, '', '', 0, 0, 0, 0, '[]')
ON CONFLICT (source_id, external_id) DO NOTHING
"""


def _keep(delivery: Delivery, body: bytes) -> bool:
    """Store the bytes; False when the id is known, waiting for a transaction that claims it."""
    with server_cursor() as cursor:
        cursor.execute(
            _KEEP,
            [
                delivery.pk,
                delivery.created_at,
                delivery.brand_id,
                delivery.source_id,
                delivery.external_id,
                body,
                delivery.body_hash,
                msgspec.json.encode(delivery.headers).decode(),
                delivery.status,
            ],
        )
        return cursor.rowcount == 1


def _process(
    delivery: Delivery, *, body: bytes, source: Source, now: datetime, names_fresh: bool = False
) -> Told:
    told = Told()
    try:
        with transaction.atomic():
            told = _store(delivery, body=body, source=source, now=now, names_fresh=names_fresh)
    except Unreadable as error:
        _fail(delivery, error.code, error.reason)
    except (DataError, IntegrityError):
        # The bytes are safe; what the database refused can be replayed when it is mended.
        log.exception("delivery.store_failed", delivery=str(delivery.pk))
        _fail(delivery, "store_failed", _("The database refused it; replay it later."))
    delivery.processed_at = now
    _settle(delivery)
    return told


_SETTLE = """
UPDATE monitoring_delivery SET status = %s, error_code = %s, error_detail = %s,
    accepted = %s, duplicates = %s, updated = %s, rejected = %s, rejections = %s, processed_at = %s
WHERE id = %s
"""


def _settle(delivery: Delivery) -> None:
    # By hand, since the ORM takes four times as long to build the statement.
    with server_cursor() as cursor:
        cursor.execute(
            _SETTLE,
            [
                delivery.status,
                delivery.error_code,
                kept(delivery.error_detail),
                delivery.accepted,
                delivery.duplicates,
                delivery.updated,
                delivery.rejected,
                msgspec.json.encode(delivery.rejections).decode(),
                delivery.processed_at,
                delivery.pk,
            ],
        )


def read_batch(body: bytes, *, source: Source, said_at: datetime, now: datetime) -> Batch:
    """Read the bytes as the source's provider does; raises `Unreadable`, whatever happens.

    What has no time of its own was said at `said_at`.
    """
    try:
        return PROVIDERS[source.kind].parse(account_of(source, now=now), body, now=said_at)
    except Unreadable:
        raise
    except Exception as error:
        log.exception("delivery.parser_failed", source=str(source.pk), kind=source.kind)
        reason = _("The parser broke down on it; replay it when that is mended.")
        raise Unreadable("parser_failed", reason) from error


def read_delivery(delivery: Delivery, *, body: bytes, source: Source, now: datetime) -> Batch:
    """Read the bytes of a delivery, rewritten or as they came; raises `Unreadable`."""
    if delivery.redacted_at is not None:
        return parse_rewritten(body, now=delivery.created_at)
    return read_batch(body, source=source, said_at=delivery.created_at, now=now)


def _store(
    delivery: Delivery, *, body: bytes, source: Source, now: datetime, names_fresh: bool
) -> Told:
    lock_shared(source.brand_id)
    batch = read_delivery(delivery, body=body, source=source, now=now)
    take_turn(batch, source=source)
    holds_forgotten = shield(batch, source=source, now=now)
    stored = store_mentions(
        batch.mentions,
        source=source,
        delivery_id=delivery.pk,
        now=now,
        names_fresh=names_fresh,
    )
    if holds_forgotten:
        mark_forgotten(batch, source=source, now=now)
        _rewrite(delivery, batch, now)
    followed = follow_up(batch, source=source, has_new=stored.accepted > 0, now=now)
    delivery.status = DeliveryStatus.PROCESSED
    delivery.error_code = delivery.error_detail = ""
    delivery.accepted = stored.accepted
    if stored.accepted:
        delivery.newest_at = max(one.published_at for one in batch.mentions if one.published_at)
    delivery.updated = stored.updated
    delivery.duplicates = len(batch.mentions) - stored.accepted + batch.repeated
    delivery.rejected = len(batch.rejections)
    delivery.rejections = [
        {"index": one.index, "code": one.code, "reason": kept(one.reason)}
        for one in batch.rejections[:REJECTIONS_KEPT]
    ]
    return Told(batch, stored, followed)


def _rewrite(delivery: Delivery, batch: Batch, now: datetime) -> None:
    delivery.redacted_at = delivery.redacted_at or now
    fields: Any = {"body": rewritten(batch), "redacted_at": delivery.redacted_at}
    Delivery.objects.filter(pk=delivery.pk).update(**fields)


def _fail(delivery: Delivery, code: str, reason: str) -> None:
    delivery.status = DeliveryStatus.FAILED
    delivery.error_code, delivery.error_detail = code, cleaned(shortened(reason))


def known_delivery(*, source_id: UUID, external_id: str) -> Delivery | None:
    """Return a delivery of this id if it was received before, without its bytes."""
    return (
        Delivery.objects.defer("body").filter(source_id=source_id, external_id=external_id).first()
    )
