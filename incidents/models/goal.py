"""Goals: a metric, a baseline, a target, a deadline; and what was measured."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import IdentifiedModel, VersionedModel
from incidents.rules.goals import Better, progress
from incidents.rules.metrics import METRICS, Metric

if TYPE_CHECKING:
    from datetime import datetime

# What people call the metrics of `incidents/rules/metrics.py`.
METRIC_CHOICES = [
    ("mentions.count", _("mentions")),
    ("mentions.per_hour", _("mentions per hour")),
    ("mentions.negative_share", _("share of negative mentions")),
    ("mentions.positive_share", _("share of positive mentions")),
    ("mentions.engagement", _("likes, comments and shares")),
    ("mentions.distance_to_baseline", _("distance from the usual talk")),
    ("mentions.hours_to_recovery", _("hours until the talk has recovered")),
    ("manual.complaints", _("complaints")),
    ("manual.calls", _("calls to the service centre")),
    ("manual.press_articles", _("articles in the press")),
    ("manual.customers_lost", _("customers lost")),
    ("manual.refunds_done", _("share of refunds done")),
    ("manual.satisfaction", _("satisfaction of customers")),
    ("manual.trust", _("trust in the brand")),
]


class GoalState(models.TextChoices):
    """How the goal stands."""

    UNMEASURED = "unmeasured", _("not measured yet")
    ON_TRACK = "on_track", _("on track")
    AT_RISK = "at_risk", _("at risk")
    ACHIEVED = "achieved", _("achieved")
    MISSED = "missed", _("missed")


class BaselineFrom(models.TextChoices):
    """Where the baseline comes from."""

    TYPED = "typed", _("typed")
    DATA = "data", _("first measurement")


class GoalQuerySet(OwnedQuerySet["Goal"]):
    """Chainable filters."""

    subject = "incident_id"

    def due(self, *, now: "datetime") -> "GoalQuerySet":
        """Goals whose next measurement has come."""
        return self.filter(next_measure_at__lte=now)


class Goal(VersionedModel):
    """Where a metric of an incident should be, and by when."""

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
        _("metric"), max_length=40, choices=METRIC_CHOICES, help_text=_("What is measured.")
    )
    baseline = models.FloatField(
        _("baseline"),
        null=True,
        blank=True,
        help_text=_(
            "Value to start from, in the unit of the metric; left out, the first measurement is."
        ),
    )
    baseline_from = models.CharField(
        _("baseline from"),
        max_length=5,
        choices=BaselineFrom.choices,
        default=BaselineFrom.TYPED,
        editable=False,
        help_text=_("Whether somebody typed the baseline or it was measured."),
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
        _("next measured at"),
        null=True,
        editable=False,
        help_text=_("When it is judged next; null when it is over."),
    )
    withdrawn_at = models.DateTimeField(
        _("withdrawn at"),
        null=True,
        editable=False,
        help_text=_("When it was given up; null while it counts."),
    )
    withdrawn_reason = models.TextField(
        _("reason"), blank=True, editable=False, help_text=_("Why it was given up.")
    )

    objects = GoalQuerySet.as_manager()

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=GoalState.values), name="incidents_goal_state"
            ),
            models.CheckConstraint(
                condition=models.Q(baseline_from="data")
                | models.Q(baseline_from="typed", baseline__isnull=False),
                name="incidents_goal_baseline",
            ),
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
    def measured(self) -> Metric:
        """Its metric as the rules know it."""
        return METRICS[self.metric]

    @property
    def is_manual(self) -> bool:
        """Whether people measure it, not the workers."""
        return self.measured.is_manual

    @property
    def better(self) -> Better:
        """Which way is better for its metric."""
        return self.measured.better

    @property
    def progress(self) -> float | None:
        """Share of the way from baseline to target, 0 to 1; None before the first measurement."""
        if self.current is None or self.baseline is None:
            return None
        return progress(baseline=self.baseline, target=self.target, current=self.current)


class GoalMeasurement(IdentifiedModel):
    """A value of a goal at a time: when it changed, and once an hour while it does not."""

    goal = models.ForeignKey(
        Goal,
        on_delete=models.PROTECT,
        related_name="measurements",
        verbose_name=_("goal"),
        help_text=_("The goal."),
    )
    value = models.FloatField(_("value"), help_text=_("What was measured, in the metric's unit."))
    measured_at = models.DateTimeField(
        _("measured at"), help_text=_("When it was so; now by default.")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("measured by"),
        help_text=_("Who wrote it down; null for the workers and for API keys."),
    )
    note = models.TextField(
        _("note"), max_length=2_000, blank=True, help_text=_("Where the number comes from.")
    )

    class Meta:
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        indexes = [
            models.Index(fields=["goal", "-measured_at", "-id"], name="incidents_measurement_last")
        ]

    def __str__(self) -> str:
        return f"{self.value:g}"
