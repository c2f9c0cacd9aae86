"""Reports that workers make, kept for a while as files."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import IdentifiedModel


class ReportAudience(models.TextChoices):
    """Who may read it."""

    INTERNAL = "internal", _("the team")
    PUBLIC = "public", _("everybody")


class ReportFormat(models.TextChoices):
    """What it is written as."""

    HTML = "html", "HTML"
    PDF = "pdf", "PDF"
    XLSX = "xlsx", "XLSX"
    CSV = "csv", "CSV"


class ReportState(models.TextChoices):
    """How far it is."""

    WAITING = "waiting", _("waiting")
    MAKING = "making", _("being made")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")
    REMOVED = "removed", _("removed")


class ToldModel(models.Model):
    """For whom, in which language and as what something is reported."""

    audience = models.CharField(
        _("audience"),
        max_length=8,
        choices=ReportAudience.choices,
        default=ReportAudience.INTERNAL,
        help_text=_("For the team, or for everybody: approved words and numbers only."),
    )
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=settings.LANGUAGES,
        help_text=_("Language it is written in."),
    )
    format = models.CharField(
        _("format"),
        max_length=4,
        choices=ReportFormat.choices,
        default=ReportFormat.PDF,
        help_text=_("What it is written as."),
    )

    class Meta:
        abstract = True


class ReportQuerySet(OwnedQuerySet["Report"]):
    """Chainable filters."""

    subject = "incident_id"

    def to_make(self, *, lost_before: datetime) -> "ReportQuerySet":
        """Waiting, or claimed before that time by a worker that never came back."""
        waiting = models.Q(state=ReportState.WAITING)
        lost = models.Q(state=ReportState.MAKING, claimed_at__lt=lost_before)
        return self.filter(waiting | lost)


class Report(ToldModel, IdentifiedModel):
    """One report of an incident, as it was when it was made."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("brand"),
        help_text=_("The brand it is about."),
    )
    incident = models.ForeignKey(
        "incidents.Incident",
        on_delete=models.PROTECT,
        related_name="reports",
        verbose_name=_("incident"),
        help_text=_("The incident it tells of."),
    )
    schedule = models.ForeignKey(
        "monitoring.ReportSchedule",
        null=True,
        on_delete=models.PROTECT,
        related_name="reports",
        verbose_name=_("schedule"),
        help_text=_("What ordered it; null when somebody did."),
    )
    slot_at = models.DateTimeField(
        _("slot"), null=True, help_text=_("The time of the schedule it was made for.")
    )
    state = models.CharField(
        _("state"),
        max_length=7,
        choices=ReportState.choices,
        default=ReportState.WAITING,
        help_text=_("How far it is."),
    )
    progress = models.PositiveSmallIntegerField(
        _("progress"), default=0, help_text=_("How much of it is done, 0 to 100.")
    )
    attempts = models.PositiveSmallIntegerField(
        _("attempts"), default=0, help_text=_("How often a worker began.")
    )
    claimed_at = models.DateTimeField(
        _("claimed at"), null=True, help_text=_("When a worker last began; what it read is newer.")
    )
    finished_at = models.DateTimeField(
        _("finished at"), null=True, help_text=_("When it was ready, or had failed.")
    )
    expires_at = models.DateTimeField(
        _("expires at"), help_text=_("When its file is removed, if nothing removes it before.")
    )
    file_name = models.CharField(
        _("file name"), max_length=100, blank=True, help_text=_("What to call its file.")
    )
    media_type = models.CharField(
        _("media type"), max_length=100, blank=True, help_text=_("Type of its file.")
    )
    size = models.PositiveIntegerField(_("size"), default=0, help_text=_("Bytes of its file."))
    content = models.BinaryField(
        _("file"), null=True, help_text=_("The file; null before it is ready and once removed.")
    )
    error_code = models.CharField(
        _("error code"),
        max_length=50,
        blank=True,
        help_text=_("Why it failed or was removed, in one stable word."),
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("requested by"),
        help_text=_("Who asked for it; null for schedules."),
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "slot_at"],
                condition=models.Q(schedule__isnull=False),
                name="monitoring_report_slot",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ReportState.values), name="monitoring_report_state"
            ),
            models.CheckConstraint(
                condition=models.Q(audience__in=ReportAudience.values),
                name="monitoring_report_audience",
            ),
            models.CheckConstraint(
                condition=models.Q(format__in=ReportFormat.values), name="monitoring_report_format"
            ),
            models.CheckConstraint(
                condition=models.Q(state="ready", content__isnull=False)
                | (~models.Q(state="ready") & models.Q(content=None)),
                name="monitoring_report_file",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "-created_at", "-id"], name="monitoring_report_latest"),
            models.Index(
                fields=["created_at"],
                condition=models.Q(state__in=["waiting", "making"]),
                name="monitoring_report_open",
            ),
            models.Index(
                fields=["expires_at"],
                condition=models.Q(state="ready"),
                name="monitoring_report_kept",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.format}"
