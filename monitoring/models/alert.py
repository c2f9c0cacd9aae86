"""Alerts: unusual talk that was noticed, what caused it, and what people made of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.directions import kept_apart
from incidents.models.due import DueModel, alarm_index
from monitoring.models.alert_rule import Watched
from monitoring.models.belonging import OfQuery
from monitoring.rules.windows import FIVE_MINUTES, HOUR


class AlertStatus(models.TextChoices):
    """Where it stands with people."""

    OPEN = "open", _("open")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    RESOLVED = "resolved", _("resolved")
    DISMISSED = "dismissed", _("dismissed")


STANDING = (AlertStatus.OPEN, AlertStatus.ACKNOWLEDGED)


class Verdict(models.TextChoices):
    """Whether there was something to see."""

    TRUE_ALARM = "true_alarm", _("true alarm")
    FALSE_ALARM = "false_alarm", _("false alarm")


class Unit(models.TextChoices):
    """What the numbers of an alert count."""

    MENTIONS_AN_HOUR = "mentions_an_hour", _("mentions an hour")
    REACH_AN_HOUR = "reach_an_hour", _("people reached an hour")
    SHARE = "share", _("share of negative mentions, 0 to 1")
    HOURS = "hours", _("hours of silence")
    MENTIONS = "mentions", _("mentions")
    REACH = "reach", _("people reached")
    REACH_OF_AUTHOR = "reach_of_author", _("people reached by one account in a day")

    @property
    def scale(self) -> float:
        """What a number of five minutes is told as: rates are told by the hour."""
        return HOUR / FIVE_MINUTES if self in (self.MENTIONS_AN_HOUR, self.REACH_AN_HOUR) else 1.0


class AlertQuerySet(OwnedQuerySet["Alert"]):
    """Chainable filters."""

    subject = "incident_id"

    def standing(self) -> "AlertQuerySet":
        """Neither resolved nor dismissed."""
        return self.filter(status__in=STANDING)

    def going_on(self) -> "AlertQuerySet":
        """Of talk that is not back to normal yet."""
        return self.filter(ended_at=None)


class Alert(DueModel):
    """One time that a rule found what it looks for; due while nobody has acknowledged it."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("brand"),
        help_text=_("The brand that is talked of."),
    )
    rule = models.ForeignKey(
        "monitoring.AlertRule",
        on_delete=models.PROTECT,
        editable=False,
        related_name="alerts",
        verbose_name=_("alert rule"),
        help_text=_("The rule that raised it."),
    )
    query = models.ForeignKey(
        "monitoring.Query",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("query"),
        help_text=_("The query whose mentions they are; null: all of the brand's."),
    )
    incident = models.ForeignKey(
        "incidents.Incident",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="alerts",
        verbose_name=_("incident"),
        help_text=_("The incident that it belongs to, or that it opened."),
    )
    first = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="others",
        verbose_name=_("first alert"),
        help_text=_("The alert that it joined; null for the first of its group."),
    )
    watched = models.CharField(
        _("looks for"),
        max_length=14,
        choices=Watched.choices,
        editable=False,
        help_text=_("What was looked for."),
    )
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=AlertStatus.choices,
        default=AlertStatus.OPEN,
        editable=False,
        help_text=_("Where it stands."),
    )
    started_at = models.DateTimeField(
        _("started at"),
        editable=False,
        help_text=_("Start of the five minutes in which it showed."),
    )
    ended_at = models.DateTimeField(
        _("ended at"),
        null=True,
        editable=False,
        help_text=_("When the talk was back to normal; null while it is not."),
    )
    unit = models.CharField(
        _("unit"),
        max_length=16,
        choices=Unit.choices,
        editable=False,
        help_text=_("What its numbers count."),
    )
    observed = models.FloatField(_("observed"), editable=False, help_text=_("What was seen."))
    usual = models.FloatField(
        _("usual"),
        null=True,
        editable=False,
        help_text=_("What half of the usual days stay below; null where nobody can tell."),
    )
    limit = models.FloatField(
        _("limit"), null=True, editable=False, help_text=_("What raises an alert.")
    )
    unusual = models.FloatField(
        _("unusual"),
        null=True,
        editable=False,
        help_text=_("Share of usual days that stay below what was seen, 0 to 1."),
    )
    highest = models.FloatField(
        _("highest"),
        null=True,
        editable=False,
        help_text=_("The most that was seen; known once it is over."),
    )
    most_unusual = models.FloatField(
        _("most unusual"),
        null=True,
        editable=False,
        help_text=_("Share of usual days that stay below what it became; known once it is over."),
    )
    terms = models.JSONField(
        _("terms"),
        default=list,
        editable=False,
        help_text=_("Words that the talk has more of than usual, the strongest first."),
    )
    platforms = models.JSONField(
        _("platforms"),
        default=list,
        editable=False,
        help_text=_("Where the talk grew, the most first."),
    )
    author_keys = models.JSONField(
        default=list, editable=False, help_text="Numbers of the authors who drive it."
    )
    example_ids = models.JSONField(
        default=list, editable=False, help_text="Ids of mentions that show what it is about."
    )
    acknowledged_at = models.DateTimeField(
        _("acknowledged at"), null=True, editable=False, help_text=_("When somebody took it on.")
    )
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("acknowledged by"),
        help_text=_("Who took it on."),
    )
    settled_at = models.DateTimeField(
        _("settled at"),
        null=True,
        editable=False,
        help_text=_("When it was resolved or dismissed; null before."),
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("settled by"),
        help_text=_("Who resolved or dismissed it."),
    )
    reason = models.TextField(
        _("reason"),
        max_length=2_000,
        blank=True,
        editable=False,
        help_text=_("Why it was settled so."),
    )
    verdict = models.CharField(
        _("verdict"),
        max_length=11,
        choices=Verdict.choices,
        blank=True,
        editable=False,
        help_text=_("Whether there was something to see; empty while nobody said."),
    )
    verdict_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("verdict by"),
        help_text=_("Who said so."),
    )

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints = [
            models.UniqueConstraint(fields=["rule", "started_at"], name="monitoring_alert_once"),
            models.CheckConstraint(
                condition=models.Q(watched__in=Watched.values), name="monitoring_alert_watched"
            ),
            models.CheckConstraint(
                condition=models.Q(unit__in=Unit.values), name="monitoring_alert_unit"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=AlertStatus.values), name="monitoring_alert_status"
            ),
            models.CheckConstraint(
                condition=models.Q(verdict__in=["", *Verdict.values]),
                name="monitoring_alert_verdict",
            ),
        ]
        indexes = [
            alarm_index("alert"),
            models.Index(fields=["brand", "-created_at", "-id"], name="monitoring_alert_recent"),
            models.Index(fields=["rule", "-started_at"], name="monitoring_alert_of_rule"),
            models.Index(
                fields=["brand"],
                condition=models.Q(ended_at=None),
                name="monitoring_alert_going_on",
            ),
        ]

    def __str__(self) -> str:
        name = kept_apart(self.rule.name, is_rtl=get_language_bidi())
        return f"{name}, {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def is_standing(self) -> bool:
        """Whether it is neither resolved nor dismissed."""
        return self.status in STANDING

    def told_with_alarm(self) -> dict[str, object]:
        """Return what the events of its alarms tell beside the due time."""
        name = self.rule.name
        return {"name": name, "said": {"name": name}, "escalates_to": self.rule.escalates_to}


class Touch(OfQuery):
    """Five minutes of talk that changed, and that nobody has judged since."""

    started_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.query_id or self.brand_id} {self.started_at:%Y-%m-%d %H:%M}"
