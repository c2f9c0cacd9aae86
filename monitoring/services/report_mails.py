"""Mails with reports: one for each recipient, claimed, sent once, recorded."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db.models import F

from crisisapi.accounts.selectors.circles import readers_among
from crisisapi.common.ids import uuid7
from crisisapi.common.mail import MailOutcome, MailSession
from monitoring.models import (
    Report,
    ReportAudience,
    ReportMail,
    ReportMailStatus,
    ReportRecipient,
    ReportState,
)
from monitoring.services.report_letters import letter_of

log = structlog.get_logger(__name__)

GIVE_UP_AFTER = timedelta(minutes=10)
# Waits between attempts; after the last one the mail has failed.
WAITS = tuple(timedelta(seconds=seconds) for seconds in (60, 300, 1_200, 3_600))


def make_mails_ready(report: Report, *, now: datetime) -> int:
    """Write a mail to each recipient of the schedule, in the transaction that keeps the file."""
    if report.schedule_id is None:
        return 0
    staying = ReportRecipient.objects.filter(schedule_id=report.schedule_id, left_at=None)
    mails = [
        ReportMail(id=uuid7(), report=report, recipient_id=pk, next_attempt_at=now, created_at=now)
        for pk in staying.order_by("pk").values_list("pk", flat=True)
    ]
    ReportMail.objects.bulk_create(mails, ignore_conflicts=True)
    return len(mails)


def due_report_mails(*, now: datetime, limit: int) -> list[UUID]:
    """Return the ids of mails to send."""
    due = ReportMail.objects.filter(status=ReportMailStatus.PENDING, next_attempt_at__lte=now)
    return list(due.order_by("next_attempt_at", "id").values_list("pk", flat=True)[:limit])


def send_report_mail(*, mail_id: UUID, session: MailSession, clock: Callable[[], datetime]) -> None:
    """Send a mail that is still pending; whoever comes second does nothing.

    A crash in between leaves it `attempting`, and the sweep makes that `unknown`: a report may
    fail to arrive once, it never arrives twice.
    """
    mail = _claim(mail_id, clock())
    if mail is not None:
        _settle(mail, session.send(letter_of(mail)), clock())


def give_up_report_mails(*, now: datetime) -> int:
    """Set mails whose attempt broke off to `unknown`; return how many."""
    stuck = ReportMail.objects.filter(
        status=ReportMailStatus.ATTEMPTING, attempted_at__lt=now - GIVE_UP_AFTER
    )
    return stuck.update(status=ReportMailStatus.UNKNOWN, last_error="broken_off")


def _claim(mail_id: UUID, now: datetime) -> ReportMail | None:
    """Claim a pending mail; one to who left, or may not read it any more, is cancelled."""
    mine = ReportMail.objects.filter(pk=mail_id, status=ReportMailStatus.PENDING)
    attempting = ReportMailStatus.ATTEMPTING
    if not mine.update(status=attempting, attempts=F("attempts") + 1, attempted_at=now):
        return None
    related = ("recipient__person", "report__incident__brand")
    mail = ReportMail.objects.select_related(*related).get(pk=mail_id)
    if _may_have(mail):
        return mail
    ReportMail.objects.filter(pk=mail_id).update(status=ReportMailStatus.CANCELLED)
    return None


def _may_have(mail: ReportMail) -> bool:
    report, recipient = mail.report, mail.recipient
    if report.state != ReportState.READY or recipient.left_at is not None:
        return False
    if recipient.person_id is None:
        # Whom a manager named outside of the brand is in no circle.
        is_open = report.audience == ReportAudience.PUBLIC or not report.incident.is_restricted
        return is_open and bool(recipient.address)
    readers = readers_among(
        [recipient.person_id], brand_id=report.brand_id, subject_id=report.incident_id
    )
    return bool(readers) and bool(recipient.person and recipient.person.email)


def _settle(mail: ReportMail, outcome: MailOutcome, now: datetime) -> None:
    log.info("report_mail.attempted", mail=str(mail.pk), outcome=outcome.result)
    fields: dict[str, object] = {"status": outcome.result, "last_error": outcome.code}
    if outcome.result == "retry":
        fields["status"] = ReportMailStatus.FAILED
        if mail.attempts <= len(WAITS):
            next_attempt_at = now + WAITS[mail.attempts - 1]
            fields |= {"status": ReportMailStatus.PENDING, "next_attempt_at": next_attempt_at}
    ReportMail.objects.filter(pk=mail.pk, status=ReportMailStatus.ATTEMPTING).update(**fields)
