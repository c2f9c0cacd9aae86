"""Clocks: started, stopped, moved and cancelled by what happens in an incident.

Everything here runs under the lock of the brand's chain, which whoever records the event holds.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from crisisapi.common.actors import SYSTEM
from crisisapi.common.concurrency import save_change
from crisisapi.events.services.log import record_event
from incidents.models import Clock, ClockKind, ClockState, Incident
from incidents.models.due import Alarm
from incidents.rules.clocks import TIMED_MODES, outcome_of
from incidents.selectors.policies import clock_targets
from incidents.services.deadlines import ALARM_FIELDS, lift_deadline, set_deadline


def start_clock(
    *,
    incident: Incident,
    kind: ClockKind,
    started_at: datetime,
    now: datetime,
    cause_id: UUID | None = None,
) -> Clock | None:
    """Let a clock run from a time on; None where it runs already or nobody is in a hurry."""
    if incident.mode not in TIMED_MODES or running_clock(incident.pk, kind):
        return None
    clock = Clock(
        brand_id=incident.brand_id,
        incident=incident,
        kind=kind,
        started_at=started_at,
        cause_id=cause_id,
        created_at=now,
        updated_at=now,
    )
    target = clock_targets(incident.brand_id)[incident.severity][kind]
    set_deadline(clock, started_at + target, now=now)
    clock.save(force_insert=True)
    _show_next_update(clock)
    _record(clock, "clock.started", now)
    return clock


def stop_clock(*, incident_id: UUID, kind: ClockKind, stopped_at: datetime, now: datetime) -> None:
    """What it waited for has happened; `stopped_at` may lie before now, when it is told late."""
    clock = running_clock(incident_id, kind)
    if clock is None or clock.due_at is None:
        return
    at = max(stopped_at, clock.started_at)
    _end(clock, ClockState(outcome_of(due_at=clock.due_at, stopped_at=at)), at, now)


def cancel_clocks(
    *, incident_id: UUID, now: datetime, kinds: Iterable[str] = ClockKind.values
) -> None:
    """Nothing is waited for any more."""
    for clock in Clock.objects.running().filter(incident_id=incident_id, kind__in=list(kinds)):
        _end(clock, ClockState.CANCELLED, now, now)


def retime_clocks(*, incident: Incident, now: datetime) -> None:
    """Move the due times of running clocks to the severity, counted from where they began.

    One that was late and still is warns no second time.
    """
    targets = clock_targets(incident.brand_id)[incident.severity]
    for clock in Clock.objects.running().filter(incident=incident):
        due_at = clock.started_at + targets[clock.kind]
        if due_at != clock.due_at:
            _move(clock, due_at, now)


def running_clock(incident_id: UUID, kind: ClockKind) -> Clock | None:
    """Return the clock of a kind that runs, if one does."""
    return Clock.objects.running().filter(incident_id=incident_id, kind=kind).first()


def _move(clock: Clock, due_at: datetime, now: datetime) -> None:
    before = clock.due_at
    if clock.alarm == Alarm.LATE and due_at <= now:
        clock.due_at = due_at
    else:
        set_deadline(clock, due_at, now=now)
    save_change(clock, *ALARM_FIELDS, now=now)
    _show_next_update(clock)
    _record(clock, "clock.moved", now, before=before)


def _end(clock: Clock, state: ClockState, stopped_at: datetime, now: datetime) -> None:
    clock.state = state
    clock.stopped_at = stopped_at
    lift_deadline(clock)
    save_change(clock, "state", "stopped_at", *ALARM_FIELDS, now=now)
    _show_next_update(clock)
    _record(clock, f"clock.{state}", now, stopped_at=stopped_at)


def _show_next_update(clock: Clock) -> None:
    """Let the incident show when the public hears from us next, without another query a row."""
    if clock.kind == ClockKind.UPDATE_CADENCE:
        due_at = clock.due_at if clock.is_running else None
        Incident.objects.filter(pk=clock.incident_id).update(next_update_due_at=due_at)


def _record(clock: Clock, verb: str, now: datetime, **data: object) -> None:
    record_event(
        brand_id=clock.brand_id,
        incident_id=clock.incident_id,
        verb=verb,
        instance=clock,
        actor=SYSTEM,
        now=now,
        data={"kind": clock.kind, "started_at": clock.started_at, "due_at": clock.due_at, **data},
    )
