"""Decisions of reviewers; the database refuses to change a row."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.common.models import IdentifiedModel


class Decision(models.TextChoices):
    """What a reviewer said."""

    APPROVED = "approved", _("approved")
    CHANGES_REQUESTED = "changes_requested", _("changes requested")
    REJECTED = "rejected", _("rejected")
    GLASS_BROKEN = "glass_broken", _("glass broken")
    RATIFIED = "ratified", _("ratified afterwards")
    DISAVOWED = "disavowed", _("not ratified")


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
        _("decision"), max_length=20, choices=Decision.choices, help_text=_("What they said.")
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reviewer"),
        help_text=_("Who decided."),
    )
    role = models.CharField(
        _("role"),
        max_length=10,
        blank=True,
        help_text=_("Their role in the brand when they decided."),
    )
    department = models.CharField(
        _("department"),
        max_length=10,
        blank=True,
        help_text=_("Their department when they decided."),
    )
    round = models.ForeignKey(
        "messaging.ReviewRound",
        null=True,
        on_delete=models.PROTECT,
        related_name="decisions",
        verbose_name=_("round"),
        help_text=_("The round of review it belongs to; null where there was none."),
    )
    stage = models.PositiveSmallIntegerField(
        _("stage"), null=True, help_text=_("The stage of the round, counted from 0.")
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
            ),
            models.UniqueConstraint(
                fields=["round", "reviewer"],
                condition=models.Q(decision=Decision.APPROVED),
                name="messaging_decision_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()} {self.revision}"
