"""Whom an incident waited on, read from the log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from crisisapi.events.models import Event
from crisisapi.events.models.event import EventQuerySet
from incidents.models import Incident
from incidents.rules.waiting import DIMENSIONS, Leg, Party, Turn, Wait, critical_path, waits_of
from incidents.selectors.merged import with_merged

_PUBLISHED = "publication.published"


@dataclass(frozen=True)
class Waiting:
    """Every wait of an incident, and what decided when things happened."""

    since: datetime
    until: datetime
    waits: list[Wait]
    first_publication_at: datetime | None
    path: list[Leg]
    path_to_publication: list[Leg] | None


def read_waiting(incident: Incident, *, events: EventQuerySet, now: datetime) -> Waiting:
    """Return the waits of an incident, and of those merged into it, until its end or now.

    `events` are those the caller may see. Two queries.
    """
    told = _told_of(incident, events)
    until = min(now, incident.ended_at or now)
    since = min([incident.opened_at, *(event.occurred_at for event in told)])
    waits = waits_of((_turn(event) for event in told if "waits_on" in event.data), until=until)
    published = next((event.occurred_at for event in told if event.verb == _PUBLISHED), None)
    to_publication = None
    if published is not None:
        to_publication = critical_path(waits, start=since, end=published)
    path = critical_path(waits, start=since, end=until)
    return Waiting(since, until, waits, published, path, to_publication)


def _told_of(incident: Incident, events: EventQuerySet) -> list[Event]:
    told = events.filter(incident_id__in=with_merged(incident.pk))
    waiting = told.filter(Q(data__has_key="waits_on") | Q(verb=_PUBLISHED))
    told_of = waiting.only("verb", "occurred_at", "object_type", "object_id", "data")
    return list(told_of.order_by("position"))


def _turn(event: Event) -> Turn:
    said: dict[str, Any] | None = event.data["waits_on"]
    party = None if said is None else Party(**{name: said.get(name) for name in DIMENSIONS})
    return Turn(event.occurred_at, event.object_type, event.object_id, party)
