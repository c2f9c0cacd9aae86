"""Notifications sent: claimed, tried, tried again later when they did not get there.

What breaks off is sent again: being told twice is better than not at all. A mail keeps its
Message-ID, so that a mail program shows it once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from crisisapi.common.mail import MailOutcome, MailSession
from crisisapi.common.sentences import sentence as _
from messaging.channels.http import CallFailed, call
from messaging.models import (
    NotificationTarget,
    OutgoingNotification,
    OutgoingStatus,
    Way,
)
from messaging.rules.chat import chat_text
from messaging.services.news_composing import Composed, Story, compose

log = structlog.get_logger(__name__)

BROKEN_OFF_AFTER = timedelta(minutes=5)
# Before each further attempt; the last pause repeats until the end.
PAUSES = [timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1)]
GIVE_UP_AFTER = timedelta(hours=24)


@dataclass(frozen=True)
class Attempt:
    """How an attempt ended: sent, or not and why, and whether trying again may help."""

    is_sent: bool
    error: str = ""
    may_retry: bool = True
    pause: timedelta | None = None
    is_gone: bool = False


SENT = Attempt(is_sent=True)


def due_notifications(*, now: datetime, limit: int) -> list[UUID]:
    """Return the ids of what is to be sent; what broke off minutes ago is among them again."""
    stuck = OutgoingNotification.objects.stuck(before=now - BROKEN_OFF_AFTER)
    stuck.update(status=OutgoingStatus.PENDING, due_at=now)
    return list(OutgoingNotification.objects.due(now=now).values_list("pk", flat=True)[:limit])


def send_notification(*, outgoing_id: UUID, clock: Callable[[], datetime]) -> None:
    """Send one that is still pending; whoever comes second does nothing."""
    now = clock()
    mine = OutgoingNotification.objects.due(now=now).filter(pk=outgoing_id)
    claim = {"status": OutgoingStatus.SENDING, "attempted_at": now, "attempts": F("attempts") + 1}
    if not mine.order_by().update(**claim):
        return
    rows = OutgoingNotification.objects.select_related("target__brand", "target__person")
    outgoing = rows.get(pk=outgoing_id)
    _record(outgoing, _attempt(outgoing), clock())


def send_text(target: NotificationTarget, subject: str, key: UUID) -> Attempt:
    """Send one sentence to a target, to see whether it gets there."""
    return _send(target, Composed(subject, ()), key)


def _attempt(outgoing: OutgoingNotification) -> Attempt:
    with translation.override(outgoing.target.spoken):
        if not outgoing.target.is_active:
            return Attempt(is_sent=False, error=_("The target is not active."), may_retry=False)
        composed = compose(outgoing)
        if composed is None:
            error = _("Nothing of it may be seen at this target any more.")
            return Attempt(is_sent=False, error=error, may_retry=False)
        return _send(outgoing.target, composed, outgoing.pk)


def _send(target: NotificationTarget, composed: Composed, key: UUID) -> Attempt:
    return _send_mail(target, composed, key) if target.way == Way.EMAIL else _post(target, composed)


def _send_mail(target: NotificationTarget, composed: Composed, key: UUID) -> Attempt:
    address = target.person.email if target.person else target.address
    if not settings.MAIL_IS_ON or not address:
        error = _("There is no mail server, or no address.")
        return Attempt(is_sent=False, error=error, may_retry=False)
    shown = {
        "composed": composed,
        "stories": [(story, link_of(story)) for story in composed.stories],
        "zone": target.zone,
        "brand": target.brand,
        "is_rtl": translation.get_language_bidi(),
    }
    mail = EmailMultiAlternatives(
        subject=composed.subject,
        body=render_to_string("messaging/mails/news.txt", shown),
        to=[address],
        headers={
            "Message-ID": f"<{key}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2].strip('> ')}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(render_to_string("messaging/mails/news.html", shown), "text/html")
    with MailSession() as session:
        outcome = session.send(mail)
    if outcome.result == "sent":
        return SENT
    return Attempt(is_sent=False, error=_why(outcome), may_retry=outcome.result != "failed")


def _why(outcome: MailOutcome) -> str:
    if outcome.smtp_code:
        return _("The mail server answered %d.") % outcome.smtp_code
    return _("The mail server could not be reached.")


def _post(target: NotificationTarget, composed: Composed) -> Attempt:
    text = chat_text(composed.subject, _paragraphs(composed))
    try:
        answer = call("POST", target.address, json={"text": text})
    except CallFailed as failed:
        return Attempt(is_sent=False, error=failed.outcome.error)
    if answer.is_ok:
        return SENT
    error = _("The chat answered %d.") % answer.status
    if answer.status == 429 or answer.status >= 500:
        seconds = answer.retry_after()
        pause = None if seconds is None else timedelta(seconds=min(seconds, 3600))
        return Attempt(is_sent=False, error=error, pause=pause)
    is_gone = answer.status in (403, 404, 410)
    return Attempt(is_sent=False, error=error, may_retry=False, is_gone=is_gone)


def _paragraphs(composed: Composed) -> list[tuple[str, str, list[str]]]:
    """Return for each incident its title, its link and its sentences."""
    return [
        (
            story.incident.title if story.incident else "",
            link_of(story),
            [line.sentence for line in story.lines],
        )
        for story in composed.stories
    ]


def link_of(story: Story) -> str:
    """Return where people look at an incident."""
    if story.incident is None:
        return settings.PUBLIC_URL
    path = reverse("admin:incidents_incident_change", args=[story.incident.pk])
    return f"{settings.PUBLIC_URL}{path}"


@transaction.atomic
def _record(outgoing: OutgoingNotification, attempt: Attempt, now: datetime) -> None:
    rows = OutgoingNotification.objects.filter(pk=outgoing.pk, status=OutgoingStatus.SENDING)
    targets = NotificationTarget.objects.filter(pk=outgoing.target_id)
    log.info("notification.attempted", notification=str(outgoing.pk), sent=attempt.is_sent)
    if attempt.is_sent:
        rows.update(status=OutgoingStatus.SENT, sent_at=now, last_error="")
        targets.exclude(failing_since=None).update(failing_since=None, last_error="")
        return
    is_over = not attempt.may_retry or now - outgoing.created_at > GIVE_UP_AFTER
    pause = attempt.pause or PAUSES[min(outgoing.attempts, len(PAUSES)) - 1]
    rows.update(
        status=OutgoingStatus.FAILED if is_over else OutgoingStatus.PENDING,
        due_at=now + pause,
        last_error=attempt.error,
    )
    targets.filter(failing_since=None).update(failing_since=now)
    targets.update(last_error=attempt.error)
    if attempt.is_gone:
        targets.update(is_active=False)
