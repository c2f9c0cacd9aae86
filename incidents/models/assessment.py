"""What people judge of an incident, and what is computed from signals beside it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.common.models import VersionedModel


class Severity(models.IntegerChoices):
    """1 is the worst."""

    CRITICAL = 1, _("1, critical")
    HIGH = 2, _("2, high")
    MODERATE = 3, _("3, moderate")
    LOW = 4, _("4, low")


class CrisisHistory(models.TextChoices):
    """Whether the brand had such crises before."""

    UNKNOWN = "unknown", _("not known yet")
    NONE = "none", _("no similar crisis")
    SIMILAR = "similar", _("similar crises before")


class PriorReputation(models.TextChoices):
    """How the brand had treated people in their eyes before."""

    UNKNOWN = "unknown", _("not known yet")
    FAVOURABLE = "favourable", _("favourable")
    NEUTRAL = "neutral", _("neutral")
    UNFAVOURABLE = "unfavourable", _("unfavourable")


class Harm(models.TextChoices):
    """Whether people are hurt, or may be."""

    NONE = "none", _("none")
    UNKNOWN = "unknown", _("not known yet")
    POSSIBLE = "possible", _("possible")
    INJURIES = "injuries", _("injuries")
    DEATHS = "deaths", _("deaths")


class LegalExposure(models.TextChoices):
    """Whether courts or authorities come into it."""

    UNKNOWN = "unknown", _("not known yet")
    NONE = "none", _("none")
    POSSIBLE = "possible", _("possible")
    PROCEEDINGS = "proceedings", _("proceedings under way")


class AssessedModel(VersionedModel):
    """The assessment by people."""

    audiences = models.JSONField(
        _("audiences"),
        default=list,
        blank=True,
        help_text=_("Which publics it concerns: kinds of stakeholders."),
    )
    expected_reaction = models.TextField(
        _("expected reaction"),
        max_length=5_000,
        blank=True,
        help_text=_("What we expect these publics to feel, say and do."),
    )
    crisis_history = models.CharField(
        _("crisis history"),
        max_length=10,
        choices=CrisisHistory.choices,
        default=CrisisHistory.UNKNOWN,
        help_text=_("Whether the brand had similar crises before."),
    )
    prior_reputation = models.CharField(
        _("prior reputation"),
        max_length=15,
        choices=PriorReputation.choices,
        default=PriorReputation.UNKNOWN,
        help_text=_("How people thought of the brand before."),
    )
    harm = models.CharField(
        _("harm"),
        max_length=10,
        choices=Harm.choices,
        default=Harm.UNKNOWN,
        help_text=_("Whether people are hurt, or may be."),
    )
    legal_exposure = models.CharField(
        _("legal exposure"),
        max_length=15,
        choices=LegalExposure.choices,
        default=LegalExposure.UNKNOWN,
        help_text=_("Whether courts or authorities come into it."),
    )

    class Meta:
        abstract = True


class GaugedModel(models.Model):
    """The severity that follows from signals: shown beside the one people set, never over it."""

    signals = models.JSONField(
        _("signals"), default=dict, editable=False, help_text=_("What was measured last.")
    )
    signals_at = models.DateTimeField(
        _("signals measured at"), null=True, editable=False, help_text=_("When that was.")
    )
    computed_severity = models.PositiveSmallIntegerField(
        _("computed severity"),
        null=True,
        choices=Severity.choices,
        editable=False,
        help_text=_("What the rules of the brand make of the signals; null while none is known."),
    )
    severity_reasons = models.JSONField(
        _("reasons of the computed severity"),
        default=list,
        editable=False,
        help_text=_("Which conditions held, and what was not known."),
    )

    class Meta:
        abstract = True

    @property
    def severity_differs(self) -> bool:
        """Whether the computed severity is another than the one people set."""
        computed = self.computed_severity
        set_by_people: int = getattr(self, "severity")  # noqa: B009 - of the subclass
        return computed is not None and computed != set_by_people


ASSESSMENT_CHECKS = [
    models.CheckConstraint(
        condition=models.Q(crisis_history__in=CrisisHistory.values),
        name="incidents_crisis_history",
    ),
    models.CheckConstraint(
        condition=models.Q(prior_reputation__in=PriorReputation.values),
        name="incidents_prior_reputation",
    ),
    models.CheckConstraint(condition=models.Q(harm__in=Harm.values), name="incidents_harm_known"),
    models.CheckConstraint(
        condition=models.Q(legal_exposure__in=LegalExposure.values),
        name="incidents_legal_exposure",
    ),
    models.CheckConstraint(
        condition=models.Q(computed_severity=None) | models.Q(computed_severity__range=(1, 4)),
        name="incidents_computed_severity",
    ),
]
