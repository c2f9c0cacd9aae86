"""What is told outside of the service: news that wait, and the notifications made of them."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import IdentifiedModel
from crisisapi.common.sentences import SentenceField


class OutgoingStatus(models.TextChoices):
    """How far it got."""

    PENDING = "pending", _("pending")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")


class Urgency(models.IntegerChoices):
    """What leaves before what."""

    PRESSING = 0, _("at once")
    URGENT = 1, _("urgent")
    USUAL = 2, _("usual")


class OutgoingNotificationQuerySet(OwnedQuerySet["OutgoingNotification"]):
    """Chainable filters."""

    subject = "incident_id"

    def due(self, *, now: datetime) -> "OutgoingNotificationQuerySet":
        """Waiting to be sent, and their time has come; the most urgent first, then the oldest."""
        waiting = self.filter(status=OutgoingStatus.PENDING, due_at__lte=now)
        return waiting.order_by("urgency", "due_at", "id")

    def stuck(self, *, before: datetime) -> "OutgoingNotificationQuerySet":
        """Whose sending began before a time and never ended."""
        return self.filter(status=OutgoingStatus.SENDING, attempted_at__lt=before)


class OutgoingNotification(IdentifiedModel):
    """One mail, one post in a chat or one webhook, made of one or more news."""

    brand = models.ForeignKey(
        "accounts.Brand", on_delete=models.PROTECT, related_name="+", verbose_name=_("brand")
    )
    target = models.ForeignKey(
        "messaging.NotificationTarget",
        on_delete=models.CASCADE,
        related_name="outgoing",
        verbose_name=_("target"),
        help_text=_("Where it goes."),
    )
    incident_id = models.UUIDField(
        _("incident"), null=True, help_text=_("The incident it is about; null for a digest.")
    )
    status = models.CharField(
        _("status"),
        max_length=7,
        choices=OutgoingStatus.choices,
        default=OutgoingStatus.PENDING,
        help_text=_("How far it got."),
    )
    urgency = models.PositiveSmallIntegerField(
        _("urgency"),
        choices=Urgency.choices,
        default=Urgency.USUAL,
        db_default=Urgency.USUAL,
        help_text=_("The more urgent leaves first: 0, 1, 2."),
    )
    due_at = models.DateTimeField(_("due at"), help_text=_("When it is to be tried next."))
    attempts = models.PositiveSmallIntegerField(
        _("attempts"), default=0, help_text=_("How often it was tried.")
    )
    attempted_at = models.DateTimeField(
        _("attempted at"), null=True, help_text=_("When the last attempt began.")
    )
    sent_at = models.DateTimeField(_("sent at"), null=True, help_text=_("When it got there."))
    last_error = SentenceField(_("last error"), blank=True, help_text=_("Why it failed."))

    objects = OutgoingNotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing notification")
        verbose_name_plural = _("outgoing notifications")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=OutgoingStatus.values),
                name="messaging_outgoing_status",
            ),
            models.CheckConstraint(
                condition=models.Q(urgency__in=Urgency.values), name="messaging_outgoing_urgency"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(status__in=["pending", "sending"]),
                name="messaging_outgoing_due",
            ),
            models.Index(fields=["brand", "-created_at", "-id"], name="messaging_outgoing_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.target}: {self.get_status_display()}"


class NewsItem(IdentifiedModel):
    """One event that is told at one target, once its time has come."""

    target = models.ForeignKey(
        "messaging.NotificationTarget", on_delete=models.CASCADE, related_name="+"
    )
    event = models.ForeignKey("events.Event", on_delete=models.PROTECT, related_name="+")
    incident_id = models.UUIDField(null=True, help_text=_("The incident it is about."))
    details = models.JSONField(default=dict, help_text=_("What its sentence is made of."))
    text = models.TextField(blank=True, help_text=_("What somebody wrote."))
    is_digest = models.BooleanField(help_text=_("Whether it goes with others of all incidents."))
    urgency = models.PositiveSmallIntegerField(
        choices=Urgency.choices,
        default=Urgency.USUAL,
        db_default=Urgency.USUAL,
        help_text=_("The more urgent leaves first: 0, 1, 2."),
    )
    due_at = models.DateTimeField(help_text=_("Not told before."))
    outgoing = models.ForeignKey(
        "messaging.OutgoingNotification",
        null=True,
        on_delete=models.CASCADE,
        related_name="items",
        help_text=_("The notification it is part of; null while it waits."),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target", "event"], name="messaging_news_once"),
            models.CheckConstraint(
                condition=models.Q(urgency__in=Urgency.values), name="messaging_news_urgency"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(outgoing=None),
                name="messaging_news_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.target_id}"


class NewsCursor(models.Model):
    """How far the log of a brand was read for news."""

    brand = models.OneToOneField(
        "accounts.Brand", primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    position = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.brand_id} at {self.position}"
