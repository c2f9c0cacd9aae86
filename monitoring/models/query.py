"""Queries: what a brand wants to hear of, as saved searches."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel
from monitoring.rules.queries.limits import LENGTH


class QueryKind(models.TextChoices):
    """What its mentions are about."""

    BRAND = "brand", _("the brand")
    TOPIC = "topic", _("a topic")
    COMPETITOR = "competitor", _("a competitor")
    CONTROL = "control", _("control")
    INCIDENT = "incident", _("an incident")


class QueryQuerySet(OwnedQuerySet["Query"]):
    """Chainable filters."""

    subject = "incident_id"

    def active(self) -> "QueryQuerySet":
        """Only those that mentions are matched with."""
        return self.filter(is_active=True)


class Query(VersionedModel):
    """A saved boolean search; mentions are matched with it as they are read."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="queries",
        verbose_name=_("brand"),
        help_text=_("The brand whose mentions it is matched with."),
    )
    incident = models.ForeignKey(
        "incidents.Incident",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="queries",
        verbose_name=_("incident"),
        help_text=_("The incident that its mentions belong to; only for the kind incident."),
    )
    name = models.CharField(
        _("name"), max_length=120, help_text=_("Name as people know it; unique in the brand.")
    )
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=QueryKind.choices,
        default=QueryKind.TOPIC,
        help_text=_(
            "What its mentions are about; those of a control move as others do when nothing "
            "happens to the brand."
        ),
    )
    expression = models.TextField(
        _("expression"),
        max_length=LENGTH,
        help_text=_("What is looked for: words, phrases, AND, OR, NOT, fields (docs/queries.md)."),
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Only active ones are matched with mentions.")
    )

    objects = QueryQuerySet.as_manager()

    class Meta:
        verbose_name = _("query")
        verbose_name_plural = _("queries")
        constraints = [
            models.UniqueConstraint(fields=["brand", "name"], name="monitoring_query_once"),
            models.UniqueConstraint(
                fields=["incident"],
                condition=models.Q(is_active=True),
                name="monitoring_query_incident",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=QueryKind.values), name="monitoring_query_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="incident", incident__isnull=False)
                | models.Q(~models.Q(kind="incident"), incident__isnull=True),
                name="monitoring_query_of_incident",
            ),
        ]

    def __str__(self) -> str:
        return self.name
