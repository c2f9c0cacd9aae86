"""Incidents that have to do with each other, without being one."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.circle import Circle
from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel

if TYPE_CHECKING:
    from uuid import UUID

    from crisisapi.accounts.callers import Caller
    from incidents.models.incident import Incident


class IncidentRelationQuerySet(OwnedQuerySet["IncidentRelation"]):
    """Chainable filters."""

    subject = "first_id"

    def visible_to(self, caller: "Caller") -> Self:
        """Only relations both ends of which the caller may see."""
        closed = Circle.objects.closed_to(caller).values("subject_id")
        return super().visible_to(caller).exclude(second_id__in=closed)

    def current(self) -> "IncidentRelationQuerySet":
        """Only those not taken back."""
        return self.filter(ended_at=None)


class IncidentRelation(VersionedModel):
    """Two incidents are related, and why; which of them is first means nothing."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("brand"),
    )
    first = models.ForeignKey(
        "incidents.Incident",
        on_delete=models.PROTECT,
        related_name="relations_as_first",
        verbose_name=_("incident"),
        help_text=_("One of the two; its id sorts first."),
    )
    second = models.ForeignKey(
        "incidents.Incident",
        on_delete=models.PROTECT,
        related_name="relations_as_second",
        verbose_name=_("related incident"),
        help_text=_("The other one."),
    )
    note = models.TextField(
        _("note"),
        max_length=2_000,
        blank=True,
        help_text=_("What they have to do with each other."),
    )
    ended_at = models.DateTimeField(
        _("ended at"),
        null=True,
        editable=False,
        help_text=_("When it was taken back; null while it holds."),
    )

    objects = IncidentRelationQuerySet.as_manager()

    class Meta:
        verbose_name = _("relation of incidents")
        verbose_name_plural = _("relations of incidents")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="incidents_relation_ordered"
            ),
            models.UniqueConstraint(
                fields=["first", "second"],
                condition=models.Q(ended_at=None),
                name="incidents_relation_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first.reference} – {self.second.reference}"

    def other_than(self, incident_id: "UUID") -> "Incident":
        """Return the other end."""
        return self.second if self.first_id == incident_id else self.first
