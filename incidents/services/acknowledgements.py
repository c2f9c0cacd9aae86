"""Somebody takes an incident on: the end of nobody's time."""

from datetime import datetime

from django.db import transaction

from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import lock_version, save_change
from crisisapi.events.services.log import record_event
from incidents.models import Incident
from incidents.services.standing import lock_standing

ACKNOWLEDGED_FIELDS = ("acknowledged_at", "acknowledged_by")


@transaction.atomic
def acknowledge_incident(
    *, incident: Incident, actor: Actor, now: datetime, expected_version: int | None
) -> Incident:
    """Say that somebody looks at it; the first time counts, another leaves no trace.

    Refuses one that was merged into another.
    """
    lock_standing(incident)
    locked = lock_version(Incident.objects.all(), incident.pk, expected_version=expected_version)
    if locked.acknowledged_at is not None:
        return locked
    note_acknowledgement(locked, actor, now)
    save_change(locked, *ACKNOWLEDGED_FIELDS, now=now)
    record_acknowledgement(locked, actor, now)
    return locked


def note_acknowledgement(incident: Incident, actor: Actor, now: datetime) -> None:
    """Set who took a locked incident on; the caller saves `ACKNOWLEDGED_FIELDS`."""
    incident.acknowledged_at = now
    incident.acknowledged_by_id = actor.person_id


def record_acknowledgement(incident: Incident, actor: Actor, now: datetime) -> None:
    """Tell of it, and that it waits on nobody any more."""
    record_event(
        brand_id=incident.brand_id,
        incident_id=incident.pk,
        verb="incident.acknowledged",
        instance=incident,
        actor=actor,
        now=now,
        data={"waits_on": None},
    )
