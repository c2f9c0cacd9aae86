"""The ledger of facts: stating, confirming, refuting."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import DomainError
from crisisapi.events.services.log import lock_for_change, record_event
from incidents.models import Fact, FactStatus, Incident


class FactDecided(DomainError):
    """The wording of a decided fact cannot change: messages may rest on it."""

    code = "fact_decided"
    detail = _("The wording of a decided fact cannot change: state a new fact instead.")


@transaction.atomic
def state_fact(
    *, incident: Incident, statement: str, actor: Actor, now: datetime, evidence: str = ""
) -> Fact:
    """Write an unconfirmed statement into the ledger."""
    fact = Fact.objects.create(
        brand_id=incident.brand_id,
        incident=incident,
        statement=statement,
        evidence=evidence,
        created_at=now,
        updated_at=now,
    )
    _record(fact, "fact.stated", actor, now, statement=statement)
    return fact


@transaction.atomic
def change_fact(
    *, fact: Fact, actor: Actor, now: datetime, expected_version: int | None, **fields: Any
) -> Fact:
    """Change the evidence, or the statement as long as it is unconfirmed."""
    locked = lock_for_change(fact, expected_version=expected_version)
    changed = differing(locked, fields)
    if not changed:
        return locked
    if "statement" in changed and locked.status != FactStatus.UNCONFIRMED:
        raise FactDecided
    for name, value in changed.items():
        setattr(locked, name, value)
    save_change(locked, *changed, now=now)
    _record(locked, "fact.changed", actor, now, fields=sorted(changed))
    return locked


def confirm_fact(*, fact: Fact, **change: Any) -> Fact:
    """It is true; messages may rest on it."""
    return _decide(fact, FactStatus.CONFIRMED, "fact.confirmed", **change)


def refute_fact(*, fact: Fact, **change: Any) -> Fact:
    """It is false; no message may rest on it."""
    return _decide(fact, FactStatus.FALSE, "fact.refuted", **change)


@transaction.atomic
def _decide(
    fact: Fact,
    status: FactStatus,
    verb: str,
    *,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    evidence: str = "",
) -> Fact:
    locked = lock_for_change(fact, expected_version=expected_version)
    before = locked.status
    if before == status:
        return locked
    locked.status = status
    locked.evidence = evidence or locked.evidence
    locked.decided_by_id = actor.id if actor.kind == "user" else None
    locked.decided_at = now
    save_change(locked, "status", "evidence", "decided_by", "decided_at", now=now)
    _record(locked, verb, actor, now, before=before)
    return locked


def _record(fact: Fact, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    record_event(
        brand_id=fact.brand_id,
        incident_id=fact.incident_id,
        verb=verb,
        instance=fact,
        actor=actor,
        now=now,
        data=data,
    )
