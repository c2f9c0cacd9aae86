"""Words for the public: proposed by one person, approved by another before anybody reads them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.common.models import VersionedModel


class ProposedModel(VersionedModel):
    """What the public reads is what was approved last; a proposal waits beside it."""

    proposal = models.JSONField(
        _("proposal"),
        null=True,
        editable=False,
        help_text=_("What is proposed to be shown, by field; null when nothing waits."),
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("proposed by"),
        help_text=_("Who worded the last proposal; null when an API key did."),
    )
    revision = models.PositiveIntegerField(
        _("revision"),
        default=0,
        editable=False,
        help_text=_("Number of the last proposal; who approves names the one they read."),
    )
    approved_revision = models.PositiveIntegerField(
        _("approved revision"),
        default=0,
        editable=False,
        help_text=_("Number of the proposal that is shown; 0 when none was approved yet."),
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("approved by"),
        help_text=_("Who approved what is shown."),
    )
    approved_at = models.DateTimeField(
        _("approved at"), null=True, editable=False, help_text=_("When it was approved.")
    )

    class Meta:
        abstract = True

    @property
    def is_waiting(self) -> bool:
        """Whether a proposal waits for approval."""
        return self.proposal is not None

    @property
    def is_approved(self) -> bool:
        """Whether anything was approved yet."""
        return self.approved_revision > 0
