"""Tasks and commitments: given, passed on, done, and what was promised kept or not."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.services.members import require_member
from crisisapi.common.actors import Actor
from crisisapi.common.choices import named
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import DomainError, InvalidInput, require_reason
from crisisapi.events.services.log import lock_for_change, record_event
from incidents.models import Evidence, Incident, Task
from incidents.models.task import TaskKind, TaskStatus
from incidents.rules.tasks import MOVES, RESULT, VERB
from incidents.services.deadlines import ALARM_FIELDS, lift_deadline, set_deadline
from incidents.services.standing import lock_standing

# What the public was told, and by when it should be done.
_PROMISED = {"promise", "promised_at", "due_at"}
_PASSED_ON = {"owner", "department"}


class TaskNotThere(DomainError):
    """The task is not where this step starts from."""

    code = "wrong_status"


class TaskOver(DomainError):
    """A task that is done or cancelled does not change."""

    code = "task_over"
    detail = _("This task is done or cancelled. Reopen it first.")


class PromiseStands(DomainError):
    """What was promised in public cannot be promised otherwise afterwards."""

    code = "promise_stands"
    detail = _(
        "What was promised, and by when, cannot change: make a new commitment, and cancel this one."
    )


@transaction.atomic
def add_task(*, incident: Incident, title: str, actor: Actor, now: datetime, **fields: Any) -> Task:
    """Add a task; refuses an owner who is no member, and a due time that has passed.

    `fields` may have owner, department, due_at, description and priority.
    """
    standing = lock_standing(incident)
    task = _new(standing, now, title=title, **fields)
    _record(task, "task.added", actor, now, waits_on=_waits_on(task))
    return task


@transaction.atomic
def make_commitment(
    *,
    incident: Incident,
    promise: str,
    due_at: datetime,
    actor: Actor,
    now: datetime,
    **fields: Any,
) -> Task:
    """Write down what the public was promised, word for word, and by when it should be done.

    `fields` may have title (else the beginning of the promise), promised_at (else now, never to
    come), promised_in, is_public (else true), owner, department, description and priority.
    """
    promised_at = fields.pop("promised_at", None) or now
    if promised_at > now:
        raise InvalidInput(errors={"promised_at": [_("Give a time that has passed, or now.")]})
    if not promise.strip():
        raise InvalidInput(errors={"promise": [_("Give the words the public was promised.")]})
    standing = lock_standing(incident)
    fields = {"title": promise[:200], "is_public": True, **fields}
    task = _new(
        standing,
        now,
        kind=TaskKind.COMMITMENT,
        promise=promise,
        promised_at=promised_at,
        due_at=due_at,
        **fields,
    )
    said = {"promise": promise, "promised_in": task.promised_in}
    _record(task, "task.promised", actor, now, waits_on=_waits_on(task), **said)
    return task


@transaction.atomic
def change_task(
    *, task: Task, actor: Actor, now: datetime, expected_version: int | None, **fields: Any
) -> Task:
    """Change what is to be done, or pass it on to another owner or department.

    Refuses a task that is over (`TaskOver`), another promise or due time of a commitment
    (`PromiseStands`), an owner who is no member, and a due time that has passed.
    """
    locked = lock_for_change(task, expected_version=expected_version)
    require_member(fields.get("owner"), locked.brand, field="owner")
    changed = differing(locked, fields)
    if not changed:
        return locked
    _check_change(locked, changed, now)
    for name, value in changed.items():
        setattr(locked, name, value)
    if "due_at" in changed:
        set_deadline(locked, locked.due_at, now=now)
    save_change(locked, *{*changed, *ALARM_FIELDS}, now=now)
    said: dict[str, object] = {"fields": sorted(changed), "due_at": locked.due_at}
    if _PASSED_ON & changed.keys():
        _record(locked, "task.reassigned", actor, now, waits_on=_waits_on(locked), **said)
    else:
        _record(locked, "task.changed", actor, now, **said)
    return locked


def start_task(*, task: Task, **change: Any) -> Task:
    """Somebody is at it: open or blocked → in progress."""
    return _move(task, "start", **change)


def block_task(*, task: Task, reason: str, **change: Any) -> Task:
    """It cannot go on, and this is why: → blocked."""
    require_reason(reason)
    return _move(task, "block", reason=reason, **change)


def finish_task(*, task: Task, **change: Any) -> Task:
    """It is done; a commitment needs evidence that it was kept."""
    return _move(task, "finish", **change)


def cancel_task(*, task: Task, reason: str, **change: Any) -> Task:
    """It will not be done, and this is why."""
    require_reason(reason)
    return _move(task, "cancel", reason=reason, **change)


def reopen_task(*, task: Task, reason: str, **change: Any) -> Task:
    """It is not done after all, and this is why; its due time stands."""
    require_reason(reason)
    return _move(task, "reopen", reason=reason, **change)


@transaction.atomic
def _move(
    task: Task,
    move: str,
    *,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    reason: str = "",
    evidence: str = "",
) -> Task:
    locked = lock_for_change(task, expected_version=expected_version)
    before = locked.status
    if before not in MOVES[move]:
        raise TaskNotThere(
            _("This is possible only from: %(from)s. The task is: %(status)s.")
            % {"from": named(TaskStatus, MOVES[move]), "status": TaskStatus(before).label}
        )
    locked.evidence = evidence or locked.evidence
    locked.status = TaskStatus(RESULT[move])
    locked.status_reason = reason
    _check_kept(locked)
    _settle(locked, actor, now)
    stored = ["status", "status_reason", "evidence", "done_at", "done_by", "ended_at"]
    save_change(locked, *stored, *ALARM_FIELDS, now=now)
    said: dict[str, object] = {"from": before, "reason": reason}
    if locked.is_over or move == "reopen":
        said["waits_on"] = None if locked.is_over else _waits_on(locked)
    if move == "finish":
        said["late"] = locked.due_at is not None and now > locked.due_at
    _record(locked, VERB[move], actor, now, **said)
    return locked


def _settle(task: Task, actor: Actor, now: datetime) -> None:
    """Stop the warnings of what is over; begin them anew for what is not over any more."""
    is_done = task.status == TaskStatus.DONE
    was_over = task.ended_at is not None
    task.done_at = now if is_done else None
    task.done_by_id = actor.person_id if is_done else None
    task.ended_at = now if task.is_over else None
    if task.is_over:
        lift_deadline(task)
    elif was_over:
        set_deadline(task, task.due_at, now=now)


def _new(
    incident: Incident, now: datetime, *, due_at: datetime | None = None, **fields: Any
) -> Task:
    require_member(fields.get("owner"), incident.brand, field="owner")
    _check_due(due_at, now)
    task = Task(
        brand_id=incident.brand_id, incident=incident, created_at=now, updated_at=now, **fields
    )
    set_deadline(task, due_at, now=now)
    task.save(force_insert=True)
    return task


def _check_change(task: Task, changed: dict[str, Any], now: datetime) -> None:
    if task.is_over:
        raise TaskOver
    if task.is_commitment and _PROMISED & changed.keys():
        raise PromiseStands
    if not task.is_commitment and changed.get("is_public"):
        raise InvalidInput(errors={"is_public": [_("Only a commitment is shown in public.")]})
    if "due_at" in changed:
        _check_due(changed["due_at"], now)


def _check_due(due_at: datetime | None, now: datetime) -> None:
    if due_at is not None and due_at <= now:
        raise InvalidInput(errors={"due_at": [_("Give a time to come.")]})


def _check_kept(task: Task) -> None:
    if not task.is_commitment or task.status != TaskStatus.DONE or task.evidence.strip():
        return
    if not Evidence.objects.standing().filter(task=task).exists():
        sentence = _("Show that the promise was kept: a link, a photograph, who saw it.")
        raise InvalidInput(errors={"evidence": [sentence]})


def _waits_on(task: Task) -> dict[str, object]:
    """Return who is at it; what nobody was given waits on the lead."""
    is_given = task.owner_id or task.department
    return {
        "person": task.owner_id,
        "department": task.department or None,
        "role": None if is_given else "lead",
    }


def _record(task: Task, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    said = {"title": task.title, "kind": task.kind, "owner": task.owner_id}
    record_event(
        brand_id=task.brand_id,
        incident_id=task.incident_id,
        verb=verb,
        instance=task,
        actor=actor,
        now=now,
        data={**said, "department": task.department, **data},
    )
