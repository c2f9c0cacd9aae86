"""Alert rules: what of a query's talk is watched, how sensitively, and who answers for it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crisisapi.accounts.models import Department
from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel
from incidents.models.assessment import Severity
from incidents.models.incident import Kind

LEAST_ALARMS, MOST_ALARMS = 0.05, 6.0


class Watched(models.TextChoices):
    """What is looked for."""

    BURST = "burst", _("a sudden storm of talk")
    SLOW_BURN = "slow_burn", _("talk that grows for hours and days")
    NEGATIVE_SHARE = "negative_share", _("an unusual share of negative talk")
    REACH = "reach", _("unusual reach")
    AUTHOR = "author", _("a single author who reaches unusually many")
    SILENCE = "silence", _("silence where there is talk usually")
    THRESHOLD = "threshold", _("a number that people set")


class Measure(models.TextChoices):
    """What is compared with the number that people set."""

    MENTIONS = "mentions", _("mentions")
    NEGATIVE_SHARE = "negative_share", _("share of negative mentions")
    REACH = "reach", _("reach")


class AlertRuleQuerySet(OwnedQuerySet["AlertRule"]):
    """Chainable filters."""

    subject = "query__incident_id"

    def active(self) -> "AlertRuleQuerySet":
        """Only those that watch, on queries that are matched."""
        return self.filter(models.Q(query=None) | models.Q(query__is_active=True), is_active=True)


class AlertRule(VersionedModel):
    """What is watched in the talk a query finds, and what happens when it is there."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="alert_rules",
        verbose_name=_("brand"),
        help_text=_("The brand that is watched."),
    )
    query = models.ForeignKey(
        "monitoring.Query",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="alert_rules",
        verbose_name=_("query"),
        help_text=_("The query whose mentions are watched; empty: all mentions of the brand."),
    )
    name = models.CharField(
        _("name"), max_length=120, help_text=_("Name as people know it; unique in the brand.")
    )
    watched = models.CharField(
        _("looks for"), max_length=14, choices=Watched.choices, help_text=_("What is looked for.")
    )
    alarms_a_week = models.FloatField(
        _("false alarms a week"),
        default=1.0,
        validators=[MinValueValidator(LEAST_ALARMS), MaxValueValidator(MOST_ALARMS)],
        help_text=_("The sensitivity: about so many false alarms a week at most, 0.05 to 6."),
    )
    measure = models.CharField(
        _("measure"),
        max_length=14,
        choices=Measure.choices,
        blank=True,
        help_text=_("What is compared with the number; only for a number that people set."),
    )
    at_least = models.FloatField(
        _("at least"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("The number that raises an alert; a share lies between 0 and 1."),
    )
    window_minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(5), MaxValueValidator(1440)],
        help_text=_("Within how many minutes: 5 to 1440; whole five minutes are counted."),
    )
    least_mentions = models.PositiveIntegerField(
        _("least mentions"),
        null=True,
        blank=True,
        help_text=_("Of how many mentions a share has to be of, so that it says something."),
    )
    cool_down_minutes = models.PositiveSmallIntegerField(
        _("cool-down in minutes"),
        default=1440,
        validators=[MinValueValidator(5), MaxValueValidator(20_160)],
        help_text=_("How long after an alert the rule raises none: 5 minutes to two weeks."),
    )
    grouping_minutes = models.PositiveSmallIntegerField(
        _("grouping in minutes"),
        default=120,
        validators=[MaxValueValidator(1440)],
        help_text=_(
            "An alert joins one that was raised in so many minutes before and stands; 0: never."
        ),
    )
    department = models.CharField(
        _("department"),
        max_length=10,
        choices=Department.choices,
        blank=True,
        help_text=_("Who answers for its alerts; empty: the managers."),
    )
    answer_minutes = models.PositiveSmallIntegerField(
        _("minutes to answer"),
        null=True,
        blank=True,
        default=30,
        validators=[MinValueValidator(5), MaxValueValidator(1440)],
        help_text=_("An alert nobody acknowledged in so many minutes goes further; empty: never."),
    )
    escalates_to = models.CharField(
        _("goes further to"),
        max_length=10,
        choices=Department.choices,
        blank=True,
        help_text=_("Whom an alert that nobody acknowledged is told to; empty: the managers."),
    )
    opens_incident = models.BooleanField(
        _("opens an incident"),
        default=False,
        help_text=_("Whether an alert opens an incident in triage where none stands yet."),
    )
    incident_kind = models.CharField(
        _("kind of incident"),
        max_length=20,
        choices=Kind.choices,
        default=Kind.OTHER,
        help_text=_("The kind of the incident that it opens."),
    )
    incident_severity = models.PositiveSmallIntegerField(
        _("severity"),
        choices=Severity.choices,
        default=Severity.MODERATE,
        help_text=_("The severity of the incident that it opens, 1 (critical) to 4 (low)."),
    )
    playbook = models.ForeignKey(
        "incidents.Playbook",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("playbook"),
        help_text=_("Begun in the incident that it opens, beside those that call themselves."),
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Only active ones raise alerts.")
    )

    objects = AlertRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert rule")
        verbose_name_plural = _("alert rules")
        constraints = [
            models.UniqueConstraint(fields=["brand", "name"], name="monitoring_rule_once"),
            models.CheckConstraint(
                condition=models.Q(watched__in=Watched.values), name="monitoring_rule_watched"
            ),
            models.CheckConstraint(
                condition=models.Q(alarms_a_week__range=(LEAST_ALARMS, MOST_ALARMS)),
                name="monitoring_rule_alarms",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    watched="threshold",
                    measure__in=Measure.values,
                    at_least__isnull=False,
                    window_minutes__isnull=False,
                )
                | models.Q(
                    ~models.Q(watched="threshold"),
                    measure="",
                    at_least=None,
                    window_minutes=None,
                    least_mentions=None,
                ),
                name="monitoring_rule_number",
            ),
        ]
        indexes = [
            models.Index(
                fields=["brand", "query"],
                condition=models.Q(is_active=True),
                name="monitoring_rule_watching",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_judged(self) -> bool:
        """Whether it compares with the usual, so that it has a sensitivity."""
        return self.watched not in (Watched.THRESHOLD, Watched.SILENCE)

    @property
    def sensitivity(self) -> str:
        """How often it may be wrong, in plain words; empty for what is not compared."""
        if not self.is_judged:
            return ""
        if self.alarms_a_week >= 1:
            count = round(self.alarms_a_week)
            said = ngettext(
                "At most about %(count)s false alarm a week.",
                "At most about %(count)s false alarms a week.",
                count,
            )
            return said % {"count": count}
        weeks = round(1 / self.alarms_a_week)
        said = ngettext(
            "At most about one false alarm in %(weeks)s week.",
            "At most about one false alarm in %(weeks)s weeks.",
            weeks,
        )
        return said % {"weeks": weeks}
