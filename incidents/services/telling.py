"""Whom an event concerns: those are told, in its transaction."""

from collections.abc import Iterable
from uuid import UUID

from crisisapi.events.models import Event
from incidents.models import Assignment, Incident, IncidentRole, Task
from incidents.services.notifications import notify

_TASK_GIVEN = {"task.added", "task.promised", "task.reassigned"}
_TASK_DUE = {"task.due_soon", "task.late"}
_ROLE_GIVEN = {"assignment.begun", "assignment.handed_over"}
TOLD = _TASK_GIVEN | _TASK_DUE | _ROLE_GIVEN


def tell_concerned(event: Event) -> None:
    """Notify those whom the event concerns; nobody is told of what they did themselves."""
    if event.verb not in TOLD or event.incident_id is None:
        return
    people, details = _concerned(event)
    details["reference"] = Incident.objects.get(pk=event.incident_id).reference
    told = {str(person) for person in people if person} - {str(event.actor_id)}
    if told:
        notify(told, event=event, details=details)


def holders_of(incident_id: UUID, roles: Iterable[str]) -> list[UUID]:
    """Return the people who have one of the roles in an incident now."""
    current = Assignment.objects.current().filter(incident_id=incident_id, role__in=list(roles))
    return list(current.values_list("person_id", flat=True))


def _concerned(event: Event) -> tuple[list[object], dict[str, object]]:
    if event.verb in _ROLE_GIVEN:
        return [event.data["person"]], {"role": event.data["role"]}
    if event.verb in _TASK_GIVEN:
        return [event.data["owner"]], {"title": event.data["title"]}
    task = Task.objects.get(pk=event.object_id)
    roles = {IncidentRole.LEAD}
    if task.is_commitment and event.verb == "task.late":
        roles.add(IncidentRole.SPOKESPERSON)
    people = [task.owner_id, *holders_of(task.incident_id, roles)]
    return people, {"title": task.title, "kind": task.kind}
