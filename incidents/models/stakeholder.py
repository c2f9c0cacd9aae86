"""Stakeholders: who is affected, who decides, who is listened to."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel


class StakeholderKind(models.TextChoices):
    """Which public they belong to."""

    CUSTOMERS = "customers", _("customers")
    EMPLOYEES = "employees", _("employees")
    MEDIA = "media", _("media")
    REGULATOR = "regulator", _("regulator")
    INVESTORS = "investors", _("investors")
    PARTNERS = "partners", _("partners")
    INFLUENCER = "influencer", _("opinion leader")
    COMMUNITY = "community", _("community")
    AUTHORITY = "authority", _("public authority")
    OTHER = "other", _("other")


class Stance(models.TextChoices):
    """How they stand towards the brand."""

    SUPPORTIVE = "supportive", _("supportive")
    NEUTRAL = "neutral", _("neutral")
    CRITICAL = "critical", _("critical")
    HOSTILE = "hostile", _("hostile")
    UNKNOWN = "unknown", _("not known")


class StakeholderQuerySet(OwnedQuerySet["Stakeholder"]):
    """Chainable filters."""


class Stakeholder(VersionedModel):
    """A person or group with a stake in the brand."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="stakeholders",
        verbose_name=_("brand"),
        help_text=_("The brand they have a stake in."),
    )
    name = models.CharField(_("name"), max_length=200, help_text=_("Name of person or group."))
    kind = models.CharField(
        _("kind"),
        max_length=12,
        choices=StakeholderKind.choices,
        default=StakeholderKind.OTHER,
        help_text=_("Which public they belong to."),
    )
    influence = models.PositiveSmallIntegerField(
        _("influence"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text=_("1 (little) to 5 (decides)."),
    )
    stance = models.CharField(
        _("stance"),
        max_length=10,
        choices=Stance.choices,
        default=Stance.UNKNOWN,
        help_text=_("How they stand towards the brand."),
    )
    languages = models.JSONField(
        _("languages"),
        default=list,
        blank=True,
        help_text=_("Languages to speak with them, ISO 639-1."),
    )
    contact = models.TextField(
        _("contact"), max_length=2_000, blank=True, help_text=_("How to reach them.")
    )
    notes = models.TextField(
        _("notes"), max_length=10_000, blank=True, help_text=_("What to know about them.")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("owner"),
        help_text=_("The member who keeps the contact."),
    )
    incidents = models.ManyToManyField(
        "incidents.Incident",
        blank=True,
        related_name="stakeholders",
        verbose_name=_("incidents"),
        help_text=_("Incidents that concern them."),
    )

    objects = StakeholderQuerySet.as_manager()

    class Meta:
        verbose_name = _("stakeholder")
        verbose_name_plural = _("stakeholders")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(influence__range=(1, 5)), name="incidents_influence_range"
            )
        ]

    def __str__(self) -> str:
        return self.name
