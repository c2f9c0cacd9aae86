"""Reports made by workers: ordered, made, kept for a while, removed."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.errors import DomainError
from crisisapi.events.services.log import lock_chain, record_event
from incidents.models import Incident
from monitoring.models import Erasure, Report, ReportAudience, ReportSchedule, ReportState
from monitoring.models.report import ReportQuerySet
from monitoring.services.report_building import NotTold, story_of
from monitoring.services.report_mails import make_mails_ready
from monitoring.services.report_writing import WrittenReport, write_report

log = structlog.get_logger(__name__)

# A worker that says nothing for so long has died: another one begins anew.
LOST_AFTER = timedelta(minutes=3)
ATTEMPTS = 3
OPEN_LIMIT = 20
MOST_BYTES = 20 * 1024 * 1024


class TooManyReports(DomainError):
    """Each is made one after the other."""

    code = "too_many_reports"
    detail = _("Enough reports of this brand wait to be made. Wait until some are ready.")


class ReportNotReady(DomainError):
    """There is no file yet."""

    code = "report_not_ready"
    detail = _("This report is not ready yet. Look at its state, then ask again.")


class ReportGone(DomainError):
    """There is no file any more, or there never was one."""

    code = "report_gone"
    detail = _("The file of this report is gone. Order the report again.")


@transaction.atomic
def order_report(
    *,
    incident: Incident,
    language: str,
    actor: Actor,
    now: datetime,
    audience: str = ReportAudience.INTERNAL,
    format: str = "pdf",  # noqa: A002 - what clients call it
) -> Report:
    """Have a report made; refuses one for a public that is told nothing, and the 21st that waits.

    It tells what is known when it is made, not what was known when it was ordered.
    """
    lock_chain(incident.brand_id)
    story_of(incident, audience=audience, now=now)
    waiting = Report.objects.filter(state__in=[ReportState.WAITING, ReportState.MAKING])
    if waiting.filter(brand_id=incident.brand_id).count() >= OPEN_LIMIT:
        raise TooManyReports
    report = Report.objects.create(
        brand_id=incident.brand_id,
        incident=incident,
        audience=audience,
        language=language,
        format=format,
        requested_by_id=actor.person_id,
        created_at=now,
        expires_at=expiry(now),
    )
    _record(report, "report.ordered", actor, now)
    return report


def order_of_schedule(schedule: ReportSchedule, *, now: datetime) -> Report:
    """Order the report of a slot, in the transaction that moves the schedule on."""
    report = Report.objects.create(
        brand_id=schedule.brand_id,
        incident_id=schedule.incident_id,
        schedule=schedule,
        slot_at=schedule.next_due_at,
        audience=schedule.audience,
        language=schedule.language,
        format=schedule.format,
        created_at=now,
        expires_at=expiry(now),
    )
    _record(report, "report.ordered", SYSTEM, now)
    return report


def expiry(now: datetime) -> datetime:
    """Return until when a report that is ordered now is kept."""
    return now + timedelta(days=settings.REPORTS_KEPT_DAYS)


def make_next(*, now: datetime) -> bool:
    """Make the report that waits longest; False when none waits."""
    due = Report.objects.to_make(lost_before=now - LOST_AFTER).order_by("created_at", "id")
    return any(_make(pk, now) for pk in due.values_list("pk", flat=True)[:20])


def _make(pk: UUID, now: datetime) -> bool:
    """Make a report unless somebody else does."""
    mine = Report.objects.to_make(lost_before=now - LOST_AFTER).filter(pk=pk)
    claim = {"state": ReportState.MAKING, "claimed_at": now, "progress": 10}
    if not mine.update(**claim, attempts=F("attempts") + 1):
        return False
    report = Report.objects.select_related("incident__brand").get(pk=pk)
    if report.attempts > ATTEMPTS:
        _fail(report, "gave_up", now)
        return True
    forgotten = _forgotten(report)
    try:
        written = _written(report, now)
    except NotTold:
        _fail(report, "not_told", now)
        return True
    Report.objects.filter(pk=pk, claimed_at=now).update(progress=90)
    _keep(report, written, forgotten, now)
    return True


def _forgotten(report: Report) -> int:
    """Count the people who were forgotten so far: one more, and what was read may name them."""
    done = Erasure.objects.filter(brand_id=report.brand_id, finished_at__isnull=False)
    return done.count()


def _written(report: Report, now: datetime) -> WrittenReport:
    return write_report(
        report.incident,
        audience=report.audience,
        language=report.language,
        format_name=report.format,
        now=now,
    )


@transaction.atomic
def _keep(report: Report, written: WrittenReport, forgotten: int, now: datetime) -> None:
    """Keep a file unless somebody was forgotten while it was made; then it waits again.

    The chain comes first: whoever forgets holds it until that is committed.
    """
    lock_chain(report.brand_id)
    mine = Report.objects.filter(pk=report.pk, state=ReportState.MAKING, claimed_at=now)
    if len(written.content) > MOST_BYTES:
        _fail(report, "too_large", now)
    elif _forgotten(report) > forgotten:
        mine.update(state=ReportState.WAITING, progress=0, attempts=0)
    elif mine.update(
        state=ReportState.READY,
        progress=100,
        content=written.content,
        size=len(written.content),
        file_name=written.file_name,
        media_type=written.media_type,
        finished_at=now,
    ):
        make_mails_ready(report, now=now)
        _record(report, "report.made", SYSTEM, now, bytes=len(written.content))


@transaction.atomic
def _fail(report: Report, code: str, now: datetime) -> None:
    lock_chain(report.brand_id)
    mine = Report.objects.filter(pk=report.pk, state=ReportState.MAKING, claimed_at=now)
    if mine.update(state=ReportState.FAILED, error_code=code, finished_at=now):
        log.warning("report.failed", report=str(report.pk), reason=code)
        _record(report, "report.failed", SYSTEM, now, reason=code)


def file_of(report: Report) -> WrittenReport:
    """Return the file; raises `ReportNotReady` before there is one, `ReportGone` after."""
    if report.state in (ReportState.WAITING, ReportState.MAKING):
        raise ReportNotReady
    if report.content is None:
        raise ReportGone
    return WrittenReport(bytes(report.content), report.media_type, report.file_name)


def drop_reports(*, brand_id: UUID) -> int:
    """Remove every file of a brand, because somebody was forgotten who may be in it.

    Runs in the transaction that ends an erasure, with the chain locked.
    """
    return _remove(Report.objects.filter(brand_id=brand_id), "erased")


def expire_reports(*, now: datetime) -> int:
    """Remove the files whose time is over; return how many."""
    return _remove(Report.objects.filter(expires_at__lte=now), "expired")


def move_reports(*, from_incident: UUID, into: UUID | str) -> None:
    """Let reports of a merged incident, and those scheduled for it, go on with the other."""
    Report.objects.filter(incident_id=from_incident).update(incident_id=into)
    ReportSchedule.objects.filter(incident_id=from_incident).update(incident_id=into)


def _remove(reports: ReportQuerySet, code: str) -> int:
    ready = reports.filter(state=ReportState.READY)
    return ready.update(state=ReportState.REMOVED, content=None, size=0, error_code=code)


def _record(report: Report, verb: str, actor: Actor, now: datetime, **more: object) -> None:
    record_event(
        brand_id=report.brand_id,
        incident_id=report.incident_id,
        verb=verb,
        instance=report,
        actor=actor,
        now=now,
        data={
            "audience": report.audience,
            "language": report.language,
            "format": report.format,
            "schedule": str(report.schedule_id) if report.schedule_id else None,
            **more,
        },
    )
