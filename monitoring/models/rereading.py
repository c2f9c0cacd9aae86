"""Rereadings: what was heard before is read again, for a query or by another analyser."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.circle import Circle
from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import IdentifiedModel

if TYPE_CHECKING:
    from crisisapi.accounts.callers import Caller


class RereadingKind(models.TextChoices):
    """Why mentions are read again."""

    BACKFILL = "backfill", _("backfill of a query")
    REANALYSIS = "reanalysis", _("re-analysis")
    KEY_MESSAGE = "keymessage", _("search for a key message")


class RereadingState(models.TextChoices):
    """How far it is."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    SUPERSEDED = "superseded", _("superseded")


OPEN_STATES = (RereadingState.WAITING, RereadingState.RUNNING)


class RereadingQuerySet(OwnedQuerySet["Rereading"]):
    """Chainable filters."""

    subject = "query__incident_id"

    def visible_to(self, caller: "Caller") -> Self:
        """Also without those of key messages whose incidents are closed to the caller."""
        closed = Circle.objects.closed_to(caller).values("subject_id")
        seen = super().visible_to(caller)
        return seen.exclude(key_message__incident_id__in=closed)

    def open(self) -> "RereadingQuerySet":
        """Only those that are not over."""
        return self.filter(state__in=OPEN_STATES)


class Rereading(IdentifiedModel):
    """Work over a range of mentions, from the newest to the oldest, in batches."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("brand"),
        help_text=_("The brand whose mentions are read again."),
    )
    kind = models.CharField(
        _("kind"), max_length=10, choices=RereadingKind.choices, help_text=_("Why.")
    )
    query = models.ForeignKey(
        "monitoring.Query",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rereadings",
        verbose_name=_("query"),
        help_text=_("The query that is matched; only for a backfill."),
    )
    key_message = models.ForeignKey(
        "messaging.KeyMessage",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("key message"),
        help_text=_("The key message that is looked for; only for a search for one."),
    )
    since = models.DateTimeField(
        _("since"), null=True, blank=True, help_text=_("Only what was said from then on.")
    )
    until = models.DateTimeField(
        _("until"), null=True, blank=True, help_text=_("Only what was said before.")
    )
    language = models.TextField(
        _("language"),
        blank=True,
        default="",
        help_text=_("Only mentions in this language, ISO 639-1; only for a re-analysis."),
    )
    analyser = models.TextField(
        _("analyser"),
        blank=True,
        default="",
        help_text=_("Name and version of the analyser at the last batch."),
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=RereadingState.choices,
        default=RereadingState.WAITING,
        help_text=_("How far it is."),
    )
    total = models.PositiveBigIntegerField(
        _("total"), default=0, help_text=_("How many mentions were in the range at the start.")
    )
    done = models.PositiveBigIntegerField(
        _("done"), default=0, help_text=_("How many of them were looked at.")
    )
    changed = models.PositiveBigIntegerField(
        _("changed"), default=0, help_text=_("How many were counted otherwise afterwards.")
    )
    cursor_at = models.DateTimeField(
        _("reached"), null=True, help_text=_("When the last mention looked at was said.")
    )
    cursor_id = models.UUIDField(null=True, editable=False)
    failures = models.PositiveSmallIntegerField(
        _("failures"), default=0, help_text=_("How many batches in a row went wrong.")
    )
    requested_by = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked for by"),
        help_text=_("Who asked for it; empty when a program did."),
    )
    started_at = models.DateTimeField(
        _("started at"), null=True, help_text=_("When the first batch was read.")
    )
    finished_at = models.DateTimeField(
        _("finished at"), null=True, help_text=_("When it was over.")
    )

    objects = RereadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("rereading")
        verbose_name_plural = _("rereadings")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=RereadingKind.values), name="monitoring_rereading_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=RereadingState.values),
                name="monitoring_rereading_state",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="backfill", query__isnull=False, key_message=None)
                | models.Q(kind="reanalysis", query=None, key_message=None)
                | models.Q(kind="keymessage", query=None, key_message__isnull=False),
                name="monitoring_rereading_query",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "-created_at", "-id"], name="monitoring_reread_recent"),
            models.Index(
                fields=["created_at"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="monitoring_reread_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do."""
        return self.state not in OPEN_STATES
