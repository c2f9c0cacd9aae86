"""Shift notes: what whoever comes next has to know, in the order it was written."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import IdentifiedModel


class ShiftNoteKind(models.TextChoices):
    """Why it was written."""

    NOTE = "note", _("note")
    HANDOVER = "handover", _("hand-over")


class ShiftNoteQuerySet(OwnedQuerySet["ShiftNote"]):
    """Chainable filters."""

    subject = "incident_id"


class ShiftNote(IdentifiedModel):
    """One entry of the shift log of an incident; a correction is a new note.

    The database refuses to change what was written, and to delete it.
    """

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
        related_name="shift_notes",
        verbose_name=_("incident"),
        help_text=_("The incident it belongs to."),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("author"),
        help_text=_("Who wrote it; null for an API key or the service."),
    )
    kind = models.CharField(
        _("kind"),
        max_length=8,
        choices=ShiftNoteKind.choices,
        default=ShiftNoteKind.NOTE,
        editable=False,
        help_text=_("A note, or what was said in a hand-over."),
    )
    text = models.TextField(
        _("text"), max_length=10_000, help_text=_("Where things stand, what is next.")
    )

    objects = ShiftNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("shift note")
        verbose_name_plural = _("shift notes")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=ShiftNoteKind.values), name="incidents_shift_note_kind"
            ),
            models.CheckConstraint(condition=~models.Q(text=""), name="incidents_shift_note_text"),
        ]

    def __str__(self) -> str:
        return self.text[:80]
