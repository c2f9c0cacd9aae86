"""What this floor hears from the log."""

from typing import Any

from django.dispatch import receiver

from crisisapi.events.models import Event
from crisisapi.events.signals import event_recorded
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
