"""Clocks: how fast an incident wants to be, and how fast it is."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from incidents.models.due import Alarm, DueModel, alarm_index
from incidents.rules.clocks import Standing, standing_of


class ClockKind(models.TextChoices):
    """What has to happen before it runs out."""

    ACKNOWLEDGE = "acknowledge", _("somebody takes the incident on")
    FIRST_APPROVAL = "first_approval", _("first message approved")
    FIRST_PUBLICATION = "first_publication", _("first message published")
    UPDATE_CADENCE = "update_cadence", _("next public update")


class ClockState(models.TextChoices):
    """How it ended, if it did."""

    RUNNING = "running", _("running")
    MET = "met", _("met")
    MET_LATE = "met_late", _("met late")
    CANCELLED = "cancelled", _("cancelled")


class ClockQuerySet(OwnedQuerySet["Clock"]):
    """Chainable filters."""

    subject = "incident_id"

    def running(self) -> "ClockQuerySet":
        """Only those not stopped."""
        return self.filter(state=ClockState.RUNNING)


class Clock(DueModel):
    """The time an incident has for something; started and stopped by what happens."""

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
        related_name="clocks",
        verbose_name=_("incident"),
        help_text=_("The incident it belongs to."),
    )
    kind = models.CharField(
        _("kind"),
        max_length=17,
        choices=ClockKind.choices,
        help_text=_("What has to happen before it runs out."),
    )
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=ClockState.choices,
        default=ClockState.RUNNING,
        editable=False,
        help_text=_("Running, or how it ended."),
    )
    started_at = models.DateTimeField(_("started at"), help_text=_("From when it counts."))
    stopped_at = models.DateTimeField(
        _("stopped at"),
        null=True,
        editable=False,
        help_text=_("When it ended; null while it runs."),
    )
    cause_id = models.UUIDField(
        _("cause"),
        null=True,
        editable=False,
        help_text=_("The message whose publication began this cycle; its next channel is no news."),
    )

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=ClockKind.values), name="incidents_clock_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ClockState.values), name="incidents_clock_state"
            ),
            models.CheckConstraint(
                condition=models.Q(alarm__in=Alarm.values), name="incidents_clock_alarm"
            ),
            models.CheckConstraint(
                condition=models.Q(due_at__isnull=False, due_at__gt=models.F("started_at")),
                name="incidents_clock_due",
            ),
            models.CheckConstraint(
                condition=models.Q(state="running", stopped_at=None)
                | (~models.Q(state="running") & models.Q(stopped_at__isnull=False)),
                name="incidents_clock_stopped",
            ),
            models.UniqueConstraint(
                fields=["incident", "kind"],
                condition=models.Q(state="running"),
                name="incidents_clock_runs_once",
            ),
        ]
        indexes = [alarm_index("clock")]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_running(self) -> bool:
        """Whether it has not been stopped."""
        return self.state == ClockState.RUNNING

    def told_with_alarm(self) -> dict[str, object]:
        """Return which clock it is."""
        return {"kind": self.kind}

    def standing(self, now: datetime) -> Standing:
        """How it stands against its time."""
        due_at: datetime = self.due_at  # type: ignore[assignment]  # a constraint says so
        return standing_of(state=self.state, due_at=due_at, stopped_at=self.stopped_at, now=now)
