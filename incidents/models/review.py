"""Reviews: what is seen when an incident is looked back at."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel


class ReviewStatus(models.TextChoices):
    """Whether people still write it."""

    DRAFT = "draft", _("draft")
    COMPLETED = "completed", _("completed")


class ReviewQuerySet(OwnedQuerySet["Review"]):
    """Chainable filters."""

    subject = "incident_id"


class Review(VersionedModel):
    """A look back at an incident: what the log says, and what people make of it."""

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
        related_name="reviews",
        verbose_name=_("incident"),
        help_text=_("The incident it looks back at."),
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=ReviewStatus.choices,
        default=ReviewStatus.DRAFT,
        editable=False,
        help_text=_("Still written, or completed."),
    )
    status_reason = models.TextField(
        _("reason"), blank=True, editable=False, help_text=_("Why it was last reopened.")
    )
    record = models.JSONField(
        _("record"),
        default=dict,
        encoder=DjangoJSONEncoder,
        editable=False,
        help_text=_("What the event log says; read anew by `refresh`, never written by people."),
    )
    recorded_at = models.DateTimeField(
        _("recorded at"), editable=False, help_text=_("When the log was read.")
    )
    summary = models.TextField(
        _("summary"), max_length=20_000, blank=True, help_text=_("What happened, in short.")
    )
    went_well = models.TextField(
        _("went well"), max_length=20_000, blank=True, help_text=_("What to do so again.")
    )
    went_badly = models.TextField(
        _("went badly"), max_length=20_000, blank=True, help_text=_("What to do otherwise.")
    )
    causes = models.TextField(
        _("causes"), max_length=20_000, blank=True, help_text=_("Why it came to this.")
    )
    recommendations = models.TextField(
        _("recommendations"),
        max_length=20_000,
        blank=True,
        help_text=_("What should change; make a lesson of each."),
    )
    completed_at = models.DateTimeField(
        _("completed at"), null=True, editable=False, help_text=_("When it was completed.")
    )
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("completed by"),
        help_text=_("Who completed it."),
    )

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review of an incident")
        verbose_name_plural = _("reviews of incidents")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=ReviewStatus.values), name="incidents_review_status"
            ),
            models.CheckConstraint(
                condition=models.Q(status="completed", completed_at__isnull=False)
                | models.Q(status="draft", completed_at=None),
                name="incidents_review_completed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident.reference}: {self.get_status_display()}"

    @property
    def is_completed(self) -> bool:
        """Whether nobody may change it, unless it is reopened."""
        return self.status == ReviewStatus.COMPLETED
