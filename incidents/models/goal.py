"""Goals: a metric, a baseline, a target, a deadline."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel
from incidents.rules.goals import Better, progress
from incidents.rules.metrics import METRICS

if TYPE_CHECKING:
    from datetime import datetime


class GoalState(models.TextChoices):
    """How the goal stands."""

    UNMEASURED = "unmeasured", _("not measured yet")
    ON_TRACK = "on_track", _("on track")
    AT_RISK = "at_risk", _("at risk")
    ACHIEVED = "achieved", _("achieved")
    MISSED = "missed", _("missed")


class GoalQuerySet(OwnedQuerySet["Goal"]):
    """Chainable filters."""

    subject = "incident_id"

    def due(self, *, now: "datetime") -> "GoalQuerySet":
        """Goals whose next measurement has come."""
        return self.filter(next_measure_at__lte=now)


class Goal(VersionedModel):
    """Where a metric of an incident should be, and by when; the workers measure it."""

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
        related_name="goals",
        verbose_name=_("incident"),
        help_text=_("The incident it belongs to."),
    )
    title = models.CharField(_("title"), max_length=200, help_text=_("One line."))
    metric = models.CharField(
        _("metric"),
        max_length=40,
        choices=[(name, metric.label) for name, metric in METRICS.items()],
        help_text=_("What is measured."),
    )
    baseline = models.FloatField(
        _("baseline"), help_text=_("Value to start from, in the unit of the metric.")
    )
    target = models.FloatField(
        _("target"), help_text=_("Value to reach, in the unit of the metric.")
    )
    deadline = models.DateTimeField(_("deadline"), help_text=_("When it should be reached."))
    current = models.FloatField(
        _("current value"), null=True, editable=False, help_text=_("Last measured value.")
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=GoalState.choices,
        default=GoalState.UNMEASURED,
        editable=False,
        help_text=_("How it stands; set by the measurement."),
    )
    measured_at = models.DateTimeField(
        _("measured at"), null=True, editable=False, help_text=_("When it was last measured.")
    )
    next_measure_at = models.DateTimeField(
        null=True, editable=False, help_text=_("When it is measured next; null when it is over.")
    )

    objects = GoalQuerySet.as_manager()

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=GoalState.values), name="incidents_goal_state"
            )
        ]
        indexes = [
            models.Index(
                fields=["next_measure_at"],
                condition=models.Q(next_measure_at__isnull=False),
                name="incidents_goal_due",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def better(self) -> Better:
        """Which way is better for its metric."""
        return METRICS[self.metric].better

    @property
    def progress(self) -> float | None:
        """Share of the way from baseline to target, 0 to 1; None before the first measurement."""
        if self.current is None:
            return None
        return progress(baseline=self.baseline, target=self.target, current=self.current)
