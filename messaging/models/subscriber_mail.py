"""Mails to subscribers: each a row that is claimed, sent once, and recorded."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import IdentifiedModel


class MailKind(models.TextChoices):
    """What it says."""

    CONFIRMATION = "confirmation", _("asks to confirm")
    UPDATE = "update", _("brings an update")


class MailStatus(models.TextChoices):
    """How far it got."""

    PENDING = "pending", _("pending")
    ATTEMPTING = "attempting", _("being attempted")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    UNKNOWN = "unknown", _("outcome unknown")
    CANCELLED = "cancelled", _("cancelled")


class SubscriberMailQuerySet(OwnedQuerySet["SubscriberMail"]):
    """Chainable filters."""

    def due(self, *, now: datetime) -> "SubscriberMailQuerySet":
        """Waiting to be sent and not told to wait longer; confirmations first, then by age."""
        pending = self.filter(status=MailStatus.PENDING, next_attempt_at__lte=now)
        return pending.order_by("kind", "next_attempt_at", "id")

    def stuck(self, *, before: datetime) -> "SubscriberMailQuerySet":
        """Claimed before a time, and never told how it ended."""
        return self.filter(status=MailStatus.ATTEMPTING, attempted_at__lt=before)


class SubscriberMail(IdentifiedModel):
    """One mail to one subscriber; an update goes to each at most once."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("brand"),
    )
    subscriber = models.ForeignKey(
        "messaging.Subscriber",
        on_delete=models.CASCADE,
        related_name="mails",
        verbose_name=_("subscriber"),
        help_text=_("Whom it goes to."),
    )
    kind = models.CharField(
        _("kind"), max_length=12, choices=MailKind.choices, help_text=_("What it says.")
    )
    update = models.ForeignKey(
        "messaging.PublicUpdate",
        null=True,
        on_delete=models.PROTECT,
        related_name="mails",
        verbose_name=_("update"),
        help_text=_("The update it brings; null for one that asks to confirm."),
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=MailStatus.choices,
        default=MailStatus.PENDING,
        help_text=_("How far it got; what may have arrived is never sent again."),
    )
    attempts = models.PositiveSmallIntegerField(
        _("attempts"), default=0, help_text=_("How often it was attempted.")
    )
    next_attempt_at = models.DateTimeField(
        _("next attempt at"), help_text=_("When it is to be sent; not before.")
    )
    attempted_at = models.DateTimeField(
        _("attempted at"), null=True, help_text=_("When the last attempt began.")
    )
    sent_at = models.DateTimeField(
        _("sent at"), null=True, help_text=_("When the mail server took it.")
    )
    last_error = models.CharField(
        _("last error"),
        max_length=200,
        blank=True,
        help_text=_("What the mail server said, as a code; never an address."),
    )

    objects = SubscriberMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail to a subscriber")
        verbose_name_plural = _("mails to subscribers")
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber", "update"],
                condition=models.Q(update__isnull=False),
                name="messaging_mail_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="update", update__isnull=False)
                | models.Q(kind="confirmation", update=None),
                name="messaging_mail_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=MailStatus.values), name="messaging_mail_status"
            ),
        ]
        indexes = [
            models.Index(
                fields=["kind", "next_attempt_at", "id"],
                condition=models.Q(status="pending"),
                name="messaging_mail_due",
            ),
            models.Index(
                fields=["attempted_at"],
                condition=models.Q(status="attempting"),
                name="messaging_mail_stuck",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} → {self.subscriber_id}"
