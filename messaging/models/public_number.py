"""Numbers the public is shown: measured by a goal, or typed in with what shows them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from messaging.models.proposed import ProposedModel


class NumberUnit(models.TextChoices):
    """What is counted."""

    COUNT = "count", _("a count")
    PERCENT = "percent", _("per cent")
    POINTS = "points", _("points")
    HOURS = "hours", _("hours")
    DAYS = "days", _("days")
    SHEKELS = "ils", _("shekels")
    DOLLARS = "usd", _("dollars")
    EUROS = "eur", _("euros")


class PublicNumberQuerySet(OwnedQuerySet["PublicNumber"]):
    """Chainable filters."""

    subject = "incident_id"

    def shown(self) -> "PublicNumberQuerySet":
        """Only what was approved and not taken down."""
        return self.filter(approved_revision__gte=1, withdrawn_at=None)


class PublicNumber(ProposedModel):
    """One number with what it means, when it was so and where it comes from."""

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
        related_name="public_numbers",
        verbose_name=_("incident"),
        help_text=_("The incident it belongs to."),
    )
    goal = models.ForeignKey(
        "incidents.Goal",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="public_numbers",
        verbose_name=_("goal"),
        help_text=_("The goal whose measurements are shown; null for a number typed in."),
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("Lower comes first.")
    )
    labels = models.JSONField(_("label"), default=dict, help_text=_("What it counts, by language."))
    sources = models.JSONField(
        _("source"),
        default=dict,
        help_text=_("Where it comes from, by language; shown beside it."),
    )
    unit = models.CharField(
        _("unit"),
        max_length=7,
        choices=NumberUnit.choices,
        default=NumberUnit.COUNT,
        help_text=_("What is counted; that of a goal follows its metric."),
    )
    value = models.DecimalField(
        _("value"),
        max_digits=18,
        decimal_places=4,
        null=True,
        help_text=_("The number that is shown; null where a goal measures it."),
    )
    as_of = models.DateTimeField(
        _("as of"),
        null=True,
        help_text=_("When it was so; null where a goal measures it."),
    )
    evidence = models.TextField(
        _("evidence"),
        max_length=2_000,
        blank=True,
        help_text=_("What shows that it is so, for the team; not shown in public."),
    )
    withdrawn_at = models.DateTimeField(
        _("withdrawn at"),
        null=True,
        editable=False,
        help_text=_("When it was taken off the page; null while it is not."),
    )
    withdrawn_reason = models.TextField(
        _("reason"), blank=True, editable=False, help_text=_("Why it was taken off the page.")
    )

    objects = PublicNumberQuerySet.as_manager()

    class Meta:
        verbose_name = _("public number")
        verbose_name_plural = _("public numbers")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(unit__in=NumberUnit.values), name="messaging_number_unit"
            ),
            models.CheckConstraint(
                condition=models.Q(approved_revision=0)
                | models.Q(goal__isnull=False)
                | models.Q(value__isnull=False, as_of__isnull=False),
                name="messaging_number_known",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "-created_at", "-id"], name="messaging_number_recent"),
            models.Index(fields=["incident", "position", "id"], name="messaging_number_order"),
        ]

    def __str__(self) -> str:
        words = self.labels or (self.proposal or {}).get("labels", {})
        return str(next(iter(words.values()), self.pk))
