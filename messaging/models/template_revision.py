"""Every wording a template ever had; the database refuses to change a row."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.common.models import IdentifiedModel


class TemplateRevision(IdentifiedModel):
    """One wording of a template, kept as it was."""

    template = models.ForeignKey(
        "messaging.Template",
        on_delete=models.PROTECT,
        related_name="revisions",
        verbose_name=_("template"),
        help_text=_("The template."),
    )
    number = models.PositiveIntegerField(_("number"), help_text=_("From 1, without gaps."))
    title = models.CharField(_("title"), max_length=200, help_text=_("One line."))
    body = models.TextField(_("body"), help_text=_("The wording."))
    placeholders = models.JSONField(
        _("placeholders"), default=list, help_text=_("What each placeholder took.")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("author"),
        help_text=_("Who worded it; null when no person did."),
    )
    reason = models.TextField(_("reason"), blank=True, help_text=_("Why it was worded anew."))

    class Meta:
        verbose_name = _("revision of a template")
        verbose_name_plural = _("revisions of templates")
        constraints = [
            models.UniqueConstraint(
                fields=["template", "number"], name="messaging_template_rev_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.title}"
