"""Parts of publications: one post each, frozen when it was asked for."""

from datetime import datetime
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.common.models import IdentifiedModel
from crisisapi.common.sentences import SentenceField
from messaging.rules.backoff import ATTEMPTS


class PartStatus(models.TextChoices):
    """How far one post got."""

    PENDING = "pending", _("pending")
    ATTEMPTING = "attempting", _("being attempted")
    ACCEPTED = "accepted", _("accepted by the platform")
    AWAITING_PERSON = "awaiting_person", _("awaiting a person")
    PUBLISHED = "published", _("published")
    FAILED = "failed", _("failed")
    UNKNOWN = "unknown", _("outcome unknown")
    CANCELLED = "cancelled", _("cancelled")
    HELD = "held", _("held back")
    WITHDRAWING = "withdrawing", _("being taken down")
    WITHDRAWN = "withdrawn", _("taken down")


class PublicationPartQuerySet(models.QuerySet["PublicationPart"]):
    """Chainable filters."""

    def due(self, *, now: datetime) -> "PublicationPartQuerySet":
        """Something is to be done now, and the platform does not ask us to wait."""
        waiting = models.Q(publication__channel__resume_at__gt=now)
        due = self.filter(next_attempt_at__lte=now).exclude(waiting)
        return due.order_by("next_attempt_at", "publication_id", "number")

    def to_channel(self, channel_id: UUID) -> "PublicationPartQuerySet":
        """Only those that go to a channel."""
        return self.filter(publication__channel_id=channel_id)

    def stuck(self, *, before: datetime) -> "PublicationPartQuerySet":
        """Attempts that began before a time and never told how they ended."""
        return self.filter(status=PartStatus.ATTEMPTING, attempted_at__lt=before)


class PublicationPart(IdentifiedModel):
    """One post as it was approved; its id is what idempotency keys are made of."""

    publication = models.ForeignKey(
        "messaging.Publication",
        on_delete=models.PROTECT,
        related_name="parts",
        verbose_name=_("publication"),
        help_text=_("What it is part of."),
    )
    number = models.PositiveSmallIntegerField(_("number"), help_text=_("From 1, without gaps."))
    title = models.CharField(
        _("title"), max_length=500, blank=True, help_text=_("One line; may be empty.")
    )
    text = models.TextField(_("text"), blank=True, help_text=_("What is sent, word for word."))
    language = models.CharField(_("language"), max_length=2, help_text=_("ISO 639-1."))
    attachments = models.JSONField(
        _("attachments"),
        default=list,
        help_text=_("Files that go with it: address, type, alternative text, size, SHA-256."),
    )
    options = models.JSONField(_("options"), default=dict, help_text=_("What the platform takes."))
    digest = models.CharField(
        _("digest"), max_length=64, help_text=_("SHA-256 over all of that in canonical JSON.")
    )
    status = models.CharField(
        _("status"),
        max_length=15,
        choices=PartStatus.choices,
        default=PartStatus.PENDING,
        help_text=_("How far it got."),
    )
    external_id = models.CharField(
        _("external id"), max_length=500, blank=True, help_text=_("What the platform calls it.")
    )
    url = models.URLField(
        _("address"), max_length=2_000, blank=True, help_text=_("Where the public reads it.")
    )
    attempts = models.PositiveSmallIntegerField(
        _("attempts"), default=0, help_text=_("How often it was attempted.")
    )
    attempts_allowed = models.PositiveSmallIntegerField(
        _("attempts allowed"),
        default=ATTEMPTS,
        help_text=_("After so many a person has to decide; each decision allows as many again."),
    )
    looks = models.PositiveSmallIntegerField(
        _("looks"),
        default=0,
        help_text=_("How often the platform was asked about it in its present status."),
    )
    may_be_out = models.BooleanField(
        _("may be out"),
        default=False,
        help_text=_("An earlier attempt may have reached the public; nobody knows."),
    )
    attempted_at = models.DateTimeField(
        _("attempted at"), null=True, help_text=_("When the last attempt began.")
    )
    accepted_at = models.DateTimeField(
        _("accepted at"), null=True, help_text=_("When the platform took it.")
    )
    next_attempt_at = models.DateTimeField(
        _("next attempt at"),
        null=True,
        help_text=_("When something is to be done about it; null when nothing is."),
    )
    published_at = models.DateTimeField(
        _("published at"), null=True, help_text=_("When it reached the public.")
    )
    last_error = SentenceField(
        _("last error"), blank=True, help_text=_("Why it failed, or what is not known.")
    )
    error_code = models.CharField(
        _("error code"), max_length=50, blank=True, help_text=_("The same in one stable word.")
    )

    objects = PublicationPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("part of a publication")
        verbose_name_plural = _("parts of publications")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "number"], name="messaging_part_once"),
            models.CheckConstraint(
                condition=models.Q(status__in=PartStatus.values), name="messaging_part_status"
            ),
            models.CheckConstraint(
                condition=~models.Q(status=PartStatus.PUBLISHED)
                | models.Q(published_at__isnull=False),
                name="messaging_part_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(next_attempt_at__isnull=False),
                name="messaging_part_due",
            ),
            models.Index(
                fields=["attempted_at"],
                condition=models.Q(status=PartStatus.ATTEMPTING),
                name="messaging_part_attempted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publication} ({self.number})"
