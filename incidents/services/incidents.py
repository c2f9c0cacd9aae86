"""Opening incidents, changing them, and moving them through their lifecycle."""

from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Brand, User
from crisisapi.accounts.services.members import require_member
from crisisapi.common.actors import Actor
from crisisapi.common.choices import named
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import DomainError, InvalidInput, require_reason
from crisisapi.events.services.log import lock_chain, lock_for_change, record_event
from incidents.models import Incident, IncidentRole, ReferenceCounter, Status, Task, TaskKind
from incidents.models.stakeholder import StakeholderKind
from incidents.rules.lifecycle import MOVES, RESULT, VERB
from incidents.services.acknowledgements import (
    ACKNOWLEDGED_FIELDS,
    note_acknowledgement,
    record_acknowledgement,
)
from incidents.services.assignments import assign_lead, assign_role
from incidents.services.circles import draw_circle
from incidents.services.playbook_runs import apply_playbooks
from incidents.services.recalled_lessons import find_worth_recalling, recall_lessons
from incidents.services.severity import gauge_severity
from incidents.services.standing import require_standing

# What people judge, and the computed severity follows.
GAUGED_FIELDS = frozenset({"harm", "legal_exposure"})

# Crises of long ago are told too, to learn from; a year before this one is a slip of the keys.
EARLIEST_START = datetime(1900, 1, 1, tzinfo=UTC)


class WrongStatus(DomainError):
    """The incident is not where this move starts from."""

    code = "wrong_status"


class ReasonMissing(InvalidInput):
    """This move needs to say why."""

    code = "required"


@transaction.atomic
def open_incident(
    *, brand: Brand, title: str, actor: Actor, now: datetime, **fields: Any
) -> Incident:
    """Open an incident in triage with the next reference of the year; apply its playbooks."""
    check_audiences(fields.get("audiences", []))
    started_at = fields.pop("started_at", None) or now
    _check_start(started_at, now)
    lead = fields.pop("lead", None)
    require_member(lead, brand, field="lead")
    incident = Incident(
        brand=brand,
        title=title,
        started_at=started_at,
        opened_at=now,
        created_at=now,
        updated_at=now,
        **fields,
    )
    similar = find_worth_recalling(incident)
    lock_chain(brand.pk)
    incident.reference = _next_reference(brand, now)
    incident.save(force_insert=True)
    record_event(
        brand_id=brand.pk,
        incident_id=incident.pk,
        verb="incident.opened",
        instance=incident,
        actor=actor,
        now=now,
        data={
            "reference": incident.reference,
            "title": title,
            "severity": incident.severity,
            "kind": incident.kind,
            "waits_on": {"person": None, "department": None, "role": IncidentRole.LEAD},
        },
    )
    if lead is None and incident.is_restricted:
        lead = _person(actor)  # who opens it in confidence goes on seeing it
    assign_lead(incident=incident, person=lead, actor=actor, now=now)
    draw_circle(incident)
    opened = Incident.objects.get(pk=incident.pk)
    gauge_severity(opened, actor=actor, now=now)
    recall_lessons(opened, similar, actor=actor, now=now)
    apply_playbooks(incident=opened, actor=actor, now=now)
    return opened


@transaction.atomic
def change_incident(
    *,
    incident: Incident,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    **fields: Any,
) -> Incident:
    """Change what is known of an incident; the event names the fields and their old values.

    Refuses an incident that was merged into another.
    """
    locked = lock_for_change(incident, expected_version=expected_version)
    require_standing(locked)
    check_audiences(fields.get("audiences", []))
    if "lead" in fields:
        lead = fields.pop("lead")
        require_member(lead, locked.brand, field="lead")
        assign_lead(incident=locked, person=lead, actor=actor, now=now)
        locked = Incident.objects.get(pk=locked.pk)
    _check_start(fields.get("started_at") or now, now)
    changed = differing(locked, fields)
    if not changed:
        return locked
    told = {name: {"from": getattr(locked, name), "to": value} for name, value in changed.items()}
    for name, value in changed.items():
        setattr(locked, name, value)
    save_change(locked, *changed, now=now)
    if "visibility" in changed:
        _keep_reader(locked, actor, now)
    record_event(
        brand_id=locked.brand_id,
        incident_id=locked.pk,
        verb="incident.changed",
        instance=locked,
        actor=actor,
        now=now,
        data={"changed": told},
    )
    if not GAUGED_FIELDS.isdisjoint(changed):
        gauge_severity(locked, actor=actor, now=now)
    return locked


def start_response(*, incident: Incident, **change: Any) -> Incident:
    """Triage is done and somebody answers: triage → responding."""
    return _move(incident, "respond", **change)


def start_monitoring(*, incident: Incident, **change: Any) -> Incident:
    """The message is out; watch what it does: responding → monitoring."""
    return _move(incident, "monitor", **change)


def start_recovery(*, incident: Incident, **change: Any) -> Incident:
    """The talk calms down; rebuild trust: monitoring → recovering."""
    return _move(incident, "recover", **change)


def start_learning(*, incident: Incident, **change: Any) -> Incident:
    """The crisis is over; learn from it: recovering → learning."""
    return _move(incident, "learn", **change)


def close_incident(*, incident: Incident, **change: Any) -> Incident:
    """Nothing is left to do: learning → closed."""
    return _move(incident, "close", **change)


def decline_incident(*, incident: Incident, reason: str, **change: Any) -> Incident:
    """Not a crisis of ours: triage → declined, with the reason."""
    require_reason(reason, refusal=ReasonMissing)
    return _move(incident, "decline", reason=reason, **change)


def reopen_incident(*, incident: Incident, reason: str, **change: Any) -> Incident:
    """It flared up again: back to responding, with the reason."""
    require_reason(reason, refusal=ReasonMissing)
    return _move(incident, "reopen", reason=reason, **change)


@transaction.atomic
def _move(
    incident: Incident,
    move: str,
    *,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    reason: str = "",
) -> Incident:
    locked = lock_for_change(incident, expected_version=expected_version)
    before = locked.status
    if before not in MOVES[move]:
        raise WrongStatus(
            _("This is possible only from: %(from)s. The incident is: %(status)s.")
            % {"from": named(Status, MOVES[move]), "status": Status(before).label}
        )
    takes_on = before == Status.TRIAGE and locked.acknowledged_at is None
    if takes_on:
        note_acknowledgement(locked, actor, now)
    locked.status = RESULT[move]
    locked.status_reason = reason
    if move == "respond" and locked.responded_at is None:
        locked.responded_at = now
    locked.ended_at = now if locked.is_over else None
    stored = ["status", "status_reason", "responded_at", "ended_at", *ACKNOWLEDGED_FIELDS]
    save_change(locked, *stored, now=now)
    if takes_on:
        record_acknowledgement(locked, actor, now)
    record_event(
        brand_id=locked.brand_id,
        incident_id=locked.pk,
        verb=VERB[move],
        instance=locked,
        actor=actor,
        now=now,
        data={"from": before, "to": locked.status, "reason": reason, **_left_open(locked)},
    )
    return locked


def check_audiences(audiences: Any) -> None:
    """Refuse what is no list of kinds of stakeholders, each once."""
    known = StakeholderKind.values
    is_list = isinstance(audiences, list) and all(isinstance(one, str) for one in audiences)
    if not is_list or len(set(audiences)) != len(audiences) or set(audiences) - set(known):
        sentence = _("Give a list of these, each at most once: %s.") % ", ".join(known)
        raise InvalidInput(errors={"audiences": [sentence]})


def _check_start(started_at: datetime, now: datetime) -> None:
    if started_at > now:
        raise InvalidInput(errors={"started_at": [_("Talk cannot begin in the future.")]})
    if started_at < EARLIEST_START:
        sentence = _("Give a time in or after the year %d.") % EARLIEST_START.year
        raise InvalidInput(errors={"started_at": [sentence]})


def _left_open(incident: Incident) -> dict[str, object]:
    """Return how many promises outlive an incident that is closed."""
    if incident.status != Status.CLOSED:
        return {}
    promised = Task.objects.unfinished().filter(incident=incident, kind=TaskKind.COMMITMENT)
    return {"open_commitments": promised.count()}


def _next_reference(brand: Brand, now: datetime) -> str:
    key = {"brand": brand, "year": now.year}
    ReferenceCounter.objects.bulk_create([ReferenceCounter(**key)], ignore_conflicts=True)
    counter = ReferenceCounter.objects.select_for_update(no_key=True).get(**key)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"INC-{now.year}-{counter.last:04d}"


def _keep_reader(incident: Incident, actor: Actor, now: datetime) -> None:
    """Draw the circle; who closes it stays inside."""
    draw_circle(incident)
    person = _person(actor)
    if (
        incident.is_restricted
        and person
        and not incident.assignments.filter(person=person, ended_at=None).exists()
    ):
        assign_role(
            incident=incident, person=person, role=IncidentRole.OBSERVER, actor=actor, now=now
        )


def _person(actor: Actor) -> User | None:
    return User.objects.get(pk=actor.person_id) if actor.person_id else None
