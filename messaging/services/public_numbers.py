"""Numbers for the public: proposed with what shows them, approved by other eyes, taken off."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Role
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import save_change
from crisisapi.common.errors import DomainError, InvalidInput, require_reason
from crisisapi.events.services.log import lock_for_change, record_event
from incidents.models import Goal, Incident
from incidents.services.standing import lock_standing, require_standing
from messaging.models import NumberUnit, PublicNumber, PublicPage
from messaging.services.proposals import (
    APPROVED_FIELDS,
    PROPOSAL_FIELDS,
    checked_words,
    propose,
    require_words,
    take_over,
)
from messaging.services.public_pages import touch_page
from messaging.services.steps import waits_on

LABEL_LENGTH = 120
SOURCE_LENGTH = 300
_UNIT_OF = {"share": NumberUnit.PERCENT, "points": NumberUnit.POINTS}


class NumberWithdrawn(DomainError):
    """It was taken off the page."""

    code = "number_withdrawn"
    detail = _("This number was taken off the page. Propose it anew.")


@transaction.atomic
def propose_number(
    *,
    incident: Incident,
    actor: Actor,
    now: datetime,
    goal: Goal | None = None,
    position: int = 0,
    **fields: Any,
) -> PublicNumber:
    """Propose a number to show with an incident: one that a goal measures, or one typed in.

    Refuses a goal of another incident, and a typed number without its time and what shows it.
    """
    standing = lock_standing(incident)
    if goal is not None and goal.incident_id != standing.pk:
        raise InvalidInput(errors={"goal": [_("The goal belongs to another incident.")]})
    number = PublicNumber(
        brand_id=standing.brand_id,
        incident=standing,
        goal=goal,
        position=position,
        created_at=now,
        updated_at=now,
    )
    propose(number, _checked(number, fields, now), actor)
    number.save(force_insert=True)
    _record(number, "publicnumber.proposed", actor, now, **_waiting(number))
    return number


@transaction.atomic
def change_number(
    *,
    public_number: PublicNumber,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    **fields: Any,
) -> PublicNumber:
    """Propose another value or other words; what was approved is shown until these are.

    A position is no claim: it changes at once.
    """
    locked = _lock(public_number, expected_version)
    position = fields.pop("position", locked.position)
    present = locked.proposal or _shown(locked)
    asked = _checked(locked, {**present, **fields}, now) if fields else present
    is_new = asked != present and propose(locked, asked, actor)
    if not is_new and position == locked.position:
        return locked
    locked.position = position
    save_change(locked, "position", *PROPOSAL_FIELDS, now=now)
    if is_new:
        _record(locked, "publicnumber.proposed", actor, now, **_waiting(locked))
    else:
        _record(locked, "publicnumber.moved", actor, now, position=position)
    return locked


@transaction.atomic
def approve_number(
    *,
    public_number: PublicNumber,
    revision: int,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> PublicNumber:
    """Show what was read; refuses who proposed it, and another revision."""
    locked = _lock(public_number, expected_version)
    approved = take_over(locked, revision=revision, actor=actor, now=now)
    for name, value in _stored(approved).items():
        setattr(locked, name, value)
    save_change(locked, *APPROVED_FIELDS, *_stored(approved), now=now)
    _record(locked, "publicnumber.approved", actor, now, revision=revision, waits_on=None)
    return locked


@transaction.atomic
def withdraw_number(
    *,
    public_number: PublicNumber,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> PublicNumber:
    """Take it off the page, and say why."""
    require_reason(reason)
    locked = _lock(public_number, expected_version)
    locked.withdrawn_at, locked.withdrawn_reason = now, reason
    locked.proposal = None
    save_change(locked, "withdrawn_at", "withdrawn_reason", "proposal", now=now)
    _record(locked, "publicnumber.withdrawn", actor, now, reason=reason, waits_on=None)
    return locked


def _lock(number: PublicNumber, expected_version: int | None) -> PublicNumber:
    locked = lock_for_change(number, expected_version=expected_version)
    require_standing(locked.incident)
    if locked.withdrawn_at is not None:
        raise NumberWithdrawn
    return locked


def _checked(number: PublicNumber, fields: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return the proposal as JSON keeps it."""
    labels = checked_words(fields.get("labels", {}), longest=LABEL_LENGTH, field="labels")
    sources = checked_words(fields.get("sources", {}), longest=SOURCE_LENGTH, field="sources")
    page = PublicPage.objects.filter(brand_id=number.brand_id).first()
    require_words(labels, page.main_language if page else next(iter(labels), "he"), field="labels")
    words = {"labels": labels, "sources": sources}
    return words | (_measured(number.goal, fields) if number.goal else _typed(fields, now))


def _measured(goal: Goal, fields: dict[str, Any]) -> dict[str, Any]:
    typed = [name for name in ("value", "as_of") if fields.get(name) is not None]
    if typed:
        sentence = _("A goal measures this number: leave it out.")
        raise InvalidInput(errors={name: [sentence] for name in typed})
    unit = _UNIT_OF.get(goal.measured.unit, NumberUnit.COUNT)
    evidence = fields.get("evidence") or ""
    return {"unit": unit, "value": None, "as_of": None, "evidence": evidence}


def _typed(fields: dict[str, Any], now: datetime) -> dict[str, Any]:
    value, as_of = fields.get("value"), _moment(fields.get("as_of"))
    evidence = (fields.get("evidence") or "").strip()
    errors: dict[str, list[object]] = {}
    if value is None:
        errors["value"] = [_("Give the number, or name the goal that measures it.")]
    if as_of is None or as_of > now:
        errors["as_of"] = [_("Say when it was so: a time that has passed.")]
    if not evidence:
        errors["evidence"] = [_("Say what shows it.")]
    if errors:
        raise InvalidInput(errors=errors)
    unit = fields.get("unit") or NumberUnit.COUNT
    return {
        "unit": str(unit),
        "value": _plain(value),
        "as_of": as_of.isoformat() if as_of else None,
        "evidence": evidence,
    }


def _stored(approved: dict[str, Any]) -> dict[str, Any]:
    value = approved["value"]
    return {
        **approved,
        "value": None if value is None else Decimal(value),
        "as_of": _moment(approved["as_of"]),
    }


def _shown(number: PublicNumber) -> dict[str, Any]:
    """Return what was approved as a proposal would say it, to be compared with one."""
    return {
        "labels": number.labels,
        "sources": number.sources,
        "unit": str(number.unit),
        "value": _plain(number.value),
        "as_of": number.as_of.isoformat() if number.as_of else None,
        "evidence": number.evidence,
    }


def _plain(value: Decimal | float | str | None) -> str | None:
    return None if value is None else format(Decimal(str(value)).normalize(), "f")


def _moment(said: datetime | str | None) -> datetime | None:
    return parse_datetime(said) if isinstance(said, str) else said


def _waiting(number: PublicNumber) -> dict[str, object]:
    return {"revision": number.revision, "waits_on": waits_on(role=Role.APPROVER)}


def _record(number: PublicNumber, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    touch_page(brand_id=number.brand_id, now=now)
    record_event(
        brand_id=number.brand_id,
        incident_id=number.incident_id,
        verb=verb,
        instance=number,
        actor=actor,
        now=now,
        data=data,
    )
