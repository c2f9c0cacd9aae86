"""What this floor hears from the log."""

from typing import Any

from django.dispatch import receiver

from crisisapi.events.models import Event
from crisisapi.events.signals import event_recorded
from messaging.services.refutations import stop_resting_on


@receiver(event_recorded, dispatch_uid="messaging.stop_refuted")
def stop_refuted(*, event: Event, **_: Any) -> None:
    """Stop what rests on a refuted fact, in the transaction that refutes it."""
    if event.verb == "fact.refuted":
        stop_resting_on(fact_id=event.object_id, brand_id=event.brand_id, now=event.occurred_at)
