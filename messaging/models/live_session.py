"""Live sessions of questions and answers, and the questions that wait in them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import IdentifiedModel
from messaging.models.proposed import ProposedModel

SPOKEN_LENGTH = 5_000
# A day: nothing that is live lasts longer.
LONGEST_RECORDING = 86_400


class LiveSessionStatus(models.TextChoices):
    """Where the session stands."""

    DRAFT = "draft", _("draft")
    ANNOUNCED = "announced", _("announced")
    LIVE = "live", _("live now")
    ENDED = "ended", _("ended")
    CANCELLED = "cancelled", _("cancelled")
    ARCHIVED = "archived", _("archived")


# Questions are taken for it.
TAKING_SESSIONS = [LiveSessionStatus.ANNOUNCED, LiveSessionStatus.LIVE]


class LiveSessionQuerySet(OwnedQuerySet["LiveSession"]):
    """Chainable filters."""

    subject = "incident_id"


class LiveSession(ProposedModel):
    """A time at which people of the brand answer questions live, somewhere else on the web."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("brand"),
        help_text=_("The brand that answers."),
    )
    incident = models.ForeignKey(
        "incidents.Incident",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="live_sessions",
        verbose_name=_("incident"),
        help_text=_("The incident it is about; null for none."),
    )
    titles = models.JSONField(
        _("title"),
        default=dict,
        help_text=_("The title that is shown, by language; empty before the first approval."),
    )
    intros = models.JSONField(
        _("introduction"),
        default=dict,
        help_text=_("What is said of it, by language: who answers, and what."),
    )
    link = models.CharField(
        _("link"),
        max_length=2_000,
        blank=True,
        help_text=_("Where it takes place: an address beginning with https:."),
    )
    recording_url = models.CharField(
        _("recording"),
        max_length=2_000,
        blank=True,
        help_text=_("Where it can be seen afterwards: an address beginning with https:."),
    )
    starts_at = models.DateTimeField(_("starts at"), help_text=_("When it is to start."))
    ends_at = models.DateTimeField(_("ends at"), help_text=_("When it is to end."))
    hosts = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="+",
        verbose_name=_("hosts"),
        help_text=_("Who answers; members of the brand."),
    )
    status = models.CharField(
        _("status"),
        max_length=9,
        choices=LiveSessionStatus.choices,
        default=LiveSessionStatus.DRAFT,
        editable=False,
        help_text=_("Where it stands; changed by its actions only."),
    )
    status_reason = models.TextField(
        _("reason"), blank=True, editable=False, help_text=_("Why it was cancelled, for the team.")
    )
    started_at = models.DateTimeField(
        _("started at"), null=True, editable=False, help_text=_("When it started.")
    )
    ended_at = models.DateTimeField(
        _("ended at"), null=True, editable=False, help_text=_("When it ended.")
    )

    objects = LiveSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("live session")
        verbose_name_plural = _("live sessions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=LiveSessionStatus.values),
                name="messaging_live_status",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="messaging_live_times"
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=[*TAKING_SESSIONS, LiveSessionStatus.ENDED])
                | models.Q(
                    approved_revision__gte=1, approved_by__isnull=False, approved_at__isnull=False
                ),
                name="messaging_live_approved",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=LiveSessionStatus.LIVE)
                | models.Q(started_at__isnull=False),
                name="messaging_live_started",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "-created_at", "-id"], name="messaging_live_recent"),
            models.Index(
                fields=["status", "ends_at"],
                condition=models.Q(status__in=TAKING_SESSIONS),
                name="messaging_live_due",
            ),
        ]

    def __str__(self) -> str:
        words = self.titles or (self.proposal or {}).get("titles", {})
        return str(next(iter(words.values()), self.pk))

    @property
    def is_taking(self) -> bool:
        """Whether questions are taken for it."""
        return self.status in TAKING_SESSIONS


class QueueState(models.TextChoices):
    """What became of a question in a session."""

    WAITING = "waiting", _("waiting")
    ANSWERING = "answering", _("being answered")
    ANSWERED = "answered", _("answered live")
    SKIPPED = "skipped", _("left out")


class QueuedQuestion(IdentifiedModel):
    """A question in the queue of a session; the votes are those of the question."""

    session = models.ForeignKey(
        LiveSession,
        on_delete=models.PROTECT,
        related_name="queued",
        verbose_name=_("live session"),
        help_text=_("The session it waits in."),
    )
    question = models.ForeignKey(
        "messaging.Question",
        on_delete=models.PROTECT,
        related_name="queued",
        verbose_name=_("question"),
        help_text=_("The question."),
    )
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=QueueState.choices,
        default=QueueState.WAITING,
        editable=False,
        help_text=_("What became of it in this session."),
    )
    state_at = models.DateTimeField(
        _("state since"), editable=False, help_text=_("When it came to its state.")
    )
    host = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("host"),
        help_text=_("Who said so last; null when an API key did."),
    )
    spoken = models.TextField(
        _("what was said"),
        max_length=SPOKEN_LENGTH,
        blank=True,
        editable=False,
        help_text=_("What was answered, for the team: the draft of the written answer."),
    )
    seconds = models.PositiveIntegerField(
        _("second of the recording"),
        null=True,
        editable=False,
        help_text=_("Where in the recording it is answered, in seconds from its start."),
    )

    class Meta:
        verbose_name = _("question of a session")
        verbose_name_plural = _("questions of sessions")
        constraints = [
            models.UniqueConstraint(fields=["session", "question"], name="messaging_queued_once"),
            models.UniqueConstraint(
                fields=["session"],
                condition=models.Q(state=QueueState.ANSWERING),
                name="messaging_queued_one_by_one",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=QueueState.values), name="messaging_queued_state"
            ),
            models.CheckConstraint(
                condition=models.Q(seconds=None) | models.Q(seconds__lte=LONGEST_RECORDING),
                name="messaging_queued_seconds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session}: {self.question}"
