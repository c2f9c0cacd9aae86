"""What people make of narratives: a name, an incident, a claim; put together, apart, or aside."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import DomainError, InvalidInput
from crisisapi.events.services.log import lock_for_change
from incidents.models import Fact
from incidents.services.standing import require_standing
from monitoring.models import Claim, Narrative
from monitoring.services.claims import state_claim
from monitoring.services.narrative_log import record_narrative


class NarrativeMerged(DomainError):
    """It goes on in another one."""

    code = "narrative_merged"


class NarrativeNotMerged(DomainError):
    """There is nothing to take apart."""

    code = "narrative_not_merged"
    detail = _("This narrative was not merged into another.")


@transaction.atomic
def change_narrative(
    *,
    narrative: Narrative,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    **fields: Any,
) -> Narrative:
    """Name a narrative, or say which incident it belongs to; from then on it stays there.

    Refuses one that was merged, and an incident of another brand or one that was merged.
    """
    locked = _lock(narrative, expected_version)
    changed = differing(locked, fields)
    if not changed:
        return locked
    if changed.get("incident"):
        _check_incident(locked, changed["incident"])
    if "incident" in changed:
        changed["is_incident_settled"] = True
        _check_claim(locked.claim, changed["incident"])
    for name, value in changed.items():
        setattr(locked, name, value)
    save_change(locked, *changed, now=now)
    record_narrative(locked, "narrative.changed", actor, now, fields=sorted(fields))
    return locked


@transaction.atomic
def dismiss_narrative(
    *, narrative: Narrative, actor: Actor, now: datetime, expected_version: int | None
) -> Narrative:
    """Put a narrative aside: it goes on counting, and nobody is shown it unasked."""
    locked = _lock(narrative, expected_version)
    if locked.dismissed_at:
        return locked
    locked.dismissed_at, locked.dismissed_by_id = now, actor.person_id
    save_change(locked, "dismissed_at", "dismissed_by", now=now)
    record_narrative(locked, "narrative.dismissed", actor, now)
    return locked


@transaction.atomic
def restore_narrative(
    *, narrative: Narrative, actor: Actor, now: datetime, expected_version: int | None
) -> Narrative:
    """Take a narrative that was put aside up again."""
    locked = _lock(narrative, expected_version)
    if not locked.dismissed_at:
        return locked
    locked.dismissed_at = locked.dismissed_by = None
    save_change(locked, "dismissed_at", "dismissed_by", now=now)
    record_narrative(locked, "narrative.restored", actor, now)
    return locked


@transaction.atomic
def merge_narrative(
    *,
    narrative: Narrative,
    into: Narrative,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> Narrative:
    """Let a narrative go on in another one, which counts both; returns the other one.

    What was merged into it before goes along. Refuses itself, one of another brand, one that was
    merged itself, and one of another incident.
    """
    locked = _lock(narrative, expected_version)
    other = _lock_other(locked, into)
    Narrative.objects.filter(merged_into=locked).update(merged_into=other)
    locked.merged_into = other
    save_change(locked, "merged_into", now=now)
    Narrative.objects.filter(pk=other.pk).update(due_at=now)
    record_narrative(locked, "narrative.merged", actor, now, into=other.pk)
    return other


@transaction.atomic
def part_narrative(
    *, narrative: Narrative, actor: Actor, now: datetime, expected_version: int | None
) -> Narrative:
    """Take a narrative out of the one it was merged into; it is merged by people only from then on.

    What was merged into it before stays where it is. Refuses one that was not merged.
    """
    locked = lock_for_change(narrative, expected_version=expected_version)
    other_id = locked.merged_into_id
    if other_id is None:
        raise NarrativeNotMerged
    Narrative.objects.filter(pk=other_id).update(due_at=now)
    locked.merged_into, locked.due_at, locked.is_apart = None, now, True
    save_change(locked, "merged_into", "due_at", "is_apart", now=now)
    record_narrative(locked, "narrative.parted", actor, now, was_in=other_id)
    return locked


@transaction.atomic
def link_claim(
    *,
    narrative: Narrative,
    claim: Claim | None,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> Narrative:
    """Say what a narrative asserts; None takes that back.

    A narrative without an incident joins that of the claim. Refuses a claim of another one.
    """
    locked = _lock(narrative, expected_version)
    if locked.claim_id == (claim.pk if claim else None):
        return locked
    before = locked.claim_id
    locked.claim = claim
    if claim is not None:
        _check_claim(claim, locked.incident or claim.incident)
        _check_brand(locked, claim)
        locked.incident_id, locked.is_incident_settled = claim.incident_id, True
    save_change(locked, "claim", "incident", "is_incident_settled", now=now)
    told = {"claim": locked.claim_id, "before": before}
    record_narrative(locked, "narrative.claim_linked", actor, now, **told)
    return locked


@transaction.atomic
def link_new_claim(
    *,
    narrative: Narrative,
    statement: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    fact: Fact | None = None,
) -> Narrative:
    """Write down what a narrative asserts, and link it; refuses where no incident is known."""
    locked = _lock(narrative, expected_version)
    incident = locked.incident or (fact.incident if fact else None)
    if incident is None:
        wanted = _("Say first which incident the narrative belongs to.")
        raise InvalidInput(errors={"statement": [wanted]})
    claim = state_claim(incident=incident, statement=statement, fact=fact, actor=actor, now=now)
    return link_claim(narrative=locked, claim=claim, actor=actor, now=now, expected_version=None)


def _lock(narrative: Narrative, expected_version: int | None) -> Narrative:
    locked = lock_for_change(narrative, expected_version=expected_version)
    _require_standing(locked)
    return locked


def _require_standing(narrative: Narrative) -> None:
    if narrative.merged_into is not None:
        sentence = _("This narrative was merged into “%s”. Go on there.")
        raise NarrativeMerged(sentence % narrative.merged_into)


def _lock_other(narrative: Narrative, into: Narrative) -> Narrative:
    if into.pk == narrative.pk:
        raise InvalidInput(errors={"into": [_("Name another narrative.")]})
    if into.brand_id != narrative.brand_id:
        raise InvalidInput(errors={"into": [_("The narrative belongs to another brand.")]})
    rows = Narrative.objects.select_for_update(of=("self",), no_key=True)
    other = rows.select_related("merged_into").get(pk=into.pk)
    _require_standing(other)
    if None not in (narrative.incident_id, other.incident_id) and (
        narrative.incident_id != other.incident_id
    ):
        raise InvalidInput(errors={"into": [_("The narrative belongs to another incident.")]})
    return other


def _check_incident(narrative: Narrative, incident: Any) -> None:
    if incident.brand_id != narrative.brand_id:
        raise InvalidInput(errors={"incident": [_("The incident belongs to another brand.")]})
    require_standing(incident)


def _check_claim(claim: Claim | None, incident: Any) -> None:
    if claim is not None and (incident is None or claim.incident_id != incident.pk):
        raise InvalidInput(errors={"claim": [_("The claim belongs to another incident.")]})


def _check_brand(narrative: Narrative, claim: Claim) -> None:
    if claim.brand_id != narrative.brand_id:
        raise InvalidInput(errors={"claim": [_("The claim belongs to another brand.")]})


def move_narratives(*, from_incident: UUID, into: UUID | str) -> None:
    """Let narratives and claims of a merged incident go on where it goes on."""
    for model in (Narrative, Claim):
        model._default_manager.filter(incident_id=from_incident).update(incident_id=into)
