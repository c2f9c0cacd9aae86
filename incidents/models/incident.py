"""The incident: one crisis from first suspicion to lessons learned."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from incidents.models.assessment import (
    ASSESSMENT_CHECKS,
    AssessedModel,
    GaugedModel,
    Severity,
)


class Status(models.TextChoices):
    """Where the incident stands."""

    TRIAGE = "triage", _("triage")
    RESPONDING = "responding", _("responding")
    MONITORING = "monitoring", _("monitoring")
    RECOVERING = "recovering", _("recovering")
    LEARNING = "learning", _("learning")
    CLOSED = "closed", _("closed")
    DECLINED = "declined", _("declined")
    MERGED = "merged", _("merged into another")


OVER = [Status.CLOSED, Status.DECLINED, Status.MERGED]


class Kind(models.TextChoices):
    """What sort of crisis it is."""

    PRODUCT_SAFETY = "product_safety", _("product safety")
    SERVICE_FAILURE = "service_failure", _("service failure")
    DATA_BREACH = "data_breach", _("data breach")
    EMPLOYEE_CONDUCT = "employee_conduct", _("conduct of employees")
    EXECUTIVE_CONDUCT = "executive_conduct", _("conduct of executives")
    DISCRIMINATION = "discrimination", _("discrimination")
    CAMPAIGN_BACKLASH = "campaign_backlash", _("backlash against a campaign")
    MISINFORMATION = "misinformation", _("misinformation")
    LEGAL = "legal", _("legal or regulatory")
    ENVIRONMENT = "environment", _("environment")
    LABOUR = "labour", _("labour dispute")
    OTHER = "other", _("other")


class Legitimacy(models.TextChoices):
    """An attack on the brand, or a real concern?"""

    ATTACK = "attack", _("attack on the brand")
    CONCERN = "concern", _("genuine concern")
    MIXED = "mixed", _("mixed")
    UNKNOWN = "unknown", _("not known yet")


class Responsibility(models.TextChoices):
    """Cluster after Coombs' situational crisis communication theory (2007)."""

    VICTIM = "victim", _("victim")
    ACCIDENTAL = "accidental", _("accidental")
    PREVENTABLE = "preventable", _("preventable")
    UNKNOWN = "unknown", _("not known yet")


class Mode(models.TextChoices):
    """Whether it is real."""

    LIVE = "live", _("live")
    DRILL = "drill", _("drill")
    RETROSPECTIVE = "retrospective", _("retrospective")


class Visibility(models.TextChoices):
    """Who of the brand sees it."""

    TEAM = "team", _("every member")
    RESTRICTED = "restricted", _("only who has a part in it")


class IncidentQuerySet(OwnedQuerySet["Incident"]):
    """Chainable filters."""

    subject = "id"

    def active(self) -> "IncidentQuerySet":
        """Neither closed nor declined nor merged."""
        return self.exclude(status__in=OVER)


class Incident(GaugedModel, AssessedModel):
    """One crisis of a brand."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="incidents",
        verbose_name=_("brand"),
        help_text=_("The brand it is about."),
    )
    reference = models.CharField(
        _("reference"),
        max_length=20,
        editable=False,
        help_text=_("Name people use, e.g. INC-2026-0001; unique in the brand."),
    )
    title = models.CharField(_("title"), max_length=200, help_text=_("One line."))
    summary = models.TextField(
        _("summary"), max_length=20_000, blank=True, help_text=_("What is known so far.")
    )
    kind = models.CharField(
        _("kind"),
        max_length=20,
        choices=Kind.choices,
        default=Kind.OTHER,
        help_text=_("What sort of crisis it is."),
    )
    cause = models.TextField(
        _("cause"), max_length=5_000, blank=True, help_text=_("What set it off, as far as known.")
    )
    legitimacy = models.CharField(
        _("legitimacy"),
        max_length=10,
        choices=Legitimacy.choices,
        default=Legitimacy.UNKNOWN,
        help_text=_("An attack on the brand, or a genuine concern."),
    )
    responsibility = models.CharField(
        _("responsibility"),
        max_length=12,
        choices=Responsibility.choices,
        default=Responsibility.UNKNOWN,
        help_text=_("How much of it the public will lay at the brand's door (Coombs 2007)."),
    )
    severity = models.PositiveSmallIntegerField(
        _("severity"),
        choices=Severity.choices,
        default=Severity.MODERATE,
        help_text=_("1 (critical) to 4 (low)."),
    )
    mode = models.CharField(
        _("mode"),
        max_length=15,
        choices=Mode.choices,
        default=Mode.LIVE,
        help_text=_("Live, drill or retrospective."),
    )
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=Status.choices,
        default=Status.TRIAGE,
        editable=False,
        help_text=_("Where it stands; changed by the actions of the lifecycle only."),
    )
    status_reason = models.TextField(
        _("reason"), blank=True, editable=False, help_text=_("Why it last changed its status.")
    )
    visibility = models.CharField(
        _("visibility"),
        max_length=10,
        choices=Visibility.choices,
        default=Visibility.TEAM,
        help_text=_("Every member of the brand, or only managers and who has a part in it."),
    )
    merged_into = models.ForeignKey(
        "self",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="merged_from",
        verbose_name=_("merged into"),
        help_text=_("The incident it goes on in; null when it stands by itself."),
    )
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="led_incidents",
        verbose_name=_("lead"),
        help_text=_("The member who leads it."),
    )
    started_at = models.DateTimeField(
        _("started at"), help_text=_("When the talk began; metrics count from here.")
    )
    opened_at = models.DateTimeField(
        _("opened at"), editable=False, help_text=_("When it was opened here.")
    )
    acknowledged_at = models.DateTimeField(
        _("acknowledged at"),
        null=True,
        editable=False,
        help_text=_("When somebody first took it on."),
    )
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("acknowledged by"),
        help_text=_("Who took it on; null for an API key or the service."),
    )
    next_update_due_at = models.DateTimeField(
        _("next update due at"),
        null=True,
        editable=False,
        help_text=_("When the public should hear from us next; null when no update is owed."),
    )
    responded_at = models.DateTimeField(
        _("responded at"), null=True, editable=False, help_text=_("When the response began.")
    )
    ended_at = models.DateTimeField(
        _("ended at"),
        null=True,
        editable=False,
        help_text=_("When it was closed, declined or merged; metrics count until here."),
    )

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        constraints = [
            models.UniqueConstraint(fields=["brand", "reference"], name="incidents_reference_once"),
            models.CheckConstraint(
                condition=models.Q(status__in=Status.values), name="incidents_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(severity__range=(1, 4)), name="incidents_severity_range"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("started_at")),
                name="incidents_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(visibility__in=Visibility.values),
                name="incidents_visibility_known",
            ),
            models.CheckConstraint(
                condition=models.Q(status="merged", merged_into__isnull=False)
                | (~models.Q(status="merged") & models.Q(merged_into=None)),
                name="incidents_merged_into_one",
            ),
            *ASSESSMENT_CHECKS,
        ]
        indexes = [models.Index(fields=["brand", "-created_at", "-id"], name="incidents_recent")]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def is_over(self) -> bool:
        """Closed, declined or merged into another."""
        return self.status in OVER

    @property
    def is_restricted(self) -> bool:
        """Whether only managers and who has a part in it see it."""
        return self.visibility == Visibility.RESTRICTED
