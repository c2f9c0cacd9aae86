"""Blocks: paragraphs that several templates share."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel
from messaging.models.template import BODY_LENGTH, LANGUAGE, SHORT_NAME, Purpose


class BlockQuerySet(OwnedQuerySet["Block"]):
    """Chainable filters."""

    def active(self) -> "BlockQuerySet":
        """Only those that templates may bring in."""
        return self.filter(is_active=True)


class Block(VersionedModel):
    """A text with placeholders of its own, brought into templates by `{block:name}`."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("brand"),
        help_text=_("The brand that speaks."),
    )
    name = models.SlugField(
        _("name"),
        max_length=60,
        validators=[SHORT_NAME],
        help_text=_("Short name; unique in the brand for each language."),
    )
    title = models.CharField(
        _("title"), max_length=200, help_text=_("What it says, in one line; never published.")
    )
    purpose = models.CharField(
        _("purpose"),
        max_length=20,
        choices=Purpose.choices,
        blank=True,
        help_text=_("The sort of message it is meant for; empty: any."),
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
            "The wording; {name} is a placeholder, {block:name} another block, {{ and }} are "
            "braces."
        ),
    )
    placeholders = models.JSONField(
        _("placeholders"),
        default=list,
        blank=True,
        help_text=_("What each placeholder of the body takes: name, type, label, example, limits."),
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Only active blocks come into messages.")
    )

    objects = BlockQuerySet.as_manager()

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "name", "language"], name="messaging_block_once"
            ),
            models.CheckConstraint(
                condition=models.Q(purpose__in=["", *Purpose.values]),
                name="messaging_block_purpose",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"
