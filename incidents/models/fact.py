"""The ledger of facts: what is known, not known, or false."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel


class FactStatus(models.TextChoices):
    """What is known of a statement."""

    UNCONFIRMED = "unconfirmed", _("unconfirmed")
    CONFIRMED = "confirmed", _("confirmed")
    FALSE = "false", _("false")


class Bearing(models.TextChoices):
    """What a fact means for what the brand is accused of."""

    SUPPORTS = "supports", _("bears it out")
    CONTRADICTS = "contradicts", _("speaks against it")
    NEITHER = "neither", _("says nothing of it")
    UNKNOWN = "unknown", _("not judged yet")


class FactQuerySet(OwnedQuerySet["Fact"]):
    """Chainable filters."""

    subject = "incident_id"

    def holding(self) -> "FactQuerySet":
        """Only facts a message may rest on: confirmed, and not superseded."""
        return self.filter(status=FactStatus.CONFIRMED, superseded_by=None)


class Fact(VersionedModel):
    """A statement about an incident, with its evidence."""

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
        related_name="facts",
        verbose_name=_("incident"),
        help_text=_("The incident it belongs to."),
    )
    statement = models.TextField(
        _("statement"), max_length=2_000, help_text=_("One sentence that can be true or false.")
    )
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=FactStatus.choices,
        default=FactStatus.UNCONFIRMED,
        editable=False,
        help_text=_("What is known of it."),
    )
    bearing = models.CharField(
        _("bearing"),
        max_length=11,
        choices=Bearing.choices,
        default=Bearing.UNKNOWN,
        help_text=_("What it means for what the brand is accused of."),
    )
    evidence = models.TextField(
        _("evidence"), max_length=5_000, blank=True, help_text=_("What shows it: links, names.")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("decided by"),
        help_text=_("Who confirmed or refuted it."),
    )
    decided_at = models.DateTimeField(
        _("decided at"), null=True, editable=False, help_text=_("When it was confirmed or refuted.")
    )
    status_reason = models.TextField(
        _("reason"), blank=True, editable=False, help_text=_("Why a decision was turned round.")
    )
    superseded_by = models.OneToOneField(
        "self",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="supersedes",
        verbose_name=_("superseded by"),
        help_text=_("The fact that says it better; null while it stands."),
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=FactStatus.values), name="incidents_fact_status"
            ),
            models.CheckConstraint(
                condition=models.Q(bearing__in=Bearing.values), name="incidents_fact_bearing"
            ),
            models.CheckConstraint(
                condition=~models.Q(superseded_by=models.F("id")), name="incidents_fact_not_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.statement[:80]

    @property
    def is_confirmed(self) -> bool:
        """Whether it is known to be true."""
        return self.status == FactStatus.CONFIRMED

    @property
    def holds(self) -> bool:
        """Whether a message may rest on it: confirmed, and not superseded."""
        return self.is_confirmed and self.superseded_by_id is None
