"""Which playbooks an incident calls for, and why."""

from collections.abc import Collection
from dataclasses import dataclass

from incidents.models import Incident, Playbook, PlaybookRun, VersionStatus
from incidents.models.playbook import OnOpening
from incidents.rules.triggers import Match, Triggers, matches_of

# More active playbooks than this nobody keeps; the names come first in the alphabet.
LIMIT = 500


@dataclass(frozen=True)
class Suggestion:
    """A playbook, the triggers that hold, and its run that stands in the incident, if any."""

    playbook: Playbook
    matches: list[Match]
    run: PlaybookRun | None = None


def called_for(incident: Incident, *, on_opening: Collection[str]) -> list[Suggestion]:
    """Return the active playbooks in use whose triggers hold, in one query."""
    ready = Playbook.objects.filter(
        brand_id=incident.brand_id,
        is_active=True,
        on_opening__in=on_opening,
        versions__status=VersionStatus.PUBLISHED,
    )
    found = [
        (playbook, _matches(playbook, incident)) for playbook in ready.order_by("name")[:LIMIT]
    ]
    return [Suggestion(playbook, matches) for playbook, matches in found if matches]


def suggestions_for(incident: Incident) -> list[Suggestion]:
    """Return the playbooks an incident calls for now, with their runs, in two queries."""
    standing = PlaybookRun.objects.standing().filter(incident=incident)
    runs = {run.playbook_id: run for run in standing}
    called = called_for(incident, on_opening=[OnOpening.APPLY, OnOpening.SUGGEST])
    return [Suggestion(one.playbook, one.matches, runs.get(one.playbook.pk)) for one in called]


def _matches(playbook: Playbook, incident: Incident) -> list[Match]:
    triggers = Triggers(playbook.kinds, playbook.least_severity, playbook.words)
    text = "\n".join([incident.title, incident.summary, incident.cause])
    return matches_of(triggers, kind=incident.kind, severity=incident.severity, text=text)
