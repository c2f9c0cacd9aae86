"""Pushes that were refused unread: noted, without strangers writing anything into the database."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from crisisapi.common.tallies import Tally, gather_tallies, tally
from monitoring.models import Intake

# Refusals that are further apart have nothing to do with each other.
FORGOTTEN = timedelta(hours=24)


def tally_refusal(source_id: UUID, code: str, *, now: datetime) -> None:
    """Count a push whose signature was refused; the state of the source stays as it is."""
    tally(_name(source_id), said=code, now=now)


def note_refusals() -> int:
    """Note at each source what was refused since the last time; returns at how many."""
    names = {_name(pk): pk for pk in Intake.objects.values_list("pk", flat=True)}
    found = gather_tallies(names)
    for name, counted in found.items():
        _note(names[name], counted)
    return len(found)


def _note(source_id: UUID, counted: Tally) -> None:
    intake = Intake.objects.filter(pk=source_id)
    goes_on = Q(refused_at__gt=counted.first_at - FORGOTTEN)
    before = intake.filter(goes_on).values_list("refused_since", "refused_times").first()
    since, times = before or (counted.first_at, 0)
    intake.update(
        refused_code=counted.said[:40],
        refused_times=min(times + counted.times, 2**31 - 1),
        refused_since=since,
        refused_at=counted.last_at,
    )


def _name(source_id: UUID) -> str:
    return f"refused:{source_id}"
