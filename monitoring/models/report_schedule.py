"""Reports that are mailed again and again, to whom, and each mail of them."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import IdentifiedModel, VersionedModel
from crisisapi.common.secrets import EncryptedTextField
from monitoring.models.report import ReportAudience, ReportFormat, ToldModel


class Cadence(models.TextChoices):
    """How often."""

    HOURS = "hours", _("every few hours")
    DAILY = "daily", _("every day")
    WEEKLY = "weekly", _("every week")


class ReportScheduleQuerySet(OwnedQuerySet["ReportSchedule"]):
    """Chainable filters."""

    subject = "incident_id"

    def due(self, *, now: datetime) -> "ReportScheduleQuerySet":
        """Going on, and with a slot that has come."""
        return self.filter(ended_at=None, next_due_at__lte=now)


class ReportSchedule(ToldModel, VersionedModel):
    """When the report of an incident is made and mailed, until the incident is over."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("brand"),
    )
    incident = models.ForeignKey(
        "incidents.Incident",
        on_delete=models.PROTECT,
        related_name="report_schedules",
        verbose_name=_("incident"),
        help_text=_("The incident it tells of."),
    )
    cadence = models.CharField(
        _("cadence"), max_length=6, choices=Cadence.choices, help_text=_("How often.")
    )
    hours = models.PositiveSmallIntegerField(
        _("hours"),
        null=True,
        blank=True,
        help_text=_("Hours between two of them, for every few hours: 1 to 24."),
    )
    at = models.TimeField(
        _("time of day"),
        null=True,
        blank=True,
        help_text=_("By the brand's clock, for every day and every week."),
    )
    weekday = models.PositiveSmallIntegerField(
        _("day of the week"),
        null=True,
        blank=True,
        help_text=_("1 (Monday) to 7 (Sunday), for every week."),
    )
    next_due_at = models.DateTimeField(
        _("next due at"), editable=False, help_text=_("When the next one is made.")
    )
    ended_at = models.DateTimeField(
        _("ended at"),
        null=True,
        editable=False,
        help_text=_("When it ended; null while it goes on."),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("created by"),
        help_text=_("Who set it up."),
    )

    objects = ReportScheduleQuerySet.as_manager()

    class Meta:
        verbose_name = _("schedule of reports")
        verbose_name_plural = _("schedules of reports")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(cadence="hours", hours__range=(1, 24), at=None, weekday=None)
                | models.Q(cadence="daily", hours=None, at__isnull=False, weekday=None)
                | models.Q(cadence="weekly", hours=None, at__isnull=False, weekday__range=(1, 7)),
                name="monitoring_schedule_cadence",
            ),
            models.CheckConstraint(
                condition=models.Q(audience__in=ReportAudience.values),
                name="monitoring_schedule_audience",
            ),
            models.CheckConstraint(
                condition=models.Q(format__in=ReportFormat.values),
                name="monitoring_schedule_format",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_due_at"],
                condition=models.Q(ended_at=None),
                name="monitoring_schedule_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.cadence}"


class ReportRecipient(IdentifiedModel):
    """Whom a schedule writes to: a member, or an address that a manager named."""

    schedule = models.ForeignKey(
        ReportSchedule,
        on_delete=models.CASCADE,
        related_name="recipients",
        verbose_name=_("schedule"),
        help_text=_("What writes to them."),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("person"),
        help_text=_("A member of the brand; null for an address."),
    )
    address = EncryptedTextField(
        _("address"), blank=True, help_text=_("Encrypted; empty for members and once they left.")
    )
    left_at = models.DateTimeField(
        _("left at"), null=True, help_text=_("When they wanted no more of it; null before.")
    )

    class Meta:
        verbose_name = _("recipient of reports")
        verbose_name_plural = _("recipients of reports")
        constraints = [
            models.UniqueConstraint(fields=["schedule", "person"], name="monitoring_recipient_once")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ReportMailStatus(models.TextChoices):
    """How far it got."""

    PENDING = "pending", _("pending")
    ATTEMPTING = "attempting", _("being attempted")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    UNKNOWN = "unknown", _("outcome unknown")
    CANCELLED = "cancelled", _("cancelled")


class ReportMail(IdentifiedModel):
    """One report on its way to one recipient, who gets it at most once."""

    report = models.ForeignKey(
        "monitoring.Report",
        on_delete=models.CASCADE,
        related_name="mails",
        verbose_name=_("report"),
        help_text=_("What it brings."),
    )
    recipient = models.ForeignKey(
        ReportRecipient,
        on_delete=models.CASCADE,
        related_name="mails",
        verbose_name=_("recipient"),
        help_text=_("Whom it goes to."),
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=ReportMailStatus.choices,
        default=ReportMailStatus.PENDING,
        help_text=_("How far it got; what may have arrived is never sent again."),
    )
    attempts = models.PositiveSmallIntegerField(
        _("attempts"), default=0, help_text=_("How often it was attempted.")
    )
    next_attempt_at = models.DateTimeField(
        _("next attempt at"), help_text=_("When it is to be sent; not before.")
    )
    attempted_at = models.DateTimeField(
        _("attempted at"), null=True, help_text=_("When the last attempt began.")
    )
    last_error = models.CharField(
        _("last error"),
        max_length=200,
        blank=True,
        help_text=_("What the mail server said, as a code; never an address."),
    )

    class Meta:
        verbose_name = _("mail with a report")
        verbose_name_plural = _("mails with reports")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "recipient"], name="monitoring_report_mail_once"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=ReportMailStatus.values),
                name="monitoring_report_mail_status",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(status__in=["pending", "attempting"]),
                name="monitoring_report_mail_due",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
