"""Involvements: who has to do with an incident, and when they are informed next."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import DomainError, InvalidInput
from crisisapi.events.services.log import lock_for_change, record_event
from incidents.models import Incident, Involvement, Stakeholder
from incidents.models.due import Alarm
from incidents.services.deadlines import ALARM_FIELDS, lift_deadline, set_deadline
from incidents.services.standing import lock_standing


class AlreadyInvolved(DomainError):
    """The stakeholder has a part in the incident already."""

    code = "already_involved"
    detail = _("This stakeholder is involved in this incident already: change that involvement.")


class InvolvementEnded(DomainError):
    """It is over."""

    code = "involvement_ended"
    detail = _("This involvement has ended. Begin a new one.")


@transaction.atomic
def involve_stakeholder(
    *,
    stakeholder: Stakeholder,
    incident: Incident,
    actor: Actor,
    now: datetime,
    due_at: datetime | None = None,
    **fields: Any,
) -> Involvement:
    """Note what a stakeholder has to do with an incident; with a rhythm the first contact is due.

    Refuses a stakeholder of another brand, one involved already, and a due time in the past.
    """
    standing = lock_standing(incident)
    if stakeholder.brand_id != standing.brand_id:
        sentence = _("Choose a stakeholder and an incident of the same brand.")
        raise InvalidInput(errors={"stakeholder": [sentence]})
    if Involvement.objects.current().filter(stakeholder=stakeholder, incident=standing).exists():
        raise AlreadyInvolved
    _check_due(due_at, now)
    involvement = Involvement(
        brand_id=standing.brand_id,
        stakeholder=stakeholder,
        incident=standing,
        created_at=now,
        updated_at=now,
        **fields,
    )
    set_deadline(involvement, due_at or _next_due(involvement, now), now=now)
    involvement.save(force_insert=True)
    _record(involvement, "involvement.begun", actor, now, due_at=involvement.due_at)
    return involvement


@transaction.atomic
def change_involvement(
    *,
    involvement: Involvement,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    **fields: Any,
) -> Involvement:
    """Change what they need, their part, the rhythm, or when they are informed next.

    A new rhythm makes the next contact due anew, unless a due time is given with it.
    """
    locked = _lock(involvement, expected_version)
    changed = differing(locked, fields)
    if not changed:
        return locked
    for name, value in changed.items():
        setattr(locked, name, value)
    if "due_at" in changed:
        _check_due(locked.due_at, now)
        set_deadline(locked, locked.due_at, now=now)
    elif "contact_every_hours" in changed:
        set_deadline(locked, _next_due(locked, now), now=now)
    save_change(locked, *{*changed, *ALARM_FIELDS}, now=now)
    _record(locked, "involvement.changed", actor, now, fields=sorted(changed))
    return locked


@transaction.atomic
def end_involvement(
    *, involvement: Involvement, actor: Actor, now: datetime, expected_version: int | None
) -> Involvement:
    """They have nothing to do with it any more; nobody is warned. Refuses one that has ended."""
    locked = _lock(involvement, expected_version)
    locked.ended_at = now
    lift_deadline(locked)
    save_change(locked, "ended_at", *ALARM_FIELDS, now=now)
    _record(locked, "involvement.ended", actor, now)
    return locked


def note_contact(
    *, stakeholder: Stakeholder, incident: Incident, at: datetime, now: datetime
) -> Involvement | None:
    """Let a contact about an incident count: informed then, next due by the rhythm.

    The caller holds the chain and records the event. An earlier contact than the last known
    changes nothing.
    """
    mine = Involvement.objects.current().filter(stakeholder=stakeholder, incident=incident)
    locked = mine.select_for_update(of=("self",), no_key=True).first()
    if locked is None or (locked.last_informed_at and at <= locked.last_informed_at):
        return None
    locked.last_informed_at = at
    set_deadline(locked, _next_due(locked, at), now=min(at, now))
    save_change(locked, "last_informed_at", *ALARM_FIELDS, now=now)
    return locked


@transaction.atomic
def rest_involvements(*, incident_id: UUID) -> None:
    """Warn of nobody's next contact while the incident is over; the caller holds the chain."""
    Involvement.objects.current().filter(incident_id=incident_id).update(alarm_at=None)


@transaction.atomic
def resume_involvements(*, incident_id: UUID, now: datetime) -> None:
    """Warn again since the incident was reopened; the caller holds the chain."""
    resting = Involvement.objects.current().filter(incident_id=incident_id, alarm_at=None)
    for involvement in resting.exclude(due_at=None).exclude(alarm=Alarm.LATE):
        set_deadline(involvement, involvement.due_at, now=now)
        involvement.save(update_fields=ALARM_FIELDS)


def _next_due(involvement: Involvement, now: datetime) -> datetime | None:
    every = involvement.contact_every_hours
    if every is None:
        return None
    return (involvement.last_informed_at or now) + timedelta(hours=every)


def _lock(involvement: Involvement, expected_version: int | None) -> Involvement:
    locked = lock_for_change(involvement, expected_version=expected_version)
    if locked.ended_at is not None:
        raise InvolvementEnded
    return locked


def _check_due(due_at: datetime | None, now: datetime) -> None:
    if due_at is not None and due_at <= now:
        raise InvalidInput(errors={"due_at": [_("Give a time to come.")]})


def _record(involvement: Involvement, verb: str, actor: Actor, now: datetime, **data: Any) -> None:
    record_event(
        brand_id=involvement.brand_id,
        incident_id=involvement.incident_id,
        verb=verb,
        instance=involvement,
        actor=actor,
        now=now,
        data={"stakeholder": involvement.stakeholder_id, **data},
    )
