"""Runs of playbooks: one playbook at work in one incident, step by step."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel
from incidents.rules.playbook_runs import OPEN_RUNS


class RunState(models.TextChoices):
    """How far a run has come."""

    PENDING = "pending", _("not begun")
    RUNNING = "running", _("running")
    WAITING = "waiting", _("waiting for people")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class StepState(models.TextChoices):
    """How far a step has come."""

    PENDING = "pending", _("not begun")
    RUNNING = "running", _("running")
    WAITING = "waiting", _("waiting for people")
    DONE = "done", _("done")
    SKIPPED = "skipped", _("skipped")
    FAILED = "failed", _("failed")


class StepKind(models.TextChoices):
    """What a step does."""

    TASK = "task", _("task")
    MESSAGE = "message", _("message")
    APPROVAL = "approval", _("approval")
    NOTIFICATION = "notification", _("notification")
    DECISION = "decision", _("decision")
    WAIT = "wait", _("wait")


class PlaybookRunQuerySet(OwnedQuerySet["PlaybookRun"]):
    """Chainable filters."""

    subject = "incident_id"

    def standing(self) -> "PlaybookRunQuerySet":
        """Neither done nor cancelled."""
        return self.filter(state__in=OPEN_RUNS)


class PlaybookRun(VersionedModel):
    """A version of a playbook at work in an incident; it keeps the version it began with."""

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
        related_name="playbook_runs",
        verbose_name=_("incident"),
        help_text=_("The incident it is at work in."),
    )
    playbook = models.ForeignKey(
        "incidents.Playbook",
        on_delete=models.PROTECT,
        related_name="runs",
        verbose_name=_("playbook"),
        help_text=_("The playbook."),
    )
    playbook_version = models.ForeignKey(
        "incidents.PlaybookVersion",
        on_delete=models.PROTECT,
        related_name="runs",
        verbose_name=_("version of the playbook"),
        help_text=_("The version it began with and keeps."),
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=RunState.choices,
        default=RunState.PENDING,
        editable=False,
        help_text=_(
            "failed: a step failed and has to be retried or skipped; waiting: somebody is waited "
            "for; running: only time has to pass."
        ),
    )
    reason = models.TextField(
        _("reason"), blank=True, editable=False, help_text=_("Why it was cancelled.")
    )
    matches = models.JSONField(
        _("triggers that held"),
        default=list,
        editable=False,
        help_text=_("What made it begin by itself; empty when a person began it."),
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("started by"),
        help_text=_("Who began it, or opened the incident with which it began."),
    )
    started_at = models.DateTimeField(
        _("started at"), editable=False, help_text=_("When it began.")
    )
    ended_at = models.DateTimeField(
        _("ended at"), null=True, editable=False, help_text=_("When it was done or cancelled.")
    )

    objects = PlaybookRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run of a playbook")
        verbose_name_plural = _("runs of playbooks")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=RunState.values), name="incidents_run_state"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["done", "cancelled"], ended_at__isnull=False)
                | (~models.Q(state__in=["done", "cancelled"]) & models.Q(ended_at=None)),
                name="incidents_run_ended",
            ),
        ]
        indexes = [
            # Not unique: two incidents that are merged may each bring a run of one playbook.
            models.Index(
                fields=["incident", "playbook"],
                condition=~models.Q(state__in=["done", "cancelled"]),
                name="incidents_runs_standing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.playbook_version}, {self.incident.reference}"

    @property
    def is_standing(self) -> bool:
        """Whether it is neither done nor cancelled."""
        return self.state in OPEN_RUNS


class RunStepQuerySet(OwnedQuerySet["RunStep"]):
    """Chainable filters."""

    subject = "incident_id"

    def open(self) -> "RunStepQuerySet":
        """Neither done nor skipped."""
        return self.exclude(state__in=[StepState.DONE, StepState.SKIPPED])


class RunStep(VersionedModel):
    """One step of a run, with the terms it had when the run began."""

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
        related_name="run_steps",
        verbose_name=_("incident"),
        help_text=_("The incident."),
    )
    run = models.ForeignKey(
        "incidents.PlaybookRun",
        on_delete=models.PROTECT,
        related_name="steps",
        verbose_name=_("run"),
        help_text=_("The run it belongs to."),
    )
    key = models.CharField(
        _("key"), max_length=40, editable=False, help_text=_("Its name in the playbook.")
    )
    position = models.PositiveSmallIntegerField(
        _("position"), editable=False, help_text=_("Its place in the playbook, from 0.")
    )
    kind = models.CharField(
        _("kind"),
        max_length=12,
        choices=StepKind.choices,
        editable=False,
        help_text=_("What it does."),
    )
    title = models.CharField(
        _("title"), max_length=200, editable=False, help_text=_("What is to be done, in one line.")
    )
    terms = models.JSONField(
        _("terms"), editable=False, help_text=_("The step as the playbook had it.")
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=StepState.choices,
        default=StepState.PENDING,
        editable=False,
        help_text=_("waiting: for people; running: until its time has come."),
    )
    reason = models.TextField(
        _("reason"),
        blank=True,
        editable=False,
        help_text=_("Why it was skipped, failed, or what it still waits for."),
    )
    attempt = models.PositiveSmallIntegerField(
        _("attempt"), default=0, editable=False, help_text=_("How often it was started.")
    )
    outcome = models.CharField(
        _("outcome"),
        max_length=60,
        blank=True,
        editable=False,
        help_text=_("Of a decision: the option chosen."),
    )
    values = models.JSONField(
        _("values"),
        default=dict,
        editable=False,
        help_text=_("Values for the placeholders of its message that people supplied."),
    )
    object_type = models.CharField(
        _("kind of object"),
        max_length=40,
        blank=True,
        editable=False,
        help_text=_("task or message; empty while there is none."),
    )
    object_id = models.UUIDField(
        _("object"), null=True, editable=False, help_text=_("The task or message it made.")
    )
    wake_at = models.DateTimeField(
        _("wakes at"), null=True, editable=False, help_text=_("When its time has passed.")
    )
    started_at = models.DateTimeField(
        _("started at"), null=True, editable=False, help_text=_("When it was last started.")
    )
    ended_at = models.DateTimeField(
        _("ended at"), null=True, editable=False, help_text=_("When it ended.")
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("ended by"),
        help_text=_("Who ended it; null when the service did."),
    )

    objects = RunStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a run")
        verbose_name_plural = _("steps of runs")
        constraints = [
            models.UniqueConstraint(fields=["run", "key"], name="incidents_step_key_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=StepState.values), name="incidents_step_state"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=StepKind.values), name="incidents_step_kind"
            ),
        ]
        indexes = [
            models.Index(
                fields=["wake_at"],
                condition=models.Q(state="running"),
                name="incidents_steps_to_wake",
            ),
            models.Index(
                fields=["object_id"],
                condition=models.Q(object_id__isnull=False),
                name="incidents_step_of_object",
            ),
        ]

    def __str__(self) -> str:
        return self.title
