"""Templates: wording prepared before it is needed."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel
from incidents.models.incident import Kind

BODY_LENGTH = 20_000
LANGUAGE = RegexValidator(r"^[a-z]{2}\Z", _("Give two lower case letters, ISO 639-1."))


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


class Template(VersionedModel):
    """A body with placeholders to fill when a crisis comes."""

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
        validators=[
            RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*\Z", _("Lower case, digits, hyphens."))
        ],
        help_text=_("Short name; unique in the brand for each language."),
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
        help_text=_("The wording; {name} is a placeholder, {{ and }} are braces."),
    )
    placeholders = models.JSONField(
        _("placeholders"),
        default=list,
        blank=True,
        help_text=_("Names of the placeholders; each stands in the body, and no other does."),
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Only active templates make messages.")
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

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"
