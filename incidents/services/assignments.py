"""Who does what in an incident: given, handed over, ended."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import User
from crisisapi.accounts.services.members import require_member
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import save_change
from crisisapi.common.errors import DomainError
from crisisapi.events.services.log import lock_for_change, record_event
from incidents.models import Assignment, Incident, IncidentRole, ShiftNoteKind
from incidents.models.assignment import SINGLE_ROLES
from incidents.services.circles import draw_circle
from incidents.services.shift_notes import write_shift_note
from incidents.services.standing import lock_standing


class AlreadyAssigned(DomainError):
    """The person has the role already."""

    code = "already_assigned"
    detail = _("This person has this role already.")


class AssignmentEnded(DomainError):
    """The assignment is over."""

    code = "assignment_ended"
    detail = _("This assignment has ended.")


@transaction.atomic
def assign_role(
    *, incident: Incident, person: User, role: str, actor: Actor, now: datetime, note: str = ""
) -> Assignment:
    """Give a member a role; a role that one person holds at a time passes on to them.

    Refuses a person who is no member, or has the role (`AlreadyAssigned`).
    """
    standing = lock_standing(incident)
    require_member(person, standing.brand, field="person")
    held = Assignment.objects.current().filter(incident=standing, role=role)
    if held.filter(person=person).exists():
        raise AlreadyAssigned
    before = held.first() if role in SINGLE_ROLES else None
    if before is not None:
        _end(before, now)
    return _begin(standing, person, role, before, note, actor, now)


@transaction.atomic
def hand_over(
    *,
    assignment: Assignment,
    person: User,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    note: str = "",
) -> Assignment:
    """Pass a role on to another member, with a note on where things stand; return theirs.

    Refuses an assignment that has ended, a person who is no member or has the role.
    """
    standing = lock_standing(assignment.incident)
    before = _lock(assignment, expected_version)
    require_member(person, standing.brand, field="person")
    held = Assignment.objects.current().filter(incident=standing, role=before.role)
    if held.filter(person=person).exists():
        raise AlreadyAssigned
    _end(before, now)
    return _begin(standing, person, before.role, before, note, actor, now)


@transaction.atomic
def end_assignment(
    *, assignment: Assignment, actor: Actor, now: datetime, expected_version: int | None
) -> Assignment:
    """End it without a successor; refuses one that has ended."""
    ended = _lock(assignment, expected_version)
    _end(ended, now)
    incident = Incident.objects.get(pk=ended.incident_id)
    follow_assignments(incident, now)
    _record(ended, "assignment.ended", actor, now)
    return ended


def assign_lead(*, incident: Incident, person: User | None, actor: Actor, now: datetime) -> None:
    """Make the person lead, or nobody (None)."""
    current = Assignment.objects.current().filter(incident=incident, role=IncidentRole.LEAD).first()
    if person is not None and (current is None or current.person_id != person.pk):
        assign_role(incident=incident, person=person, role=IncidentRole.LEAD, actor=actor, now=now)
    elif person is None and current is not None:
        end_assignment(assignment=current, actor=actor, now=now, expected_version=None)


def _lock(assignment: Assignment, expected_version: int | None) -> Assignment:
    locked = lock_for_change(assignment, expected_version=expected_version)
    if locked.ended_at is not None:
        raise AssignmentEnded
    return locked


def _begin(
    incident: Incident,
    person: User,
    role: str,
    before: Assignment | None,
    note: str,
    actor: Actor,
    now: datetime,
) -> Assignment:
    begun = Assignment.objects.create(
        brand_id=incident.brand_id,
        incident=incident,
        person=person,
        role=role,
        note=note,
        taken_over_from=before,
        created_at=now,
        updated_at=now,
    )
    follow_assignments(incident, now)
    if before is not None and note.strip():
        handover = ShiftNoteKind.HANDOVER
        write_shift_note(incident=incident, text=note, kind=handover, actor=actor, now=now)
    verb = "assignment.begun" if before is None else "assignment.handed_over"
    said = {} if before is None else {"from": before.person_id}
    _record(begun, verb, actor, now, **said)
    return begun


def _end(assignment: Assignment, now: datetime) -> None:
    assignment.ended_at = now
    save_change(assignment, "ended_at", now=now)


def follow_assignments(incident: Incident, now: datetime) -> None:
    """Let the incident show who leads it, and its circle who may read it."""
    lead = Assignment.objects.current().filter(incident=incident, role=IncidentRole.LEAD).first()
    lead_id = lead.person_id if lead else None
    if incident.lead_id != lead_id:
        incident.lead_id = lead_id
        save_change(incident, "lead", now=now)
    draw_circle(incident)


def _record(assignment: Assignment, verb: str, actor: Actor, now: datetime, **data: Any) -> None:
    record_event(
        brand_id=assignment.brand_id,
        incident_id=assignment.incident_id,
        verb=verb,
        instance=assignment,
        actor=actor,
        now=now,
        data={"person": assignment.person_id, "role": assignment.role, **data},
    )
