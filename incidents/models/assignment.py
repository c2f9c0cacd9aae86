"""Who has which part in an incident, and since when."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel


class IncidentRole(models.TextChoices):
    """What somebody does in an incident."""

    LEAD = "lead", _("lead")
    COMMUNICATIONS_LEAD = "communications_lead", _("communications lead")
    SPOKESPERSON = "spokesperson", _("spokesperson")
    LEGAL = "legal", _("legal adviser")
    SCRIBE = "scribe", _("scribe")
    MONITOR = "monitor", _("monitor of the talk")
    LIAISON = "liaison", _("liaison to stakeholders")
    EXPERT = "expert", _("expert")
    OBSERVER = "observer", _("observer")


# Held by one person at a time: giving it to another is a hand-over.
SINGLE_ROLES = [
    IncidentRole.LEAD,
    IncidentRole.COMMUNICATIONS_LEAD,
    IncidentRole.SPOKESPERSON,
    IncidentRole.SCRIBE,
]


class AssignmentQuerySet(OwnedQuerySet["Assignment"]):
    """Chainable filters."""

    subject = "incident_id"

    def current(self) -> "AssignmentQuerySet":
        """Only those not ended."""
        return self.filter(ended_at=None)


class Assignment(VersionedModel):
    """A role of a person in an incident, from a time until another."""

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
        related_name="assignments",
        verbose_name=_("incident"),
        help_text=_("The incident it belongs to."),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="assignments",
        verbose_name=_("person"),
        help_text=_("The member who has the role."),
    )
    role = models.CharField(
        _("role"),
        max_length=20,
        choices=IncidentRole.choices,
        help_text=_("What they do in the incident."),
    )
    note = models.TextField(
        _("note"),
        max_length=10_000,
        blank=True,
        help_text=_("What the one before handed over: where things stand, what is next."),
    )
    taken_over_from = models.OneToOneField(
        "self",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="handed_over_to",
        verbose_name=_("taken over from"),
        help_text=_("The assignment it followed in a hand-over."),
    )
    ended_at = models.DateTimeField(
        _("ended at"), null=True, editable=False, help_text=_("When it ended; null while it lasts.")
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=IncidentRole.values), name="incidents_assignment_role"
            ),
            models.UniqueConstraint(
                fields=["incident", "role"],
                condition=models.Q(ended_at=None, role__in=SINGLE_ROLES),
                name="incidents_one_holder_of_a_role",
            ),
            models.UniqueConstraint(
                fields=["incident", "role", "person"],
                condition=models.Q(ended_at=None),
                name="incidents_assignment_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}"
