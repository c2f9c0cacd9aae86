"""What the clocks of an incident make of an event."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.utils.dateparse import parse_datetime

from crisisapi.events.models import Event
from incidents.models import Clock, ClockKind, ClockState, Incident
from incidents.rules.clocks import UPDATING
from incidents.services.clocks import (
    cancel_clocks,
    retime_clocks,
    running_clock,
    start_clock,
    stop_clock,
)

_FROM_OPENING = (ClockKind.ACKNOWLEDGE, ClockKind.FIRST_APPROVAL, ClockKind.FIRST_PUBLICATION)
_MET = (ClockState.MET, ClockState.MET_LATE)


def keep_time(event: Event) -> None:
    """Start, stop, move or cancel the clocks of the event's incident."""
    if event.incident_id is None:
        return
    act = _ACTS.get(event.verb)
    if act is not None:
        act(event, Incident.objects.get(pk=event.incident_id))
    elif event.object_type == "incident" and _tells_severity(event):
        incident = Incident.objects.get(pk=event.incident_id)
        retime_clocks(incident=incident, now=event.occurred_at)


def _begin(event: Event, incident: Incident) -> None:
    for kind in _FROM_OPENING:
        start_clock(
            incident=incident, kind=kind, started_at=incident.opened_at, now=event.occurred_at
        )


def _acknowledge(event: Event, incident: Incident) -> None:
    _stop(ClockKind.ACKNOWLEDGE, incident, event.occurred_at, event.occurred_at)


def _approve(event: Event, incident: Incident) -> None:
    _stop(ClockKind.FIRST_APPROVAL, incident, event.occurred_at, event.occurred_at)


def _publish(event: Event, incident: Incident) -> None:
    """End the cycle and begin the next, unless the same message only reached another channel.

    The public has heard from us with the first post of a thread. What was not to be taken down was
    out before.
    """
    if event.data.get("before") == "withdrawing":
        return
    published_at = parse_datetime(event.data.get("published_at") or "") or event.occurred_at
    _stop(ClockKind.FIRST_PUBLICATION, incident, published_at, event.occurred_at)
    message = event.data.get("message")
    cycle = running_clock(incident.pk, ClockKind.UPDATE_CADENCE)
    if cycle is not None and message and str(cycle.cause_id) == message:
        return
    _stop(ClockKind.UPDATE_CADENCE, incident, published_at, event.occurred_at)
    if incident.status in UPDATING:
        _owe_update(incident, published_at, event, cause_id=UUID(message) if message else None)


def _respond(event: Event, incident: Incident) -> None:
    """Owe the next update, where the public heard from us before the response began."""
    heard = Clock.objects.filter(
        incident=incident, kind=ClockKind.FIRST_PUBLICATION, state__in=_MET
    )
    if heard.exists():
        _owe_update(incident, event.occurred_at, event)


def _reopen(event: Event, incident: Incident) -> None:
    _owe_update(incident, event.occurred_at, event)


def _learn(event: Event, incident: Incident) -> None:
    kinds = [ClockKind.UPDATE_CADENCE]
    cancel_clocks(incident_id=incident.pk, kinds=kinds, now=event.occurred_at)


def _end(event: Event, incident: Incident) -> None:
    cancel_clocks(incident_id=incident.pk, now=event.occurred_at)


def _stop(kind: ClockKind, incident: Incident, stopped_at: datetime, now: datetime) -> None:
    stop_clock(incident_id=incident.pk, kind=kind, stopped_at=stopped_at, now=now)


def _owe_update(
    incident: Incident, started_at: datetime, event: Event, cause_id: UUID | None = None
) -> None:
    start_clock(
        incident=incident,
        kind=ClockKind.UPDATE_CADENCE,
        started_at=started_at,
        now=event.occurred_at,
        cause_id=cause_id,
    )


def _tells_severity(event: Event) -> bool:
    return "severity" in event.data or "severity" in event.data.get("changed", {})


_ACTS: dict[str, Callable[[Event, Incident], None]] = {
    "incident.opened": _begin,
    "incident.acknowledged": _acknowledge,
    "message.approved": _approve,
    "publication.published": _publish,
    "publication.part_published": _publish,
    "publication.partially_published": _publish,
    "incident.response_started": _respond,
    "incident.reopened": _reopen,
    "incident.learning_started": _learn,
    "incident.closed": _end,
    "incident.declined": _end,
    "incident.merged": _end,
}
