"""Whom an event concerns: those are told, in its transaction."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from crisisapi.accounts.selectors.members import managers_of
from crisisapi.events.models import Event
from incidents.models import (
    Assignment,
    Goal,
    Incident,
    IncidentRole,
    Involvement,
    Lesson,
    Notification,
    Task,
)
from incidents.services.notifications import notify

_TASK_GIVEN = {"task.added", "task.promised", "task.reassigned"}
_TASK_DUE = {"task.due_soon", "task.late"}
_ROLE_GIVEN = {"assignment.begun", "assignment.handed_over"}
_CLOCK_DUE = {"clock.due_soon", "clock.late"}
_INVOLVEMENT_DUE = {"involvement.due_soon", "involvement.late"}
_LESSON_DUE = {"lesson.due_soon", "lesson.late"}
# A goal is measured every minute, and may go to and fro: one warning stands until it is read.
_GOAL_FAILS = {"goal.at_risk", "goal.missed"}
TOLD = (
    _TASK_GIVEN
    | _TASK_DUE
    | _ROLE_GIVEN
    | _CLOCK_DUE
    | _INVOLVEMENT_DUE
    | _LESSON_DUE
    | _GOAL_FAILS
)


def tell_concerned(event: Event) -> None:
    """Notify those whom the event concerns; nobody is told of what they did themselves."""
    if event.verb not in TOLD or event.incident_id is None:
        return
    people, details = _concerned(event, event.incident_id)
    details["reference"] = Incident.objects.get(pk=event.incident_id).reference
    told = {str(person) for person in people if person} - {str(event.actor_id)}
    if event.verb in _GOAL_FAILS:
        told -= _warned(event)
    if told:
        notify(told, event=event, details=details)


def holders_of(incident_id: UUID, roles: Iterable[str]) -> list[UUID]:
    """Return the people who have one of the roles in an incident now."""
    current = Assignment.objects.current().filter(incident_id=incident_id, role__in=list(roles))
    return list(current.values_list("person_id", flat=True))


def _concerned(event: Event, incident_id: UUID) -> tuple[Sequence[object], dict[str, object]]:
    if event.verb in _ROLE_GIVEN:
        return [event.data["person"]], {"role": event.data["role"]}
    if event.verb in _TASK_GIVEN:
        return [event.data["owner"]], {"title": event.data["title"]}
    if event.verb in _CLOCK_DUE:
        return _keepers(event, incident_id), {"kind": event.data["kind"]}
    if event.verb in _TASK_DUE:
        return _concerned_by_task(Task.objects.get(pk=event.object_id), event.verb)
    owner, details = _of_owned(event)
    people = [owner, *holders_of(incident_id, [IncidentRole.LEAD])]
    return (people if any(people) else _keepers(event, incident_id)), details


def _of_owned(event: Event) -> tuple[UUID | None, dict[str, object]]:
    """Return who sees to it, None where nobody does, and what its sentence says."""
    if event.verb in _INVOLVEMENT_DUE:
        involved = Involvement.objects.select_related("stakeholder").get(pk=event.object_id)
        return involved.stakeholder.owner_id, {"name": involved.stakeholder.name}
    if event.verb in _LESSON_DUE:
        lesson = Lesson.objects.get(pk=event.object_id)
        return lesson.owner_id, {"title": lesson.title}
    return None, {"title": Goal.objects.get(pk=event.object_id).title}


def _warned(event: Event) -> set[str]:
    """Return who was told the same of the same object, and has not read it."""
    same = Notification.objects.unread().filter(verb=event.verb, object_id=event.object_id)
    return {str(person) for person in same.values_list("recipient_id", flat=True)}


def _concerned_by_task(task: Task, verb: str) -> tuple[Sequence[object], dict[str, object]]:
    roles = {IncidentRole.LEAD}
    if task.is_commitment and verb == "task.late":
        roles.add(IncidentRole.SPOKESPERSON)
    people = [task.owner_id, *holders_of(task.incident_id, roles)]
    return people, {"title": task.title, "kind": task.kind}


def _keepers(event: Event, incident_id: UUID) -> list[UUID]:
    """Return who leads, or else the managers: time must not run out with nobody told."""
    roles = [IncidentRole.LEAD, IncidentRole.COMMUNICATIONS_LEAD]
    return holders_of(incident_id, roles) or managers_of(event.brand_id)
