"""What the public asserts, written down by the team, and the fact that answers it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import InvalidInput
from crisisapi.events.services.log import lock_for_change, record_event
from incidents.models import Fact, Incident
from incidents.services.standing import lock_standing
from monitoring.models import Claim


@transaction.atomic
def state_claim(
    *,
    incident: Incident,
    statement: str,
    actor: Actor,
    now: datetime,
    fact: Fact | None = None,
) -> Claim:
    """Write down what is asserted; refuses a merged incident, and a fact of another one."""
    standing = lock_standing(incident)
    _check_fact(fact, standing)
    claim = Claim.objects.create(
        brand_id=standing.brand_id,
        incident=standing,
        statement=statement,
        fact=fact,
        made_by_id=actor.person_id,
        created_at=now,
        updated_at=now,
    )
    _record(claim, "claim.stated", actor, now, fact=claim.fact_id)
    return claim


@transaction.atomic
def change_claim(
    *, claim: Claim, actor: Actor, now: datetime, expected_version: int | None, **fields: Any
) -> Claim:
    """Word a claim otherwise, or say which fact answers it; refuses a fact of another incident."""
    locked = lock_for_change(claim, expected_version=expected_version)
    changed = differing(locked, fields)
    if not changed:
        return locked
    _check_fact(changed.get("fact"), locked.incident)
    for name, value in changed.items():
        setattr(locked, name, value)
    save_change(locked, *changed, now=now)
    _record(locked, "claim.changed", actor, now, fields=sorted(changed), fact=locked.fact_id)
    return locked


def _check_fact(fact: Fact | None, incident: Incident) -> None:
    if fact is not None and fact.incident_id != incident.pk:
        raise InvalidInput(errors={"fact": [_("The fact belongs to another incident.")]})


def _record(claim: Claim, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    record_event(
        brand_id=claim.brand_id,
        incident_id=claim.incident_id,
        verb=verb,
        instance=claim,
        actor=actor,
        now=now,
        data=data,
    )
