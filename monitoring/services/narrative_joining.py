"""Joining narratives that turn out to be one: people say the same in words that grew alike.

Only what nobody has taken in hand is merged away; people can take it out again, and then it stays
apart.
"""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import DomainError
from monitoring.models import Narrative as NarrativeRow
from monitoring.rules.narratives.likeness import ONE, SHARED, Likeness
from monitoring.selectors.grouping import as_narrative, background_of, narratives_beside
from monitoring.services.grouping import printer_of
from monitoring.services.narratives import merge_narrative

# Of many that have words in common, those with most of them are compared.
COMPARED = 20


def join_what_is_one(*, narrative_id: UUID, now: datetime) -> NarrativeRow | None:
    """Merge a narrative with the one that is most like it, if one is alike enough to be the same.

    The smaller one goes on in the larger one, unless a person named it, dismissed it, linked it
    to a claim or kept it apart; returns the larger one. Run again it finds nothing more to do.
    """
    row = NarrativeRow.objects.get(pk=narrative_id)
    if not _is_free(row):
        return None
    other = _most_alike(row, now)
    if other is None:
        return None
    small, large = sorted((row, other), key=_standing)
    if small.name or small.claim_id or small.incident_id not in (None, large.incident_id):
        return None
    with suppress(DomainError):
        # Somebody may have merged one of them meanwhile.
        return merge_narrative(
            narrative=small, into=large, actor=SYSTEM, now=now, expected_version=None
        )
    return None


def _is_free(row: NarrativeRow) -> bool:
    return not (row.merged_into_id or row.dismissed_at or row.is_apart)


def _standing(row: NarrativeRow) -> tuple[bool, int, int]:
    """Order narratives by what speaks for going on in them; the older one of two equal ones."""
    return bool(row.name or row.claim_id), row.mentions, -row.pk.int


def _most_alike(row: NarrativeRow, now: datetime) -> NarrativeRow | None:
    beside = [other for other in narratives_beside(row) if _is_free(other)]
    shared = {other.pk: _shared(row, other) for other in beside}
    near = [other for other in beside if shared[other.pk] >= SHARED]
    near = sorted(near, key=lambda other: (-shared[other.pk], other.pk))[:COMPARED]
    if not near:
        return None
    background = background_of(row.brand_id, printer_of(row.brand_id), [row, *near], at=now)
    likeness = Likeness(background)
    own = as_narrative(row)
    told = [
        (likeness.of_narratives(own, as_narrative(other)), -other.pk.int, other) for other in near
    ]
    best = max(told, key=lambda one: one[:2])
    return best[2] if best[0] >= ONE else None


def _shared(one: NarrativeRow, other: NarrativeRow) -> int:
    """Return how many words two narratives have in common."""
    return len(set(one.term_numbers) & set(other.term_numbers))
