"""Decisions of reviewers; the database refuses to change a row."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.common.models import IdentifiedModel


class Decision(models.TextChoices):
    """What a reviewer said."""

    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")


class ReviewDecision(IdentifiedModel):
    """What one reviewer said of one revision."""

    message = models.ForeignKey(
        "messaging.Message",
        on_delete=models.PROTECT,
        related_name="decisions",
        verbose_name=_("message"),
        help_text=_("The message."),
    )
    revision = models.PositiveIntegerField(
        _("revision"), help_text=_("Number of the revision they read.")
    )
    decision = models.CharField(
        _("decision"), max_length=10, choices=Decision.choices, help_text=_("What they said.")
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reviewer"),
        help_text=_("Who decided."),
    )
    comment = models.TextField(_("comment"), blank=True, help_text=_("Why."))
    accepted_findings = models.JSONField(
        _("accepted findings"),
        default=list,
        help_text=_("Ids of rules of language whose errors they let stand."),
    )
    accepted_reason = models.TextField(
        _("reason of acceptance"), blank=True, help_text=_("Why they let these errors stand.")
    )

    class Meta:
        verbose_name = _("review decision")
        verbose_name_plural = _("review decisions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decision__in=Decision.values), name="messaging_decision_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()} {self.revision}"
