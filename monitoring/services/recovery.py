"""Where the talk of an incident stands against what it was before."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.cache import cache

from incidents.models import Incident
from monitoring.rules.effect.recovery import METHOD, measure_recovery
from monitoring.rules.windows import FIVE_MINUTES, bucket_start
from monitoring.selectors.talk import read_talk


def read_recovery(incident: Incident, *, now: datetime) -> dict[str, Any]:
    """Return the recovery of an incident as of the last whole five minutes.

    It is computed once for those: whoever looks again sees the same.
    """
    until = bucket_start(now, FIVE_MINUTES)
    key = f"recovery:{METHOD}:{incident.pk}:{incident.started_at.timestamp()}:{until.timestamp()}"
    kept: dict[str, Any] | None = cache.get(key)
    if kept is None:
        kept = _measured(incident, until)
        cache.set(key, kept, timeout=FIVE_MINUTES.total_seconds())
    return kept


def _measured(incident: Incident, until: datetime) -> dict[str, Any]:
    talk = read_talk(incident, about=min(incident.started_at, until), until=until)
    recovery = measure_recovery(talk.observed, storm_since=incident.started_at, now=until)
    return asdict(recovery) | {
        "state": recovery.state.value,
        "query": talk.query_id,
        "measured_at": until,
        "hours_so_far": (until - incident.started_at).total_seconds() / 3600,
        "method": METHOD,
    }
