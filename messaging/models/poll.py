"""Polls on the public page, and their ballots."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import IdentifiedModel, VersionedModel
from messaging.rules.polls import wording_hash

LEAST_SHOWN_LIMIT = 100


class PollStatus(models.TextChoices):
    """Where the poll stands."""

    DRAFT = "draft", _("draft")
    APPROVED = "approved", _("approved")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class PollSelection(models.TextChoices):
    """How many options a ballot may name."""

    SINGLE = "single", _("one option")
    MULTIPLE = "multiple", _("several options")


class PollResults(models.TextChoices):
    """When the public sees the counts."""

    ALWAYS = "always", _("always")
    AFTER_VOTING = "after_voting", _("after voting")
    AFTER_CLOSE = "after_close", _("once it is closed")


# Approved in its present wording.
_APPROVED = [PollStatus.APPROVED, PollStatus.OPEN, PollStatus.CLOSED]


class PollQuerySet(OwnedQuerySet["Poll"]):
    """Chainable filters."""

    subject = "incident_id"


class Poll(VersionedModel):
    """One question to the audience; asked in public only as it was approved by other eyes."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("brand"),
        help_text=_("The brand that asks."),
    )
    incident = models.ForeignKey(
        "incidents.Incident",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="polls",
        verbose_name=_("incident"),
        help_text=_("The incident it is about; null for none."),
    )
    questions = models.JSONField(
        _("question"), default=dict, help_text=_("What is asked, by language; one line.")
    )
    options = models.JSONField(
        _("options"),
        default=list,
        help_text=_("2 to 12 options, each a text by language; numbered from 1."),
    )
    selection = models.CharField(
        _("selection"),
        max_length=8,
        choices=PollSelection.choices,
        default=PollSelection.SINGLE,
        help_text=_("How many options a ballot may name."),
    )
    results = models.CharField(
        _("results"),
        max_length=12,
        choices=PollResults.choices,
        default=PollResults.AFTER_VOTING,
        help_text=_("When the public sees the counts."),
    )
    least_shown = models.PositiveSmallIntegerField(
        _("smallest count shown"),
        default=0,
        validators=[MaxValueValidator(LEAST_SHOWN_LIMIT)],
        help_text=_("Smaller counts are not told in public, so that nobody is; 0: all are."),
    )
    opens_at = models.DateTimeField(
        _("opens at"), null=True, blank=True, help_text=_("When it opens; null: by hand.")
    )
    closes_at = models.DateTimeField(_("closes at"), help_text=_("When it closes."))
    status = models.CharField(
        _("status"),
        max_length=9,
        choices=PollStatus.choices,
        default=PollStatus.DRAFT,
        editable=False,
        help_text=_("Where it stands; changed by its actions only."),
    )
    status_reason = models.TextField(
        _("reason"), blank=True, editable=False, help_text=_("Why it was closed or withdrawn.")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("author"),
        help_text=_("Who worded it last; null when an API key did."),
    )
    revision = models.PositiveIntegerField(
        _("revision"),
        default=1,
        editable=False,
        help_text=_("Number of the present wording; who approves names the one they read."),
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
    opened_at = models.DateTimeField(
        _("opened at"), null=True, editable=False, help_text=_("When it opened.")
    )
    closed_at = models.DateTimeField(
        _("closed at"), null=True, editable=False, help_text=_("When it closed.")
    )

    objects = PollQuerySet.as_manager()

    class Meta:
        verbose_name = _("poll")
        verbose_name_plural = _("polls")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=PollStatus.values), name="messaging_poll_status"
            ),
            models.CheckConstraint(
                condition=models.Q(selection__in=PollSelection.values),
                name="messaging_poll_selection",
            ),
            models.CheckConstraint(
                condition=models.Q(results__in=PollResults.values), name="messaging_poll_results"
            ),
            models.CheckConstraint(
                condition=models.Q(least_shown__lte=LEAST_SHOWN_LIMIT), name="messaging_poll_least"
            ),
            models.CheckConstraint(
                condition=models.Q(opens_at=None) | models.Q(closes_at__gt=models.F("opens_at")),
                name="messaging_poll_times",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=_APPROVED)
                | (~models.Q(approved_hash="") & models.Q(approved_by__isnull=False)),
                name="messaging_poll_approved",
            ),
            models.CheckConstraint(
                condition=~models.Q(approved_by=models.F("author")),
                name="messaging_poll_four_eyes",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "-created_at", "-id"], name="messaging_poll_recent"),
            models.Index(
                fields=["status", "opens_at", "closes_at"],
                condition=models.Q(status__in=[PollStatus.APPROVED, PollStatus.OPEN]),
                name="messaging_poll_due",
            ),
        ]

    def __str__(self) -> str:
        return str(next(iter(self.questions.values()), self.pk))

    @property
    def present_hash(self) -> str:
        """SHA-256 of the present wording."""
        return wording_hash(self.questions, self.options, self.selection)

    @property
    def is_multiple(self) -> bool:
        """Whether a ballot may name several options."""
        return self.selection == PollSelection.MULTIPLE


class Ballot(IdentifiedModel):
    """What one form said; whose it was, nobody can tell."""

    poll = models.ForeignKey(
        Poll, on_delete=models.PROTECT, related_name="ballots", help_text=_("The poll.")
    )
    voter_hash = models.CharField(
        max_length=64, help_text=_("Tells one voter from another, not who they are.")
    )
    choices = ArrayField(
        models.PositiveSmallIntegerField(), help_text=_("Numbers of the options, from 1.")
    )

    class Meta:
        verbose_name = _("ballot")
        verbose_name_plural = _("ballots")
        constraints = [
            models.UniqueConstraint(fields=["poll", "voter_hash"], name="messaging_ballot_once"),
            models.CheckConstraint(
                condition=models.Q(choices__len__gte=1), name="messaging_ballot_chosen"
            ),
        ]

    def __str__(self) -> str:
        return self.voter_hash[:8]
