"""The ledger of facts: stating, confirming, refuting, superseding."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import DomainError, InvalidInput, require_reason
from crisisapi.events.services.log import lock_for_change, record_event
from incidents.models import Evidence, Fact, FactStatus, Incident
from incidents.rules.facts import DECIDED, DECISIONS, VERB, is_correction, needs_evidence
from incidents.services.standing import lock_standing


class FactDecided(DomainError):
    """The wording of a decided fact cannot change: messages may rest on it."""

    code = "fact_decided"
    detail = _("The wording of a decided fact cannot change: supersede it by a new fact.")


class FactSuperseded(DomainError):
    """Another fact stands in its place."""

    code = "fact_superseded"


@transaction.atomic
def state_fact(
    *, incident: Incident, statement: str, actor: Actor, now: datetime, **fields: Any
) -> Fact:
    """Write an unconfirmed statement into the ledger; refuses a merged incident.

    `fields` may have evidence, and the bearing on what the brand is accused of.
    """
    standing = lock_standing(incident)
    fact = _written(standing, statement, now, **fields)
    _record(fact, "fact.stated", actor, now, statement=statement)
    return fact


@transaction.atomic
def change_fact(
    *, fact: Fact, actor: Actor, now: datetime, expected_version: int | None, **fields: Any
) -> Fact:
    """Change evidence or bearing, or the statement as long as it is unconfirmed.

    Refuses a superseded fact, and to leave a confirmed one without evidence.
    """
    locked = _lock(fact, expected_version)
    changed = differing(locked, fields)
    if not changed:
        return locked
    if "statement" in changed and locked.status in DECIDED:
        raise FactDecided
    for name, value in changed.items():
        setattr(locked, name, value)
    _require_evidence(locked)
    save_change(locked, *changed, now=now)
    _record(locked, "fact.changed", actor, now, fields=sorted(changed))
    return locked


def confirm_fact(*, fact: Fact, **change: Any) -> Fact:
    """It is true; messages may rest on it. Refuses when nothing shows it.

    Turning a refutation round needs a reason; a superseded fact is left alone.
    """
    return _decide(fact, FactStatus.CONFIRMED, **change)


def refute_fact(*, fact: Fact, **change: Any) -> Fact:
    """It is false; no message may rest on it. Turning a confirmation round needs a reason."""
    return _decide(fact, FactStatus.FALSE, **change)


@transaction.atomic
def supersede_fact(
    *,
    fact: Fact,
    statement: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    **fields: Any,
) -> Fact:
    """State a new, unconfirmed fact in the place of one; return the new one.

    It bears on the accusation as the old one did, unless the fields say otherwise. Refuses a fact
    that was superseded already, and a statement that says the same.
    """
    standing = lock_standing(fact.incident)
    before = _lock(fact, expected_version)
    if statement == before.statement:
        raise InvalidInput(errors={"statement": [_("Say what is known otherwise now.")]})
    after = _written(standing, statement, now, **{"bearing": before.bearing, **fields})
    before.superseded_by = after
    save_change(before, "superseded_by", now=now)
    _record(after, "fact.stated", actor, now, statement=statement, supersedes=before.pk)
    _record(before, "fact.superseded", actor, now, superseded_by=after.pk)
    return after


@transaction.atomic
def _decide(
    fact: Fact,
    status: FactStatus,
    *,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    evidence: str = "",
    reason: str = "",
) -> Fact:
    locked = _lock(fact, expected_version)
    before = locked.status
    said = {"evidence": evidence} if evidence else {}
    if before not in DECISIONS[status]:
        return change_fact(fact=locked, actor=actor, now=now, expected_version=None, **said)
    if is_correction(before, status):
        require_reason(reason)
    locked.evidence = evidence or locked.evidence
    locked.status, locked.status_reason = status, reason
    _require_evidence(locked)
    locked.decided_by_id = actor.person_id
    locked.decided_at = now
    fields = ("status", "status_reason", "evidence", "decided_by", "decided_at")
    save_change(locked, *fields, now=now)
    _record(locked, VERB[status], actor, now, before=before, reason=reason)
    return locked


def _lock(fact: Fact, expected_version: int | None) -> Fact:
    locked = lock_for_change(fact, expected_version=expected_version)
    if locked.superseded_by is not None:
        raise FactSuperseded(
            _("This fact was superseded by “%s”. Go on with that one.")
            % locked.superseded_by.statement
        )
    return locked


def _require_evidence(fact: Fact) -> None:
    if fact.evidence.strip() or not needs_evidence(fact.status):
        return
    if not Evidence.objects.standing().filter(fact=fact).exists():
        sentence = _("Say what shows it: give it here, or attach a link or a file to the fact.")
        raise InvalidInput(errors={"evidence": [sentence]})


def _written(incident: Incident, statement: str, now: datetime, **fields: Any) -> Fact:
    return Fact.objects.create(
        brand_id=incident.brand_id,
        incident=incident,
        statement=statement,
        created_at=now,
        updated_at=now,
        **fields,
    )


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
