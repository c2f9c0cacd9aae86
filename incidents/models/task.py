"""Tasks, and commitments: tasks that were promised in public."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Department
from crisisapi.accounts.models.owned import OwnedQuerySet
from incidents.models.due import Alarm, DueModel, alarm_index
from incidents.rules.tasks import PublicState, public_state

if TYPE_CHECKING:
    from datetime import datetime


class TaskKind(models.TextChoices):
    """Whether the public was told."""

    TASK = "task", _("task")
    COMMITMENT = "commitment", _("commitment")


class TaskStatus(models.TextChoices):
    """How far it has come."""

    OPEN = "open", _("open")
    IN_PROGRESS = "in_progress", _("in progress")
    BLOCKED = "blocked", _("blocked")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


class TaskPriority(models.TextChoices):
    """What comes first."""

    LOW = "low", _("low")
    NORMAL = "normal", _("normal")
    HIGH = "high", _("high")
    URGENT = "urgent", _("urgent")


TASK_OVER = [TaskStatus.DONE, TaskStatus.CANCELLED]


class TaskQuerySet(OwnedQuerySet["Task"]):
    """Chainable filters."""

    subject = "incident_id"

    def unfinished(self) -> "TaskQuerySet":
        """Neither done nor cancelled."""
        return self.exclude(status__in=TASK_OVER)

    def late(self, *, now: "datetime") -> "TaskQuerySet":
        """Unfinished and past their time."""
        return self.unfinished().filter(due_at__lt=now)


class Task(DueModel):
    """Something to be done by somebody; a commitment if the public was promised it.

    It outlives its incident: what was promised stays promised when the incident is closed.
    """

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
        related_name="tasks",
        verbose_name=_("incident"),
        help_text=_("The incident it belongs to."),
    )
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=TaskKind.choices,
        default=TaskKind.TASK,
        editable=False,
        help_text=_("Whether it was promised in public."),
    )
    title = models.CharField(_("title"), max_length=200, help_text=_("One line."))
    description = models.TextField(
        _("description"), max_length=10_000, blank=True, help_text=_("What is to be done, and how.")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="owned_tasks",
        verbose_name=_("owner"),
        help_text=_("The member who does it."),
    )
    department = models.CharField(
        _("department"),
        max_length=10,
        choices=Department.choices,
        blank=True,
        help_text=_("The department that does it; empty when none is named."),
    )
    priority = models.CharField(
        _("priority"),
        max_length=6,
        choices=TaskPriority.choices,
        default=TaskPriority.NORMAL,
        help_text=_("What comes first."),
    )
    status = models.CharField(
        _("status"),
        max_length=11,
        choices=TaskStatus.choices,
        default=TaskStatus.OPEN,
        editable=False,
        help_text=_("How far it has come."),
    )
    status_reason = models.TextField(
        _("reason"), blank=True, editable=False, help_text=_("Why it last changed its status.")
    )
    evidence = models.TextField(
        _("evidence"),
        max_length=5_000,
        blank=True,
        help_text=_("What shows that it was done: links, names."),
    )
    promise = models.TextField(
        _("promise"),
        max_length=2_000,
        blank=True,
        editable=False,
        help_text=_("What the public was promised, word for word; empty for a task."),
    )
    promised_at = models.DateTimeField(
        _("promised at"), null=True, editable=False, help_text=_("When it was promised.")
    )
    promised_in = models.CharField(
        _("promised in"),
        max_length=500,
        blank=True,
        help_text=_("Where it was promised: an address or a place."),
    )
    is_public = models.BooleanField(
        _("shown in public"),
        default=False,
        help_text=_("Whether the public may follow how it stands."),
    )
    done_at = models.DateTimeField(
        _("done at"), null=True, editable=False, help_text=_("When it was done.")
    )
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("done by"),
        help_text=_("Who said that it was done."),
    )
    ended_at = models.DateTimeField(
        _("ended at"), null=True, editable=False, help_text=_("When it was done or cancelled.")
    )

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=TaskKind.values), name="incidents_task_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=TaskStatus.values), name="incidents_task_status"
            ),
            models.CheckConstraint(
                condition=models.Q(priority__in=TaskPriority.values),
                name="incidents_task_priority",
            ),
            models.CheckConstraint(
                condition=models.Q(department__in=["", *Department.values]),
                name="incidents_task_department",
            ),
            models.CheckConstraint(
                condition=models.Q(alarm__in=Alarm.values), name="incidents_task_alarm"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="task", promise="", promised_at=None, is_public=False)
                | (
                    models.Q(kind="commitment", promised_at__isnull=False, due_at__isnull=False)
                    & ~models.Q(promise="")
                ),
                name="incidents_commitment_promised",
            ),
            models.CheckConstraint(
                condition=models.Q(status="done", done_at__isnull=False)
                | (~models.Q(status="done") & models.Q(done_at=None)),
                name="incidents_task_done",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=TASK_OVER, ended_at__isnull=False)
                | (~models.Q(status__in=TASK_OVER) & models.Q(ended_at=None)),
                name="incidents_task_ended",
            ),
        ]
        indexes = [
            alarm_index("task"),
            models.Index(fields=["brand", "-created_at", "-id"], name="incidents_task_recent"),
        ]

    def __str__(self) -> str:
        return self.title

    def told_with_alarm(self) -> dict[str, object]:
        """Return what it is."""
        return {"title": self.title, "kind": self.kind}

    @property
    def is_over(self) -> bool:
        """Done or cancelled."""
        return self.status in TASK_OVER

    def is_late_at(self, now: "datetime") -> bool:
        """Whether its time has passed and it is neither done nor cancelled."""
        return not self.is_over and self.due_at is not None and self.due_at < now

    @property
    def is_commitment(self) -> bool:
        """Whether the public was promised it."""
        return self.kind == TaskKind.COMMITMENT

    @property
    def public_state(self) -> PublicState | None:
        """What has become of the promise, at this moment; None for a task."""
        if not self.is_commitment or self.due_at is None:
            return None
        ended_at = self.ended_at or timezone.now()
        return public_state(status=self.status, due_at=self.due_at, ended_at=ended_at)
