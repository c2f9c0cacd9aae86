"""What the event log is told of narratives: no words that anybody said."""

from datetime import datetime

from crisisapi.common.actors import Actor
from crisisapi.events.services.log import record_event
from monitoring.models import Narrative


def record_narrative(
    narrative: Narrative, verb: str, actor: Actor, now: datetime, **data: object
) -> None:
    """Record what happened to a narrative; the chain is locked by the caller."""
    record_event(
        brand_id=narrative.brand_id,
        incident_id=narrative.incident_id,
        verb=verb,
        instance=narrative,
        actor=actor,
        now=now,
        data=data,
    )
