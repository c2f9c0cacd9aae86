"""Messages: what we say about an incident."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel
from messaging.models.template import BODY_LENGTH, LANGUAGE, Purpose

if TYPE_CHECKING:
    from uuid import UUID


class MessageStatus(models.TextChoices):
    """Where the message stands."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    APPROVED = "approved", _("approved")
    SCHEDULED = "scheduled", _("scheduled")
    ON_HOLD = "on_hold", _("on hold")
    PUBLISHING = "publishing", _("publishing")
    PUBLISHED = "published", _("published")
    PARTIALLY_PUBLISHED = "partially_published", _("published in part")
    FAILED = "failed", _("failed")
    REJECTED = "rejected", _("rejected")
    WITHDRAWN = "withdrawn", _("withdrawn")
    SUPERSEDED = "superseded", _("superseded")


# The statuses a message has only with the approval of its present wording.
APPROVED_STATUSES = [
    MessageStatus.APPROVED,
    MessageStatus.SCHEDULED,
    MessageStatus.ON_HOLD,
    MessageStatus.PUBLISHING,
    MessageStatus.PUBLISHED,
    MessageStatus.PARTIALLY_PUBLISHED,
    MessageStatus.FAILED,
]

# Waits for a time, or for a decision whether it may go out; nothing of it is out.
WAITING_STATUSES = [MessageStatus.SCHEDULED, MessageStatus.ON_HOLD]

# Approved, and nothing of it has reached the public.
SILENT_STATUSES = [MessageStatus.APPROVED, MessageStatus.FAILED, *WAITING_STATUSES]


# Of which something has reached the public, or is on its way.
PUBLIC_STATUSES = [
    MessageStatus.PUBLISHING,
    MessageStatus.PUBLISHED,
    MessageStatus.PARTIALLY_PUBLISHED,
]


class FlagReason(models.TextChoices):
    """What happened to a fact that a public message rests on."""

    FACT_CHANGED = "fact_changed", _("the evidence of a fact changed")
    FACT_SUPERSEDED = "fact_superseded", _("a fact was superseded")
    FACT_REFUTED = "fact_refuted", _("a fact was refuted")


class MessageQuerySet(OwnedQuerySet["Message"]):
    """Chainable filters."""

    subject = "incident_id"

    def resting_on(self, fact_id: "UUID") -> "MessageQuerySet":
        """Only messages that rest on a fact."""
        return self.filter(facts=fact_id)

    def approved_but_silent(self) -> "MessageQuerySet":
        """Approved, and nothing of it has reached the public."""
        return self.filter(status__in=SILENT_STATUSES)

    def public(self) -> "MessageQuerySet":
        """Something of it has reached the public, or is on its way."""
        return self.filter(status__in=PUBLIC_STATUSES)


class Message(VersionedModel):
    """One thing said to one audience in one language, resting on facts."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("brand"),
    )
    incident = models.ForeignKey(
        "incidents.Incident",
        on_delete=models.PROTECT,
        related_name="messages",
        verbose_name=_("incident"),
        help_text=_("The incident it is about."),
    )
    title = models.CharField(_("title"), max_length=200, help_text=_("One line."))
    purpose = models.CharField(
        _("purpose"), max_length=20, choices=Purpose.choices, help_text=_("What it is for.")
    )
    audience = models.CharField(
        _("audience"), max_length=200, blank=True, help_text=_("Whom it speaks to.")
    )
    language = models.CharField(
        _("language"),
        max_length=2,
        validators=[LANGUAGE],
        help_text=_("Language of the body, ISO 639-1, e.g. he or en."),
    )
    body = models.TextField(_("body"), max_length=BODY_LENGTH, help_text=_("The wording."))
    facts = models.ManyToManyField(
        "incidents.Fact",
        blank=True,
        related_name="messages",
        verbose_name=_("facts"),
        help_text=_("The facts it rests on; each must be confirmed before it is approved."),
    )
    template = models.ForeignKey(
        "messaging.Template",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="messages",
        verbose_name=_("template"),
        help_text=_("The template it was made from."),
    )
    made_from = models.JSONField(
        _("made from"),
        null=True,
        editable=False,
        help_text=_(
            "How the template was filled: its version and revision, the values, the blocks with "
            "their versions, and since when it should have been looked at again."
        ),
    )
    key_messages = models.ManyToManyField(
        "messaging.KeyMessage",
        blank=True,
        related_name="messages",
        verbose_name=_("key messages"),
        help_text=_("The key messages it carries; it rests on their facts too."),
    )
    cited_stories = models.ManyToManyField(
        "messaging.SuccessStory",
        through="messaging.Citation",
        blank=True,
        related_name="messages",
        verbose_name=_("cited stories"),
        help_text=_("The success stories it cites."),
    )
    revises = models.ForeignKey(
        "self",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="revised_by",
        verbose_name=_("revises"),
        help_text=_("The public message it takes the place of, once it is public itself."),
    )
    superseded_by = models.OneToOneField(
        "self",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="supersedes",
        verbose_name=_("superseded by"),
        help_text=_("The public message that took its place; null while it stands."),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("author"),
        help_text=_("Who wrote it; null when an API key did."),
    )
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=MessageStatus.choices,
        default=MessageStatus.DRAFT,
        editable=False,
        help_text=_("Where it stands; changed by its actions only."),
    )
    status_reason = models.TextField(
        _("reason"), blank=True, editable=False, help_text=_("Why it last changed its status.")
    )
    revision = models.PositiveIntegerField(
        _("revision"),
        default=1,
        editable=False,
        help_text=_("Number of the present wording; a reviewer names the one they read."),
    )
    approved_hash = models.CharField(
        _("hash of the approved wording"),
        max_length=64,
        blank=True,
        editable=False,
        help_text=_("SHA-256 of the approved wording; empty without approval."),
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("approved by"),
        help_text=_("Who approved the present wording."),
    )
    approved_at = models.DateTimeField(
        _("approved at"), null=True, editable=False, help_text=_("When it was approved.")
    )
    approval_expires_at = models.DateTimeField(
        _("approval expires at"),
        null=True,
        editable=False,
        help_text=_("When the approval is lost unless it was used; null: never."),
    )
    keeps_scheduled = models.BooleanField(
        _("keeps what is scheduled"),
        default=False,
        editable=False,
        help_text=_("Whether the approval outlasts its time while the message is scheduled."),
    )
    is_break_glass = models.BooleanField(
        _("glass broken"),
        default=False,
        editable=False,
        help_text=_("Whether its approval skipped the review, in an emergency."),
    )
    ratified_at = models.DateTimeField(
        _("ratified at"),
        null=True,
        editable=False,
        help_text=_("When a manager looked at a broken glass afterwards."),
    )
    ratified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("ratified by"),
        help_text=_("The manager who did."),
    )
    submitted_at = models.DateTimeField(
        _("submitted at"), null=True, editable=False, help_text=_("When it went into review.")
    )
    published_at = models.DateTimeField(
        _("published at"),
        null=True,
        editable=False,
        help_text=_("When it first reached the public."),
    )
    flagged_at = models.DateTimeField(
        _("flagged at"),
        null=True,
        editable=False,
        help_text=_("When a fact it rests on fell, while it was public; null without a flag."),
    )
    flag_reason = models.CharField(
        _("reason of the flag"),
        max_length=20,
        choices=FlagReason.choices,
        null=True,
        editable=False,
        help_text=_("What happened to the fact; null without a flag."),
    )
    flagged_fact = models.ForeignKey(
        "incidents.Fact",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("flagged for"),
        help_text=_("The fact it was flagged for."),
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=MessageStatus.values), name="messaging_message_status"
            ),
            models.CheckConstraint(
                condition=models.Q(purpose__in=Purpose.values), name="messaging_message_purpose"
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=APPROVED_STATUSES)
                | (
                    ~models.Q(approved_hash="")
                    & models.Q(approved_by__isnull=False, approved_at__isnull=False)
                ),
                name="messaging_message_approved",
            ),
            models.CheckConstraint(
                condition=~models.Q(approved_by=models.F("author")) | models.Q(is_break_glass=True),
                name="messaging_message_four_eyes",
            ),
            models.CheckConstraint(
                condition=models.Q(flagged_at=None, flag_reason=None, flagged_fact=None)
                | models.Q(
                    flagged_at__isnull=False,
                    flag_reason__in=FlagReason.values,
                    flagged_fact__isnull=False,
                ),
                name="messaging_message_flag",
            ),
            models.CheckConstraint(
                condition=models.Q(status=MessageStatus.SUPERSEDED, superseded_by__isnull=False)
                | (~models.Q(status=MessageStatus.SUPERSEDED) & models.Q(superseded_by=None)),
                name="messaging_message_superseded",
            ),
            models.CheckConstraint(
                condition=~models.Q(revises=models.F("id"))
                & ~models.Q(superseded_by=models.F("id")),
                name="messaging_message_not_itself",
            ),
            models.UniqueConstraint(
                fields=["revises"],
                condition=~models.Q(status=MessageStatus.WITHDRAWN),
                name="messaging_message_revised_once",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "-created_at", "-id"], name="messaging_recent"),
            models.Index(
                fields=["approval_expires_at"],
                condition=models.Q(approval_expires_at__isnull=False),
                name="messaging_approval_expiry",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_changeable(self) -> bool:
        """Whether its wording may change: nothing of it has reached the public."""
        return self.status in (
            MessageStatus.DRAFT,
            MessageStatus.IN_REVIEW,
            MessageStatus.REJECTED,
            *SILENT_STATUSES,
        )

    @property
    def is_out(self) -> bool:
        """Whether something of it has reached the public, or is on its way."""
        return self.status in (*PUBLIC_STATUSES, MessageStatus.SUPERSEDED)

    @property
    def owes_ratification(self) -> bool:
        """Whether a manager still has to look at a broken glass."""
        return self.is_break_glass and self.ratified_at is None

    @property
    def is_flagged(self) -> bool:
        """Whether somebody has to look at it again."""
        return self.flagged_at is not None

    @property
    def is_approved(self) -> bool:
        """Whether its present wording stands approved."""
        return self.status in APPROVED_STATUSES
