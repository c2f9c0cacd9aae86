"""What a step does when it is started, kind by kind.

An effect sets the fields of the step and returns on whom it waits now, or `NOBODY`; the caller
saves the step and tells of it, all in one transaction. A refusal fails the step. What a playbook
does is done by the service, not by whoever ended the step before.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from crisisapi.accounts.models import Member, Role, User
from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import DomainError
from crisisapi.events.models import Event
from incidents.models import Assignment, RunStep, StepKind, StepState
from incidents.services.notifications import notify_people
from incidents.services.step_records import awaited, holder_of
from incidents.services.tasks import add_task

WaitsOn = dict[str, object] | None

# Of these the last one says where the review of a message stands.
_REVIEWING = (
    "message.submitted",
    "message.approved",
    "message.rejected",
    "message.withdrawn",
    "message.approval_withdrawn",
)


def begin(step: RunStep, *, now: datetime) -> WaitsOn:
    """Do what the step is for; it is then waiting, running or done."""
    return _EFFECTS[StepKind(step.kind)](step, now)


def _give_task(step: RunStep, now: datetime) -> WaitsOn:
    owner_id = holder_of(step, step.terms["role"])
    minutes = step.terms["due_minutes"]
    task = add_task(
        incident=step.incident,
        title=step.title,
        description=step.terms["instructions"],
        owner=User.objects.get(pk=owner_id) if owner_id else None,
        department=step.terms["department"],
        due_at=now + timedelta(minutes=minutes) if minutes else None,
        actor=SYSTEM,
        now=now,
    )
    step.object_type, step.object_id = "task", task.pk
    step.state = StepState.WAITING
    return None  # the task itself says whom it waits on


def _ask_for_message(step: RunStep, now: datetime) -> WaitsOn:
    """The floor that speaks hears that the step was started, and drafts the message."""
    step.object_type, step.object_id = "", None
    step.state = StepState.WAITING
    return awaited(step)


def _ask_for_approval(step: RunStep, now: datetime) -> WaitsOn:
    of = step.terms["of"]
    if not of:
        step.state = StepState.WAITING
        return awaited(step, Role.APPROVER)
    message_id = step.run.steps.get(key=of).object_id
    step.object_type, step.object_id = "message", message_id
    reviewing = Event.objects.filter(object_id=str(message_id), verb__in=_REVIEWING)
    last = reviewing.order_by("-position").values_list("verb", flat=True).first()
    if last == "message.withdrawn":
        raise DomainError(_("The message was withdrawn. Skip this step, or cancel the run."))
    is_approved = last == "message.approved"
    step.state = StepState.DONE if is_approved else StepState.WAITING
    return None if is_approved else awaited(step, Role.APPROVER)


def _notify(step: RunStep, now: datetime) -> WaitsOn:
    people = _recipients(step)
    if not people:
        sentence = _("Nobody has these roles in the incident or belongs to these departments yet.")
        raise DomainError(sentence)
    notify_people(
        people=people, incident=step.incident, text=step.terms["text"], actor=SYSTEM, now=now
    )
    step.state = StepState.DONE
    return None


def _ask_for_decision(step: RunStep, now: datetime) -> WaitsOn:
    step.state = StepState.WAITING
    return awaited(step)


def _set_timer(step: RunStep, now: datetime) -> WaitsOn:
    step.state = StepState.RUNNING
    step.wake_at = now + timedelta(minutes=step.terms["minutes"])
    return None


def _recipients(step: RunStep) -> list[User]:
    to = step.terms["to"]
    held = Assignment.objects.current().filter(
        incident_id=step.incident_id, role__in=to.get("roles", [])
    )
    members = Member.objects.filter(
        brand_id=step.brand_id, department__in=to.get("departments", [])
    )
    ids = {*held.values_list("person", flat=True), *members.values_list("user", flat=True)}
    return list(User.objects.filter(pk__in=ids).order_by("pk"))


_EFFECTS: dict[StepKind, Callable[[RunStep, datetime], WaitsOn]] = {
    StepKind.TASK: _give_task,
    StepKind.MESSAGE: _ask_for_message,
    StepKind.APPROVAL: _ask_for_approval,
    StepKind.NOTIFICATION: _notify,
    StepKind.DECISION: _ask_for_decision,
    StepKind.WAIT: _set_timer,
}
