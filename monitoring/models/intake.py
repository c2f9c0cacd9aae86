"""How listening to a source goes: where it stands, how it fares, what is to be looked up."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crisisapi.common.models import IdentifiedModel
from crisisapi.common.secrets import EncryptedJSONField
from crisisapi.common.sentences import SentenceField


class SourceState(models.TextChoices):
    """How well a source is heard."""

    ACTIVE = "active", _("active")
    DEGRADED = "degraded", _("degraded")
    FAILING = "failing", _("failing")
    PAUSED = "paused", _("paused")


class Intake(models.Model):
    """The course of one source; no edit of a person, hence no version.

    Whoever holds the lease is the only one that fetches; it runs out by itself when its worker
    dies. `failures` are those since the last success. It is compared with what it brought before
    from `listening_since` on, when it was made, resumed, or set to listen to something else; its
    hours are counted until `counted_until`.
    """

    source = models.OneToOneField(
        "monitoring.Source", on_delete=models.CASCADE, primary_key=True, related_name="intake"
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=SourceState.choices,
        default=SourceState.ACTIVE,
        help_text=_("How well it is heard."),
    )
    cursor = models.JSONField(default=dict)
    tokens = EncryptedJSONField(default=dict)
    due_at = models.DateTimeField(
        _("due at"), default=timezone.now, help_text=_("When it is asked next.")
    )
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(
        _("failures"), default=0, help_text=_("How often in a row it could not be heard.")
    )
    attempted_at = models.DateTimeField(
        _("attempted at"), null=True, help_text=_("When it was last asked or pushed to us.")
    )
    succeeded_at = models.DateTimeField(
        _("succeeded at"), null=True, help_text=_("When that last went well.")
    )
    newest_at = models.DateTimeField(
        _("newest mention"), null=True, help_text=_("When its newest mention was said.")
    )
    heard_at = models.DateTimeField(
        _("heard at"), null=True, help_text=_("When it last brought a mention that was new.")
    )
    lag_seconds = models.PositiveIntegerField(
        _("lag in seconds"), null=True, help_text=_("How old the newest mention was when it came.")
    )
    error_code = models.CharField(
        _("error code"), max_length=40, blank=True, help_text=_("What went wrong last; stable.")
    )
    error_detail = SentenceField(
        _("error"), blank=True, help_text=_("What went wrong last, and what can be done.")
    )
    error_at = models.DateTimeField(_("error at"), null=True, help_text=_("When that was."))
    silent_since = models.DateTimeField(
        _("silent since"),
        null=True,
        help_text=_("Since when nothing came although it usually would."),
    )
    usual_per_hour = models.FloatField(
        _("usual an hour"),
        null=True,
        help_text=_("How many mentions an hour were to be expected in that time."),
    )
    refused_code = models.CharField(
        _("refused because"),
        max_length=40,
        blank=True,
        help_text=_("Why a push was last refused unread; stable."),
    )
    refused_times = models.PositiveIntegerField(
        _("refused pushes"), default=0, help_text=_("How many pushes in a row of days were.")
    )
    refused_since = models.DateTimeField(
        _("refused since"), null=True, help_text=_("When the first of them came.")
    )
    refused_at = models.DateTimeField(
        _("refused at"), null=True, help_text=_("When the last of them came.")
    )
    listening_since = models.DateTimeField(default=timezone.now)
    counted_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("state of a source")
        verbose_name_plural = _("states of sources")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=SourceState.values), name="monitoring_intake_state"
            )
        ]
        indexes = [models.Index(fields=["due_at"], name="monitoring_intake_due")]

    def __str__(self) -> str:
        return f"{self.source} {self.state}"


class CallBudget(models.Model):
    """Calls to a platform that several sources share.

    `spent` are pairs of when the last of some calls was made, and how many they were.
    """

    key = models.CharField(max_length=100, primary_key=True)
    spent = models.JSONField(default=list)
    resume_at = models.DateTimeField(null=True)
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key


class WantedPost(IdentifiedModel):
    """A post of which only the id came; looked up until it is there or surely gone."""

    source = models.ForeignKey("monitoring.Source", on_delete=models.CASCADE, related_name="wanted")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=300)
    reference = models.JSONField(default=dict)
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True, default=timezone.now)
    error_code = models.CharField(max_length=40, blank=True)
    error_detail = SentenceField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="monitoring_wanted_once")
        ]
        indexes = [models.Index(fields=["due_at"], name="monitoring_wanted_due")]

    def __str__(self) -> str:
        return self.key
