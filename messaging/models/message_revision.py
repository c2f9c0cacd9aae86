"""Every wording a message ever had; the database refuses to change a row."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.common.models import IdentifiedModel


class MessageRevision(IdentifiedModel):
    """One wording of a message, kept as it was."""

    message = models.ForeignKey(
        "messaging.Message",
        on_delete=models.PROTECT,
        related_name="revisions",
        verbose_name=_("message"),
        help_text=_("The message."),
    )
    number = models.PositiveIntegerField(_("number"), help_text=_("From 1, without gaps."))
    title = models.CharField(_("title"), max_length=200, help_text=_("One line."))
    body = models.TextField(_("body"), help_text=_("The wording."))
    language = models.CharField(_("language"), max_length=2, help_text=_("ISO 639-1."))
    facts = models.JSONField(
        default=list, help_text=_("The facts it rested on: id, statement and status at the time.")
    )
    variants = models.JSONField(
        _("variants"),
        default=list,
        help_text=_("What each channel was to show: id of the channel, and its posts."),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("author"),
        help_text=_("Who worded it; null when an API key did."),
    )
    reason = models.TextField(_("reason"), blank=True, help_text=_("Why it was worded anew."))
    wording_hash = models.CharField(
        max_length=64,
        help_text=_(
            "SHA-256 over title, body, language, ids of facts, and variants, in canonical JSON."
        ),
    )

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [
            models.UniqueConstraint(fields=["message", "number"], name="messaging_revision_once")
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.title}"
