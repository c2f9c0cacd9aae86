"""Publications: one revision of one message to one channel."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel
from crisisapi.common.sentences import SentenceField


class PublicationStatus(models.TextChoices):
    """How far it got."""

    PENDING = "pending", _("pending")
    ATTEMPTING = "attempting", _("being attempted")
    ACCEPTED = "accepted", _("accepted by the platform")
    AWAITING_PERSON = "awaiting_person", _("awaiting a person")
    PUBLISHED = "published", _("published")
    PARTIALLY_PUBLISHED = "partially_published", _("published in part")
    FAILED = "failed", _("failed")
    UNKNOWN = "unknown", _("outcome unknown")
    CANCELLED = "cancelled", _("cancelled")
    HELD = "held", _("held back")
    WITHDRAWING = "withdrawing", _("being taken down")
    WITHDRAWN = "withdrawn", _("taken down")


class HeldBecause(models.TextChoices):
    """What stopped a publication until a person decides."""

    HOLD = "hold", _("a hold stands")
    LATE = "late", _("its time was missed")


# The statuses in which nobody knows yet how it ends.
OPEN_STATUSES = [
    PublicationStatus.PENDING,
    PublicationStatus.ATTEMPTING,
    PublicationStatus.ACCEPTED,
    PublicationStatus.AWAITING_PERSON,
    PublicationStatus.UNKNOWN,
    PublicationStatus.HELD,
]
# The statuses after which the message may be sent to the channel once more.
VOID_STATUSES = [
    PublicationStatus.FAILED,
    PublicationStatus.CANCELLED,
    PublicationStatus.WITHDRAWN,
]


class PublicationQuerySet(OwnedQuerySet["Publication"]):
    """Chainable filters."""

    subject = "message__incident_id"

    def scheduled(self) -> "PublicationQuerySet":
        """Waiting for a time: what is only tried again is not."""
        pending = self.filter(status=PublicationStatus.PENDING, attempts=0)
        return pending.filter(not_before__isnull=False)

    def stoppable(self) -> "PublicationQuerySet":
        """Neither out nor being sent: what a hold still stops."""
        stoppable = [PublicationStatus.PENDING, PublicationStatus.AWAITING_PERSON]
        return self.filter(status__in=stoppable)

    def standing(self) -> "PublicationQuerySet":
        """Open or published: what keeps the message from going to the channel again."""
        return self.exclude(status__in=VOID_STATUSES)


class Publication(VersionedModel):
    """A message on its way to a channel, followed until its outcome is known.

    Its status is that of its parts (`rules/parts.py`), kept here for those who read.
    """

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
        related_name="publications",
        verbose_name=_("message"),
        help_text=_("What is published."),
    )
    channel = models.ForeignKey(
        "messaging.Channel",
        on_delete=models.PROTECT,
        related_name="publications",
        verbose_name=_("channel"),
        help_text=_("Where to."),
    )
    revision = models.PositiveIntegerField(
        _("revision"), help_text=_("Number of the revision published.")
    )
    wording_hash = models.CharField(
        max_length=64, help_text=_("SHA-256 of the approved wording it carries.")
    )
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=PublicationStatus.choices,
        default=PublicationStatus.PENDING,
        editable=False,
        help_text=_("How far it got; an unknown outcome is never tried again blindly."),
    )
    instructions = SentenceField(
        _("instructions"), blank=True, help_text=_("What a person has to do now.")
    )
    url = models.URLField(
        _("address"), max_length=2_000, blank=True, help_text=_("Where the public reads it.")
    )
    external_id = models.CharField(
        _("external id"), max_length=500, blank=True, help_text=_("What the platform calls it.")
    )
    attempts = models.PositiveSmallIntegerField(
        _("attempts"), default=0, help_text=_("How often it was attempted.")
    )
    last_error = SentenceField(
        _("last error"), blank=True, help_text=_("Why it failed, or what is not known.")
    )
    error_code = models.CharField(
        _("error code"), max_length=50, blank=True, help_text=_("The same in one stable word.")
    )
    waits_on_person = models.BooleanField(
        _("waits on a person"),
        default=False,
        help_text=_("Somebody has to post it, look whether it is out, or take it down."),
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("requested by"),
        help_text=_("Who asked for it."),
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("published by"),
        help_text=_("The person who posted it; null when the service did."),
    )
    requested_at = models.DateTimeField(_("requested at"), help_text=_("When it was asked for."))
    attempted_at = models.DateTimeField(
        _("attempted at"), null=True, help_text=_("When the last attempt began.")
    )
    published_at = models.DateTimeField(
        _("published at"), null=True, help_text=_("When it reached the public.")
    )
    not_before = models.DateTimeField(
        _("scheduled for"),
        null=True,
        help_text=_("It does not leave before this time; null: as soon as possible."),
    )
    held_at = models.DateTimeField(
        _("held at"), null=True, help_text=_("When it was last held back; null: never.")
    )
    held_because = models.CharField(
        _("held because"),
        max_length=4,
        choices=HeldBecause.choices,
        null=True,
        help_text=_("What last stopped it until a person decided; null: nothing did."),
    )
    held_for = models.ForeignKey(
        "messaging.Hold",
        null=True,
        on_delete=models.PROTECT,
        related_name="publications",
        verbose_name=_("held for"),
        help_text=_("The hold that last stopped it; null: none did."),
    )
    may_be_out = models.BooleanField(
        _("may be out"),
        default=False,
        help_text=_("Some of it may have reached the public; nobody knows."),
    )
    withdrawal_requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("withdrawal requested by"),
        help_text=_("Who asked to take it down."),
    )
    withdrawal_reason = models.TextField(
        _("reason of the withdrawal"), blank=True, help_text=_("Why it is taken down.")
    )
    is_double = models.BooleanField(
        _("may be there twice"),
        default=False,
        editable=False,
        help_text=_("It turned out to be out after the message had been sent there once more."),
    )
    withdrawn_at = models.DateTimeField(
        _("withdrawn at"), null=True, help_text=_("When the last of it was gone.")
    )

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        constraints = [
            models.UniqueConstraint(
                fields=["message", "channel"],
                condition=~models.Q(status__in=VOID_STATUSES) & models.Q(is_double=False),
                name="messaging_publication_once",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=PublicationStatus.values),
                name="messaging_publication_status",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=PublicationStatus.PUBLISHED)
                | models.Q(published_at__isnull=False),
                name="messaging_publication_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=PublicationStatus.HELD)
                | models.Q(held_at__isnull=False, held_because__in=HeldBecause.values),
                name="messaging_publication_held",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "-created_at", "-id"], name="messaging_published"),
        ]

    def __str__(self) -> str:
        return f"{self.message} → {self.channel}"

    def is_ripe(self, now: datetime) -> bool:
        """Whether the time it was scheduled for has come, or it never waited for one."""
        return self.not_before is None or self.not_before <= now

    @property
    def is_scheduled(self) -> bool:
        """Whether it waits for a time: what is only tried again does not."""
        is_pending = self.status == PublicationStatus.PENDING and self.attempts == 0
        return is_pending and self.not_before is not None

    @property
    def is_perhaps_out(self) -> bool:
        """Whether it was held back after a person was told to post it, or after a lost attempt."""
        return self.status == PublicationStatus.HELD and self.may_be_out
