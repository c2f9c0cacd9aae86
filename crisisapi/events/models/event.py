"""One event of a brand's chain, and the head of the chain."""

from collections.abc import Iterable
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.ids import uuid7


class EventQuerySet(OwnedQuerySet["Event"]):
    """Chainable filters."""

    subject = "incident_id"

    def of_incident(self, incident_id: UUID) -> "EventQuerySet":
        """Only events that belong to one incident."""
        return self.of_incidents([incident_id])

    def of_incidents(self, incident_ids: "Iterable[UUID]") -> "EventQuerySet":
        """Only events that belong to one of these incidents."""
        return self.filter(incident_id__in=list(incident_ids))


class Event(models.Model):
    """A change of state: who did what to which object, chained by hash to the one before.

    The database refuses to change or delete a row.
    """

    id = models.UUIDField(
        primary_key=True, default=uuid7, editable=False, help_text=_("Identifier.")
    )
    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("brand"),
        help_text=_("The brand."),
    )
    position = models.PositiveBigIntegerField(
        _("position"), help_text=_("Place in the brand's chain, from 1, without gaps.")
    )
    incident_id = models.UUIDField(
        _("incident"), null=True, help_text=_("The incident it belongs to, if to one.")
    )
    actor_kind = models.CharField(
        _("kind of actor"), max_length=10, help_text=_("user, api_key or system.")
    )
    actor_id = models.UUIDField(
        _("actor"), null=True, help_text=_("Who did it; null for the service.")
    )
    verb = models.CharField(
        _("verb"), max_length=60, help_text=_("What happened, e.g. incident.opened.")
    )
    object_type = models.CharField(
        _("kind of object"), max_length=40, help_text=_("What it happened to.")
    )
    object_id = models.UUIDField(_("object"), help_text=_("Which one."))
    data = models.JSONField(
        _("details"), default=dict, help_text=_("What changed; depends on the verb.")
    )
    occurred_at = models.DateTimeField(_("occurred at"), help_text=_("When."))
    previous_hash = models.CharField(
        _("hash before"),
        max_length=64,
        help_text=_("Hash of the event before, empty for the first."),
    )
    hash = models.CharField(
        _("hash"), max_length=64, help_text=_("SHA-256 over all of the above in canonical JSON.")
    )

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.UniqueConstraint(fields=["brand", "position"], name="events_event_position"),
        ]
        indexes = [
            models.Index(
                fields=["incident_id", "id"],
                condition=models.Q(incident_id__isnull=False),
                name="events_of_incident",
            ),
            models.Index(fields=["object_id", "id"], name="events_of_object"),
            models.Index(fields=["brand", "id"], name="events_of_brand"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.verb}"


class ChainHead(models.Model):
    """The last position and hash of a brand's chain; its row is the lock of the chain."""

    brand = models.OneToOneField(
        "accounts.Brand", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    position = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="", blank=True)

    def __str__(self) -> str:
        return f"{self.brand_id} at {self.position}"
