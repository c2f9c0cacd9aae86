"""Stakeholders: who is affected, who decides, who is listened to."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import IdentifiedModel, VersionedModel
from incidents.rules.stakeholders import HIGH, strategy_of


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


class ContactKind(models.TextChoices):
    """A way to reach somebody."""

    EMAIL = "email", _("e-mail address")
    PHONE = "phone", _("telephone number")
    HANDLE = "handle", _("name on a platform")
    ADDRESS = "address", _("postal address")
    OTHER = "other", _("other")


class Strategy(models.TextChoices):
    """How to treat them, after the power/interest grid of Mendelow (1991)."""

    MANAGE_CLOSELY = "manage_closely", _("manage closely")
    KEEP_SATISFIED = "keep_satisfied", _("keep satisfied")
    KEEP_INFORMED = "keep_informed", _("keep informed")
    MONITOR = "monitor", _("watch")


class StakeholderQuerySet(OwnedQuerySet["Stakeholder"]):
    """Chainable filters."""

    def treated(self, strategy: str) -> "StakeholderQuerySet":
        """Only those to be treated so."""
        influence, interest = (
            models.Q(**{f"{name}__gte": HIGH}) for name in ("influence", "interest")
        )
        return self.filter(
            {
                Strategy.MANAGE_CLOSELY: influence & interest,
                Strategy.KEEP_SATISFIED: influence & ~interest,
                Strategy.KEEP_INFORMED: ~influence & interest,
                Strategy.MONITOR: ~influence & ~interest,
            }[Strategy(strategy)]
        )


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
    interest = models.PositiveSmallIntegerField(
        _("interest"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text=_("1 (hardly cares) to 5 (cares for nothing more)."),
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
    contacts = models.JSONField(
        _("contacts"),
        default=list,
        blank=True,
        help_text=_("How to reach them: a list of objects with kind, value and label."),
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

    objects = StakeholderQuerySet.as_manager()

    class Meta:
        verbose_name = _("stakeholder")
        verbose_name_plural = _("stakeholders")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(influence__range=(1, 5)), name="incidents_influence_range"
            ),
            models.CheckConstraint(
                condition=models.Q(interest__range=(1, 5)), name="incidents_interest_range"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def strategy(self) -> str:
        """How to treat them."""
        return strategy_of(influence=self.influence, interest=self.interest)

    def get_strategy_display(self) -> str:
        """Name the strategy as people read it."""
        return str(Strategy(self.strategy).label)


class StanceChangeQuerySet(OwnedQuerySet["StanceChange"]):
    """Chainable filters."""

    subject = "incident_id"


class StanceChange(IdentifiedModel):
    """A stakeholder came to stand otherwise towards the brand."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("brand"),
    )
    stakeholder = models.ForeignKey(
        Stakeholder,
        on_delete=models.PROTECT,
        related_name="stances",
        verbose_name=_("stakeholder"),
        help_text=_("Whose stance it is."),
    )
    incident = models.ForeignKey(
        "incidents.Incident",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("incident"),
        help_text=_("The incident it had to do with; null for none."),
    )
    before = models.CharField(
        _("before"), max_length=10, choices=Stance.choices, help_text=_("How they stood before.")
    )
    after = models.CharField(
        _("after"), max_length=10, choices=Stance.choices, help_text=_("How they stand since.")
    )
    note = models.TextField(
        _("note"), max_length=2_000, blank=True, help_text=_("What shows it, and why.")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("noted by"),
        help_text=_("Who noted it; null when an API key did."),
    )

    objects = StanceChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of stance")
        verbose_name_plural = _("changes of stance")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(before__in=Stance.values, after__in=Stance.values)
                & ~models.Q(before=models.F("after")),
                name="incidents_stance_change",
            )
        ]
        indexes = [
            models.Index(fields=["stakeholder", "-created_at", "-id"], name="incidents_stances")
        ]

    def __str__(self) -> str:
        return f"{self.get_before_display()} → {self.get_after_display()}"
