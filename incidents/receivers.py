"""What this floor hears from the log."""

from typing import Any

from django.dispatch import receiver

from crisisapi.events.models import Event
from crisisapi.events.signals import event_recorded
from incidents.services.involvements import rest_involvements, resume_involvements
from incidents.services.run_hearing import follow_event
from incidents.services.telling import tell_concerned
from incidents.services.timing import keep_time


@receiver(event_recorded, dispatch_uid="incidents.tell_people")
def tell_people(*, event: Event, **_: Any) -> None:
    """Notify those whom an event concerns."""
    tell_concerned(event)


@receiver(event_recorded, dispatch_uid="incidents.move_runs_on")
def move_runs_on(*, event: Event, **_: Any) -> None:
    """Let runs of playbooks go on with what they waited for."""
    follow_event(event)


@receiver(event_recorded, dispatch_uid="incidents.run_clocks")
def run_clocks(*, event: Event, **_: Any) -> None:
    """Start and stop clocks by what happens, in its transaction."""
    keep_time(event)


_RESTS = {"incident.closed", "incident.declined", "incident.merged"}


@receiver(event_recorded, dispatch_uid="incidents.rest_involvements")
def follow_incident(*, event: Event, **_: Any) -> None:
    """Warn of nobody's next contact while their incident is over."""
    if event.verb in _RESTS:
        rest_involvements(incident_id=event.object_id)
    elif event.verb == "incident.reopened":
        resume_involvements(incident_id=event.object_id, now=event.occurred_at)
