"""What becomes of a message when the outcome of its publications is known."""

from datetime import datetime

from django.db.models import Min, Q
from django.utils.translation import gettext as _

from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import lock_version, save_change
from messaging.models import (
    PUBLIC_STATUSES,
    SILENT_STATUSES,
    WAITING_STATUSES,
    Message,
    MessageStatus,
    Publication,
    PublicationStatus,
)
from messaging.models.publication import VOID_STATUSES
from messaging.rules.outcomes import outcome_of
from messaging.services.approvals import APPROVAL_FIELDS, drop_approval, withdraw_approval
from messaging.services.steps import record_step

# What failed may turn out to be out: the platform's word counts more than a person's.
_ON_ITS_WAY = (*PUBLIC_STATUSES, *WAITING_STATUSES, MessageStatus.FAILED)
_OUT = (
    PublicationStatus.PUBLISHED,
    PublicationStatus.PARTIALLY_PUBLISHED,
    PublicationStatus.ACCEPTED,
)


def settle_message(message: Message, *, actor: Actor, now: datetime) -> None:
    """Move a message that is out or on its way to where its publications have come to.

    The caller holds the chain. A message of which nothing got out, and whose facts do not hold
    any more, loses its approval.
    """
    locked = lock_version(Message.objects.all(), message.pk, expected_version=None)
    before = locked.status, locked.published_at
    locked.published_at = _first_published_at(locked)
    if locked.status in _ON_ITS_WAY or _turned_out(locked):
        locked.status = status_by_publications(locked)
    if before == (locked.status, locked.published_at):
        return
    if locked.status == MessageStatus.WITHDRAWN:
        drop_approval(locked, status=MessageStatus.WITHDRAWN, reason=_("It was taken down."))
    save_change(locked, "published_at", *APPROVAL_FIELDS, now=now)
    if locked.status != before[0]:
        _tell(locked, actor, now)


def status_by_publications(message: Message) -> MessageStatus:
    """Return where an approved message stands by the publication that counts on each channel."""
    return MessageStatus(outcome_of(_last_statuses(message)) or MessageStatus.PUBLISHING)


def withdraw_unfounded(message: Message, *, actor: Actor, now: datetime) -> None:
    """Take the approval of a locked message whose facts do not hold any more."""
    withdraw_approval(
        message,
        actor=actor,
        now=now,
        cause="fact_not_confirmed",
        reason=_("A fact it rests on does not hold any more."),
    )


def _tell(message: Message, actor: Actor, now: datetime) -> None:
    verb = message.status if message.status != MessageStatus.APPROVED else "publication_cancelled"
    record_step(message, f"message.{verb}", actor, now)
    unfounded = any(not fact.holds for fact in message.facts.all())
    if message.status in SILENT_STATUSES and unfounded:
        withdraw_unfounded(message, actor=actor, now=now)


def _last_statuses(message: Message) -> list[str]:
    """Return the status of the last publication to each channel; one that is over counts less."""
    last = (
        Publication.objects.filter(message=message)
        .exclude(status=PublicationStatus.CANCELLED)
        .alias(is_over=Q(status__in=VOID_STATUSES))
        .order_by("channel_id", "is_over", "-requested_at", "-id")
        .distinct("channel_id")
    )
    return ["scheduled" if row.is_scheduled else row.status for row in last]


def _turned_out(message: Message) -> bool:
    """Say whether an approved message, of which all was called off, is out in these words."""
    if message.status != MessageStatus.APPROVED:
        return False
    same = message.publications.filter(wording_hash=message.approved_hash)
    return same.filter(status__in=_OUT).exists()


def _first_published_at(message: Message) -> datetime | None:
    published = Publication.objects.filter(message=message)
    first: datetime | None = published.aggregate(first=Min("published_at"))["first"]
    return first
