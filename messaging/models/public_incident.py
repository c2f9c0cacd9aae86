"""Incidents made public: what everybody is told of them, apart from what the team writes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from incidents.models.incident import Mode, Visibility
from messaging.models.proposed import ProposedModel


class PublicIncidentStatus(models.TextChoices):
    """Where it stands, as the public is told."""

    INVESTIGATING = "investigating", _("we are looking into it")
    ACTING = "acting", _("we are acting")
    MONITORING = "monitoring", _("we are watching how it goes")
    RESOLVED = "resolved", _("resolved")


class PublicIncidentQuerySet(OwnedQuerySet["PublicIncident"]):
    """Chainable filters."""

    subject = "incident_id"

    def shown(self) -> "PublicIncidentQuerySet":
        """Only what everybody may read; never a drill, never what is restricted."""
        return (
            self.filter(made_public_at__isnull=False, withdrawn_at=None, merged_into=None)
            .filter(incident__visibility=Visibility.TEAM)
            .exclude(incident__mode=Mode.DRILL)
        )


class PublicIncident(ProposedModel):
    """What everybody is told of an incident: a title and a summary written for them."""

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
        related_name="public_incidents",
        verbose_name=_("incident"),
        help_text=_("The incident it tells of."),
    )
    titles = models.JSONField(
        _("title"),
        default=dict,
        help_text=_("The title that is shown, by language; empty before the first approval."),
    )
    summaries = models.JSONField(
        _("summary"),
        default=dict,
        help_text=_("The summary that is shown, by language; empty before the first approval."),
    )
    status = models.CharField(
        _("status"),
        max_length=13,
        choices=PublicIncidentStatus.choices,
        default=PublicIncidentStatus.INVESTIGATING,
        editable=False,
        help_text=_("Where it stands, as the public is told."),
    )
    status_at = models.DateTimeField(
        _("status since"), editable=False, help_text=_("When it came to its status.")
    )
    made_public_at = models.DateTimeField(
        _("made public at"),
        null=True,
        editable=False,
        help_text=_("When everybody could first read it; null before."),
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
    merged_into = models.ForeignKey(
        "self",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="merged_from",
        verbose_name=_("merged into"),
        help_text=_("Where its readers are led since both incidents are one; null otherwise."),
    )

    objects = PublicIncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("public incident")
        verbose_name_plural = _("public incidents")
        constraints = [
            models.UniqueConstraint(
                fields=["incident"],
                condition=models.Q(merged_into=None),
                name="messaging_public_incident_once",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=PublicIncidentStatus.values),
                name="messaging_public_status",
            ),
            models.CheckConstraint(
                condition=models.Q(made_public_at=None)
                | models.Q(
                    approved_revision__gte=1, approved_by__isnull=False, approved_at__isnull=False
                ),
                name="messaging_public_approved",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "-created_at", "-id"], name="messaging_public_recent")
        ]

    def __str__(self) -> str:
        words = self.titles or (self.proposal or {}).get("titles", {})
        return str(next(iter(words.values()), self.pk))

    @property
    def is_public(self) -> bool:
        """Whether it is meant to be read by everybody."""
        return (
            self.made_public_at is not None
            and self.withdrawn_at is None
            and self.merged_into_id is None
        )
