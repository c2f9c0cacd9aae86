"""Reading what a review begins with: the log of an incident, its goals, tasks and lessons."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from crisisapi.events.models import Event
from incidents.models import Goal, Incident, Lesson, Task
from incidents.rules.review_record import (
    Told,
    clocks_of,
    counts_of,
    messages_of,
    moments_of,
    statuses_of,
)
from incidents.rules.waiting import DIMENSIONS, totals_of
from incidents.selectors.waits import read_waiting


def read_record(incident: Incident, *, now: datetime) -> dict[str, Any]:
    """Return the record of an incident, in a handful of queries; it is JSON but for its times."""
    events = _events(incident)
    own = [event for event in events if event.object_id in ("", str(incident.pk))]
    moments = moments_of(events)
    return {
        "moments": moments,
        "events": len(events),
        "counts": counts_of(events),
        "statuses": statuses_of(own, now=incident.ended_at or now),
        "clocks": clocks_of(events),
        "messages": messages_of(events),
        "waiting": _waiting(incident, now),
        "goals": list(
            Goal.objects.filter(incident=incident)
            .order_by("created_at")
            .values("id", "title", "metric", "baseline", "target", "current", "state")
        ),
        "tasks": _tasks(incident),
        "lessons": list(
            Lesson.objects.filter(incident=incident)
            .order_by("created_at")
            .values("id", "title", "status")
        ),
    }


def _events(incident: Incident) -> list[Told]:
    """Return the events of an incident and of those merged into it, in order."""
    merged = Incident.objects.filter(merged_into=incident).values("pk")
    rows = Event.objects.filter(Q(incident_id=incident.pk) | Q(incident_id__in=merged))
    columns = ("verb", "occurred_at", "object_type", "object_id", "data")
    return [
        Told(verb, at, object_type, str(object_id), data)
        for verb, at, object_type, object_id, data in rows.order_by("position").values_list(
            *columns
        )
    ]


def _waiting(incident: Incident, now: datetime) -> dict[str, dict[str, int]]:
    """Return how long each department, role and person was waited on, in seconds."""
    waits = read_waiting(incident, events=Event.objects.all(), now=now).waits
    return {
        dimension: {
            name: int(total.total_seconds()) for name, total in totals_of(waits, dimension).items()
        }
        for dimension in DIMENSIONS
    }


def _tasks(incident: Incident) -> list[dict[str, Any]]:
    tasks = Task.objects.filter(incident=incident).values("kind", "status")
    counted: Any = tasks.annotate(count=Count("pk")).order_by("kind", "status")
    return list(counted)
