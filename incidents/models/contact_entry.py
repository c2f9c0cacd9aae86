"""The contact log: who was spoken to, when, and what was said."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import IdentifiedModel


class ContactChannel(models.TextChoices):
    """How we spoke."""

    EMAIL = "email", _("e-mail")
    PHONE = "phone", _("telephone")
    MEETING = "meeting", _("meeting")
    SOCIAL = "social", _("social media")
    LETTER = "letter", _("letter")
    OTHER = "other", _("other")


class Direction(models.TextChoices):
    """Who spoke to whom."""

    IN = "in", _("they to us")
    OUT = "out", _("we to them")


class ContactEntryQuerySet(OwnedQuerySet["ContactEntry"]):
    """Chainable filters."""

    subject = "incident_id"


class ContactEntry(IdentifiedModel):
    """One contact with a stakeholder; what was written down stays as it was written."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("brand"),
    )
    stakeholder = models.ForeignKey(
        "incidents.Stakeholder",
        on_delete=models.PROTECT,
        related_name="entries",
        verbose_name=_("stakeholder"),
        help_text=_("Whom we spoke with."),
    )
    incident = models.ForeignKey(
        "incidents.Incident",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contact_entries",
        verbose_name=_("incident"),
        help_text=_("The incident it was about; null for none."),
    )
    channel = models.CharField(
        _("channel"), max_length=7, choices=ContactChannel.choices, help_text=_("How we spoke.")
    )
    direction = models.CharField(
        _("direction"), max_length=3, choices=Direction.choices, help_text=_("Who spoke to whom.")
    )
    summary = models.TextField(_("summary"), max_length=5_000, help_text=_("What was said."))
    at = models.DateTimeField(_("at"), help_text=_("When; now by default."))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("noted by"),
        help_text=_("Who noted it; null when an API key did."),
    )

    objects = ContactEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact entry")
        verbose_name_plural = _("contact log")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(channel__in=ContactChannel.values),
                name="incidents_contact_channel",
            ),
            models.CheckConstraint(
                condition=models.Q(direction__in=Direction.values),
                name="incidents_contact_direction",
            ),
        ]
        indexes = [
            models.Index(fields=["stakeholder", "-created_at", "-id"], name="incidents_contacts")
        ]

    def __str__(self) -> str:
        return self.summary[:80]
