"""Holds: the crisis brake. While one stands nothing it covers leaves."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel
from incidents.models import Severity


class HoldRuleQuerySet(OwnedQuerySet["HoldRule"]):
    """Chainable filters."""


class HoldRule(VersionedModel):
    """Pulls the brake by itself when a live incident becomes severe enough."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="hold_rules",
        verbose_name=_("brand"),
        help_text=_("The brand whose channels it stops."),
    )
    name = models.CharField(
        _("name"), max_length=120, help_text=_("Name people know it by; unique in the brand.")
    )
    severity = models.PositiveSmallIntegerField(
        _("severity"),
        choices=Severity.choices,
        default=Severity.HIGH,
        validators=[MinValueValidator(1), MaxValueValidator(4)],
        help_text=_("Incidents of this severity or a worse one pull the brake; 1 is the worst."),
    )
    kinds = models.JSONField(
        _("kinds of incidents"),
        default=list,
        blank=True,
        help_text=_("Only incidents of these kinds; empty: of every kind."),
    )
    channels = models.ManyToManyField(
        "messaging.Channel",
        blank=True,
        related_name="+",
        verbose_name=_("channels"),
        help_text=_("The channels it stops; none named: all of the brand."),
    )
    allows_incident_messages = models.BooleanField(
        _("lets messages of the incident through"),
        default=True,
        help_text=_("Whether what is said about the incident itself may leave meanwhile."),
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("An inactive rule stops nothing.")
    )

    objects = HoldRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule for holds")
        verbose_name_plural = _("rules for holds")
        constraints = [
            models.UniqueConstraint(fields=["brand", "name"], name="messaging_hold_rule_once"),
            models.CheckConstraint(
                condition=models.Q(severity__in=Severity.values),
                name="messaging_hold_rule_severity",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class HoldQuerySet(OwnedQuerySet["Hold"]):
    """Chainable filters."""

    subject = "incident_id"

    def standing(self) -> "HoldQuerySet":
        """Not lifted yet."""
        return self.filter(lifted_at=None)


class Hold(VersionedModel):
    """A stop on all or some channels of a brand, until a person lifts it."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="holds",
        verbose_name=_("brand"),
        help_text=_("The brand whose channels it stops."),
    )
    incident = models.ForeignKey(
        "incidents.Incident",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="holds",
        verbose_name=_("incident"),
        help_text=_("The incident it was pulled for; null: for none."),
    )
    channels = models.ManyToManyField(
        "messaging.Channel",
        blank=True,
        related_name="+",
        verbose_name=_("channels"),
        help_text=_("The channels it stops; none named: all of the brand."),
    )
    allows_incident_messages = models.BooleanField(
        _("lets messages of the incident through"),
        default=True,
        help_text=_("Whether what is said about its own incident may leave meanwhile."),
    )
    reason = models.TextField(_("reason"), max_length=2_000, help_text=_("Why it was pulled."))
    rule = models.ForeignKey(
        HoldRule,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="holds",
        verbose_name=_("rule"),
        help_text=_("The rule that pulled it; null when a person or a key did."),
    )
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("raised by"),
        help_text=_("Who pulled it; null when a rule or a key did."),
    )
    raised_at = models.DateTimeField(
        _("raised at"), editable=False, help_text=_("Since when it stands.")
    )
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("lifted by"),
        help_text=_("Who lifted it."),
    )
    lifted_at = models.DateTimeField(
        _("lifted at"), null=True, editable=False, help_text=_("When it ended; null: it stands.")
    )
    lift_reason = models.TextField(
        _("reason of lifting"), blank=True, editable=False, help_text=_("Why it was lifted.")
    )

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="messaging_hold_reason"),
            models.CheckConstraint(
                condition=models.Q(lifted_at=None, lift_reason="")
                | (models.Q(lifted_at__isnull=False) & ~models.Q(lift_reason="")),
                name="messaging_hold_lifted",
            ),
        ]
        indexes = [
            models.Index(
                fields=["brand"],
                condition=models.Q(lifted_at=None),
                name="messaging_hold_standing",
            ),
            models.Index(fields=["brand", "-created_at", "-id"], name="messaging_hold_recent"),
        ]

    def __str__(self) -> str:
        return self.reason[:80]

    @property
    def is_standing(self) -> bool:
        """Whether it still stops what it covers."""
        return self.lifted_at is None
