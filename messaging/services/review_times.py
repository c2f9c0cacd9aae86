"""The clocks of reviews: reminders to those who are asked, approvals that expire."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from crisisapi.common.actors import SYSTEM
from crisisapi.common.concurrency import lock_version
from crisisapi.events.services.log import lock_chain, record_event
from messaging.models import SILENT_STATUSES, WAITING_STATUSES, Message, ReviewRound
from messaging.models.message import MessageQuerySet
from messaging.services.approvals import withdraw_approval
from messaging.services.rounds import next_reminder, people_asked
from messaging.services.schedules import call_off
from messaging.services.steps import lock_message


def due_reminders(*, now: datetime, limit: int) -> list[UUID]:
    """Return the ids of rounds whose reviewers are to be reminded."""
    due = ReviewRound.objects.filter(remind_at__lte=now).order_by("remind_at")
    return list(due.values_list("pk", flat=True)[:limit])


@transaction.atomic
def remind_reviewers(*, round_id: UUID, now: datetime) -> None:
    """Remind those whom a round asks, once a period; whoever comes second does nothing."""
    waiting = ReviewRound.objects.select_related("message").get(pk=round_id)
    lock_chain(waiting.brand_id)
    rows = ReviewRound.objects.select_related("message")
    locked = lock_version(rows, round_id, expected_version=None)
    if locked.remind_at is None or locked.remind_at > now:
        return
    locked.remind_at = next_reminder(locked, now)
    locked.save(update_fields=["remind_at"])  # a reminder is no edit: the version stays
    record_event(
        brand_id=locked.brand_id,
        incident_id=locked.message.incident_id,
        verb="review_round.reminded",
        instance=locked,
        actor=SYSTEM,
        now=now,
        data={
            "message": locked.message_id,
            "stage": locked.stage,
            "since": locked.stage_opened_at,
            "asked": people_asked(locked),
        },
    )


def expired_approvals(*, now: datetime, limit: int) -> list[UUID]:
    """Return the ids of messages whose approval was not used in time."""
    due = _expired(now).order_by("approval_expires_at")
    return list(due.values_list("pk", flat=True)[:limit])


@transaction.atomic
def expire_approval(*, message_id: UUID, now: datetime) -> None:
    """Take back an approval that was not used in time, and what is scheduled with it."""
    locked = lock_message(Message.objects.get(pk=message_id), expected_version=None)
    if not _expired(now).filter(pk=locked.pk).exists():
        return
    reason = _("The approval was not used in time. Submit the message again.")
    withdraw_approval(locked, actor=SYSTEM, now=now, cause="approval_expired", reason=reason)
    call_off(locked, reason=reason, actor=SYSTEM, now=now)


def _expired(now: datetime) -> MessageQuerySet:
    unkept = ~Q(status__in=WAITING_STATUSES) | Q(keeps_scheduled=False)
    return Message.objects.filter(unkept, approval_expires_at__lte=now, status__in=SILENT_STATUSES)
