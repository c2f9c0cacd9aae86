"""Templates: wording prepared before it is needed."""

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from incidents.models.due import DueModel, alarm_index
from incidents.models.incident import Kind

if TYPE_CHECKING:
    from datetime import datetime

BODY_LENGTH = 20_000
LANGUAGE = RegexValidator(r"^[a-z]{2}\Z", _("Give two lower case letters, ISO 639-1."))
SHORT_NAME = RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*\Z", _("Lower case, digits, hyphens."))


class Purpose(models.TextChoices):
    """What a message is for."""

    HOLDING = "holding", _("holding statement")
    ACKNOWLEDGEMENT = "acknowledgement", _("acknowledgement")
    UPDATE = "update", _("update")
    CORRECTION = "correction", _("correction")
    APOLOGY = "apology", _("apology")
    RESOLUTION = "resolution", _("resolution")
    RECOVERY = "recovery", _("recovery")
    FAQ = "faq", _("questions and answers")
    INTERNAL = "internal", _("internal")


class TemplateQuerySet(OwnedQuerySet["Template"]):
    """Chainable filters."""

    def active(self) -> "TemplateQuerySet":
        """Only those that make messages."""
        return self.filter(is_active=True)


class Template(DueModel):
    """A body with placeholders to fill when a crisis comes; due when it must be looked at again."""

    # It belongs to no incident; what warns of due times asks for one.
    incident_id: ClassVar[None] = None

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="templates",
        verbose_name=_("brand"),
        help_text=_("The brand that speaks."),
    )
    name = models.SlugField(
        _("name"),
        max_length=60,
        validators=[SHORT_NAME],
        help_text=_(
            "Short name; unique in the brand for each language. Templates of one name are one "
            "text in several languages."
        ),
    )
    title = models.CharField(
        _("title"), max_length=200, help_text=_("One line; messages made from it begin with it.")
    )
    purpose = models.CharField(
        _("purpose"), max_length=20, choices=Purpose.choices, help_text=_("What it is for.")
    )
    kind = models.CharField(
        _("kind of incident"),
        max_length=20,
        choices=Kind.choices,
        blank=True,
        help_text=_("The sort of crisis it was written for; empty: any."),
    )
    language = models.CharField(
        _("language"),
        max_length=2,
        validators=[LANGUAGE],
        help_text=_("Language of the body, ISO 639-1, e.g. he or en."),
    )
    body = models.TextField(
        _("body"),
        max_length=BODY_LENGTH,
        help_text=_(
            "The wording; {name} is a placeholder, {block:name} a block, {block:*} the blocks "
            "chosen for a message, {{ and }} are braces."
        ),
    )
    placeholders = models.JSONField(
        _("placeholders"),
        default=list,
        blank=True,
        help_text=_(
            "What each placeholder of the body takes: name, type, label, example, limits. "
            "Those of its blocks are declared there."
        ),
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Only active templates make messages.")
    )
    revision = models.PositiveIntegerField(
        _("revision"),
        default=1,
        editable=False,
        help_text=_("Number of the present wording; every one is kept."),
    )
    reviewed_at = models.DateTimeField(
        _("looked at"),
        null=True,
        editable=False,
        help_text=_("When somebody last found that it still holds."),
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("looked at by"),
        help_text=_("Who last found that it still holds."),
    )

    objects = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "name", "language"], name="messaging_template_once"
            ),
            models.CheckConstraint(
                condition=models.Q(purpose__in=Purpose.values), name="messaging_template_purpose"
            ),
        ]
        indexes = [alarm_index("template")]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"

    def is_expired(self, now: "datetime") -> bool:
        """Whether it had to be looked at again by now."""
        return self.due_at is not None and self.due_at <= now

    def told_with_alarm(self) -> dict[str, object]:
        """Return which template it is."""
        return {"name": self.name, "language": self.language, "title": self.title}
