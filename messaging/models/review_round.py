"""Review rounds: one wording going through the stages it was submitted to."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel
from incidents.models import Incident


class RoundOutcome(models.TextChoices):
    """How a round ended, or that it goes on."""

    OPEN = "open", _("open")
    APPROVED = "approved", _("approved")
    CHANGES_REQUESTED = "changes_requested", _("changes requested")
    REJECTED = "rejected", _("rejected")
    GLASS_BROKEN = "glass_broken", _("glass broken")
    ENDED = "ended", _("ended without a decision")


class ReviewRoundQuerySet(OwnedQuerySet["ReviewRound"]):
    """Chainable filters."""

    subject = "message__incident_id"

    def open(self) -> "ReviewRoundQuerySet":
        """Going on."""
        return self.filter(outcome=RoundOutcome.OPEN)


class ReviewRound(VersionedModel):
    """The review of one wording by the terms in force when it was submitted."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("brand"),
    )
    message = models.ForeignKey(
        "messaging.Message",
        on_delete=models.PROTECT,
        related_name="rounds",
        verbose_name=_("message"),
        help_text=_("What is reviewed."),
    )
    revision = models.PositiveIntegerField(
        _("revision"), help_text=_("Number of the wording that is reviewed.")
    )
    wording_hash = models.CharField(
        _("hash of the wording"),
        max_length=64,
        help_text=_("SHA-256 of the wording that is reviewed."),
    )
    policy = models.ForeignKey(
        "messaging.ReviewPolicy",
        null=True,
        on_delete=models.PROTECT,
        related_name="rounds",
        verbose_name=_("policy"),
        help_text=_("The policy that applied; null: none, one approver was asked."),
    )
    policy_version = models.PositiveIntegerField(
        _("version of the policy"),
        null=True,
        help_text=_("Version of the policy whose terms are kept here."),
    )
    terms = models.JSONField(
        _("terms"), help_text=_("What the policy said when the wording was submitted.")
    )
    stage = models.PositiveSmallIntegerField(
        _("stage"), default=0, help_text=_("The stage it is in, counted from 0.")
    )
    stage_opened_at = models.DateTimeField(
        _("stage opened at"), help_text=_("Since when this stage is asked.")
    )
    remind_at = models.DateTimeField(
        _("next reminder at"),
        null=True,
        help_text=_("When those who are asked are reminded; null: never."),
    )
    outcome = models.CharField(
        _("outcome"),
        max_length=20,
        choices=RoundOutcome.choices,
        default=RoundOutcome.OPEN,
        help_text=_("How it ended, or that it goes on."),
    )
    closed_at = models.DateTimeField(
        _("closed at"), null=True, help_text=_("When it ended; null: it goes on.")
    )

    objects = ReviewRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("review round")
        verbose_name_plural = _("review rounds")
        constraints = [
            models.UniqueConstraint(
                fields=["message"],
                condition=models.Q(outcome=RoundOutcome.OPEN),
                name="messaging_round_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=RoundOutcome.values), name="messaging_round_outcome"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome=RoundOutcome.OPEN, closed_at=None)
                | (
                    ~models.Q(outcome=RoundOutcome.OPEN)
                    & models.Q(closed_at__isnull=False, remind_at=None)
                ),
                name="messaging_round_closed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["remind_at"],
                condition=models.Q(remind_at__isnull=False),
                name="messaging_round_reminder",
            ),
            models.Index(fields=["brand", "-created_at", "-id"], name="messaging_round_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.message} {self.revision}"

    @property
    def incident(self) -> Incident:
        """The incident the message is about."""
        return self.message.incident

    @property
    def present_stage(self) -> dict[str, Any]:
        """What is asked now, or was asked last."""
        stages: list[dict[str, Any]] = self.terms["stages"]
        return stages[min(self.stage, len(stages) - 1)]
