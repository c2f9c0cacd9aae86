"""Where somebody, or a whole team, is told of what happens: by mail, in a chat, by webhook."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel
from crisisapi.common.secrets import EncryptedTextField
from crisisapi.common.sentences import SentenceField


class Way(models.TextChoices):
    """How it is told."""

    EMAIL = "email", _("e-mail")
    CHAT = "chat", _("chat (Slack-compatible incoming webhook)")
    WEBHOOK = "webhook", _("signed webhook (Standard Webhooks)")


class Timing(models.TextChoices):
    """When it is told."""

    AT_ONCE = "at_once", _("at once")
    DIGEST = "digest", _("in a digest")
    NEVER = "never", _("never")


class NewsKind(models.TextChoices):
    """What people choose by."""

    INCIDENT = "incident", _("an incident opens, moves on, gets worse or better")
    ROLE = "role", _("a role in an incident")
    TASK = "task", _("tasks and commitments")
    CLOCK = "clock", _("clocks of the response")
    REVIEW = "review", _("messages to review, and what became of them")
    PUBLICATION = "publication", _("publications, and those in trouble")
    FLAG = "flag", _("a fact fell under a public message")
    BRAKE = "brake", _("the crisis brake")
    STAKEHOLDER = "stakeholder", _("stakeholders to be told")
    GOAL = "goal", _("goals at risk or missed")
    LESSON = "lesson", _("lessons, and templates to look at")
    WORD = "word", _("words from the team")
    SOURCE = "source", _("sources that fail or fall silent, and when they are heard again")
    ALERT = "alert", _("alerts of unusual talk, and when it is over")


class NotificationTargetQuerySet(OwnedQuerySet["NotificationTarget"]):
    """Chainable filters."""

    def active(self) -> "NotificationTargetQuerySet":
        """Only those that are told anything."""
        return self.filter(is_active=True)

    def of_teams(self) -> "NotificationTargetQuerySet":
        """Only those of a whole team."""
        return self.filter(person=None)


class NotificationTarget(VersionedModel):
    """One address for one person, or for a team, and what is told there when."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("brand"),
        help_text=_("The brand whose news it is."),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="notification_targets",
        verbose_name=_("person"),
        help_text=_("Whom it belongs to; empty: the whole team."),
    )
    way = models.CharField(
        _("way"), max_length=7, choices=Way.choices, help_text=_("How it is told.")
    )
    name = models.CharField(
        _("name"), max_length=120, blank=True, help_text=_("What people call it, e.g. #crisis.")
    )
    address = EncryptedTextField(
        _("address"),
        blank=True,
        default="",
        help_text=_(
            "Address of the incoming webhook, or the team's mailbox; a person's mails go to "
            "their own address."
        ),
    )
    # Null where nothing is signed: an empty text would be encrypted as well.
    secret = EncryptedTextField(null=True, editable=False)  # type: ignore[misc]
    previous_secret = EncryptedTextField(null=True, editable=False)  # type: ignore[misc]
    previous_secret_until = models.DateTimeField(
        _("old secret signs until"),
        null=True,
        editable=False,
        help_text=_("Until when the secret before signs as well."),
    )
    timing = models.CharField(
        _("timing"),
        max_length=7,
        choices=Timing.choices,
        default=Timing.AT_ONCE,
        help_text=_("When, for every sort of news that is not named."),
    )
    kinds = models.JSONField(
        _("by sort of news"),
        default=dict,
        blank=True,
        help_text=_('Sorts of news with a timing of their own, e.g. {"lesson": "never"}.'),
    )
    digest_minutes = models.PositiveSmallIntegerField(
        _("minutes between digests"),
        default=60,
        validators=[MinValueValidator(5), MaxValueValidator(1440)],
        help_text=_("From 5 to 1440; a digest leaves at full steps of it after midnight."),
    )
    quiet_from = models.TimeField(
        _("quiet from"),
        null=True,
        blank=True,
        help_text=_("In the brand's time zone; what comes in quiet hours waits for their end."),
    )
    quiet_until = models.TimeField(
        _("quiet until"), null=True, blank=True, help_text=_("When quiet hours end.")
    )
    wake_for_urgent = models.BooleanField(
        _("wake for what is urgent"),
        default=True,
        help_text=_("Urgent news does not wait for the end of quiet hours."),
    )
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=settings.LANGUAGES,
        blank=True,
        help_text=_("Empty: the person's, or the brand's main one."),
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Nothing is told at an inactive one.")
    )
    failing_since = models.DateTimeField(
        _("failing since"),
        null=True,
        editable=False,
        help_text=_("Since when nothing gets there; null when the last one did."),
    )
    last_error = SentenceField(
        _("last error"), blank=True, editable=False, help_text=_("Why the last one failed.")
    )

    objects = NotificationTargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification target")
        verbose_name_plural = _("notification targets")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "person"],
                condition=models.Q(way="email", person__isnull=False),
                name="messaging_target_mail_once",
            ),
            models.CheckConstraint(
                condition=models.Q(way__in=Way.values), name="messaging_target_way"
            ),
            models.CheckConstraint(
                condition=~models.Q(way="webhook") | models.Q(person=None),
                name="messaging_target_webhook",
                violation_error_message=_("Webhooks are for teams; managers name them."),
            ),
            models.CheckConstraint(
                condition=models.Q(timing__in=Timing.values), name="messaging_target_timing"
            ),
            models.CheckConstraint(
                condition=models.Q(quiet_from=None, quiet_until=None)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="messaging_target_quiet",
            ),
            models.CheckConstraint(
                condition=models.Q(digest_minutes__range=(5, 1440)), name="messaging_target_digest"
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.person or self.brand} ({self.get_way_display()})"

    @property
    def is_of_team(self) -> bool:
        """Whether it belongs to a whole team."""
        return self.person_id is None

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of its quiet hours and digests."""
        return ZoneInfo(self.brand.time_zone)

    @property
    def spoken(self) -> str:
        """The language it is told in."""
        known = dict(settings.LANGUAGES)
        theirs = self.person.language if self.person else self.brand.main_language
        return self.language or (theirs if theirs in known else settings.LANGUAGE_CODE)

    def secrets(self, *, now: datetime) -> tuple[str, ...]:
        """Return what its webhooks are signed with, the newest first."""
        until = self.previous_secret_until
        is_known = until is not None and now < until
        found = [self.secret, self.previous_secret if is_known else ""]
        return tuple(secret for secret in found if secret)

    def timing_of(self, kind: str) -> str:
        """Return when a sort of news is told here."""
        return str(self.kinds.get(kind, self.timing))
