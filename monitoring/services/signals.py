"""Measuring the signals of incidents from the rollups."""

from datetime import datetime
from uuid import UUID

from django.db.models import F

from incidents.models import Incident
from incidents.models.incident import Mode
from incidents.services.severity import record_signals
from monitoring.rules.intervals import share
from monitoring.rules.signals import BASELINE, PRESS, volume_ratio
from monitoring.rules.windows import DAY, FIVE_MINUTES, HOUR, Window, bucket_start
from monitoring.selectors.metrics import (
    incident_query_id,
    incident_window,
    read_counts,
    read_series,
    read_totals,
)


def incidents_to_measure(*, limit: int) -> list[Incident]:
    """Return the active incidents whose talk goes on, the longest not measured first."""
    active = Incident.objects.active().exclude(mode=Mode.RETROSPECTIVE)
    return list(active.order_by(F("signals_at").asc(nulls_first=True), "pk")[:limit])


def measure_signals(*, incident: Incident, now: datetime) -> Incident:
    """Measure one incident now and have its severity computed."""
    return record_signals(incident=incident, signals=read_signals(incident, now=now), now=now)


def read_signals(incident: Incident, *, now: datetime) -> dict[str, float | None]:
    """Return the signals of an incident; units as in incidents/rules/severity.py."""
    window = incident_window(incident, now=now, width=FIVE_MINUTES, latest=DAY)
    query_id = incident_query_id(incident)
    metrics = read_totals(brand_id=incident.brand_id, query_id=query_id, window=window)
    totals = metrics.counts
    negative = share(totals.negative, totals.positive + totals.neutral + totals.negative)
    press = [counts for name, counts in metrics.platforms.items() if name.lower() in PRESS]
    return {
        "volume_ratio": _volume_ratio(incident, query_id, now),
        "negative_share": round(negative.value, 4) if negative else None,
        "reach": totals.reach,
        "press": sum(counts.mentions for counts in press),
    }


def _volume_ratio(incident: Incident, query_id: UUID | None, now: datetime) -> float | None:
    window = incident_window(incident, now=now, width=FIVE_MINUTES, latest=HOUR)
    latest = read_counts(brand_id=incident.brand_id, query_id=query_id, window=window)
    earlier, hours = _usual(incident, query_id)
    ratio = volume_ratio(
        latest=latest.mentions, hours=window.hours, earlier=earlier, earlier_hours=hours
    )
    return None if ratio is None else round(ratio, 2)


def _usual(incident: Incident, query_id: UUID | None) -> tuple[int, float]:
    """Return the mentions of the four weeks before the incident, and the hours they are of.

    The hours count from the first mention there: before it nobody listened.
    """
    end = bucket_start(incident.started_at, HOUR)
    window = Window(end - BASELINE, end, HOUR)
    series = read_series(brand_id=incident.brand_id, query_id=query_id, window=window)
    heard = [(moment, counts.mentions) for moment, counts in series if counts.mentions]
    earlier = sum(mentions for _moment, mentions in heard)
    return earlier, (end - heard[0][0]) / HOUR if heard else 0.0
