"""Measuring goals from the rollups."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from crisisapi.events.services.log import lock_chain
from incidents.models import Goal, Incident
from incidents.services.measurements import record_measurement
from monitoring.rules.intervals import share
from monitoring.rules.windows import DAY, FIVE_MINUTES, HOUR
from monitoring.selectors.metrics import (
    Counts,
    incident_query_id,
    incident_window,
    read_counts,
)
from monitoring.services.recovery import read_recovery

MEASURED_OVER = DAY

_Measure = Callable[[Counts, float], float | None]


def _share_of(part: str) -> _Measure:
    def measure(counts: Counts, _hours: float) -> float | None:
        known = counts.positive + counts.neutral + counts.negative
        found = share(getattr(counts, part), known)
        return found.value if found else None

    return measure


MEASURES: dict[str, _Measure] = {
    "mentions.count": lambda counts, _hours: float(counts.mentions),
    "mentions.per_hour": lambda counts, hours: counts.mentions / hours,
    "mentions.negative_share": _share_of("negative"),
    "mentions.positive_share": _share_of("positive"),
    "mentions.engagement": lambda counts, _hours: float(counts.engagement),
}


def _hours_to_recovery(recovery: dict[str, Any], incident: Incident) -> float | None:
    if recovery["state"] != "recovered":
        return None
    settled_at: datetime = recovery["settled_at"]
    return max(0.0, (settled_at - incident.started_at) / HOUR)


def _distance(recovery: dict[str, Any], _incident: Incident) -> float | None:
    volume = recovery["volume"]
    return max(0.0, float(volume["distance"])) if volume else None


RECOVERY_MEASURES: dict[str, Callable[[dict[str, Any], Incident], float | None]] = {
    "mentions.distance_to_baseline": _distance,
    "mentions.hours_to_recovery": _hours_to_recovery,
}


def due_goals(*, now: datetime, limit: int) -> list[Goal]:
    """Return goals whose measurement has come, the longest waiting first."""
    return list(
        Goal.objects.due(now=now).select_related("incident").order_by("next_measure_at")[:limit]
    )


def measure_goal(*, goal: Goal, now: datetime) -> Goal | None:
    """Measure one goal now; None when another worker has just been at it.

    What people measure is only judged again: time has gone by.
    """
    if goal.metric in RECOVERY_MEASURES:
        # Kept for five minutes: it takes too long to be found out with the chain locked.
        read_recovery(goal.incident, now=now)
    return _measure_locked(goal, now)


@transaction.atomic
def _measure_locked(goal: Goal, now: datetime) -> Goal | None:
    lock_chain(goal.brand_id)
    due = Goal.objects.due(now=now).select_related("incident").filter(pk=goal.pk).first()
    if due is None:
        return None
    value = None if due.is_manual else _measured(due, now)
    return record_measurement(goal=due, value=value, now=now)


def _measured(goal: Goal, now: datetime) -> float | None:
    if measure := RECOVERY_MEASURES.get(goal.metric):
        return measure(read_recovery(goal.incident, now=now), goal.incident)
    window = incident_window(goal.incident, now=now, width=FIVE_MINUTES, latest=MEASURED_OVER)
    query_id = incident_query_id(goal.incident)
    counts = read_counts(brand_id=goal.brand_id, query_id=query_id, window=window)
    return MEASURES[goal.metric](counts, window.hours)
