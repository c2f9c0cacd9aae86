"""Incidents to compare one with, and how similar they are."""

from incidents.models import Incident, Status
from incidents.models.incident import IncidentQuerySet, Mode
from incidents.rules.similarity import LEAST_SCORE, Described, Match, find_similar

# The newest; comparing costs a millisecond or so for each ten.
COMPARED = 500
_SHOWN = ["reference", "status", "severity", "visibility", "opened_at", "ended_at"]
_COMPARED = ["title", "summary", "cause", "kind", "responsibility", "legitimacy", "audiences"]


def comparable_to(incident: Incident) -> IncidentQuerySet:
    """Return the other incidents of the brand; drills only for a drill."""
    others = Incident.objects.filter(brand_id=incident.brand_id).exclude(pk=incident.pk)
    others = others.exclude(status=Status.MERGED)
    return others if incident.mode == Mode.DRILL else others.exclude(mode=Mode.DRILL)


def similar_incidents(
    incident: Incident, among: IncidentQuerySet, *, least: float = LEAST_SCORE, most: int = 10
) -> list[tuple[Incident, Match]]:
    """Return the most similar of the newest among those given, read in one query."""
    newest = among.only(*_SHOWN, *_COMPARED).order_by("-created_at", "-id")[:COMPARED]
    rows = {row.pk: row for row in newest}
    found = find_similar(
        _described(incident), [_described(row) for row in rows.values()], least=least, most=most
    )
    return [(rows[match.id], match) for match in found]


def _described(incident: Incident) -> Described:
    return Described(incident.pk, **{name: getattr(incident, name) for name in _COMPARED})
