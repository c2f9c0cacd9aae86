"""Stakeholders of a brand."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Brand, User
from crisisapi.accounts.services.members import require_member
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import InvalidInput
from crisisapi.events.services.log import lock_for_change, record_event
from incidents.models import Incident, Stakeholder


@transaction.atomic
def add_stakeholder(
    *,
    brand: Brand,
    actor: Actor,
    now: datetime,
    incidents: Sequence[Incident] = (),
    **fields: Any,
) -> Stakeholder:
    """Write a stakeholder down; owner and incidents must belong to the brand."""
    _check(brand, fields.get("owner"), incidents)
    stakeholder = Stakeholder.objects.create(brand=brand, created_at=now, updated_at=now, **fields)
    stakeholder.incidents.set(incidents)
    _record(stakeholder, "stakeholder.added", actor, now, name=stakeholder.name)
    return stakeholder


@transaction.atomic
def change_stakeholder(
    *,
    stakeholder: Stakeholder,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    incidents: Sequence[Incident] | None = None,
    **fields: Any,
) -> Stakeholder:
    """Change what is known of a stakeholder; a change of stance is told in the event."""
    locked = lock_for_change(stakeholder, expected_version=expected_version)
    _check(locked.brand, fields.get("owner"), incidents or ())
    stance_before = locked.stance
    changed = differing(locked, fields)
    names = set(changed)
    if incidents is not None and set(incidents) != set(locked.incidents.all()):
        names.add("incidents")
        locked.incidents.set(incidents)
    if not names:
        return locked
    for name, value in changed.items():
        setattr(locked, name, value)
    save_change(locked, *changed, now=now)
    data: dict[str, object] = {"fields": sorted(names)}
    if locked.stance != stance_before:
        data["stance"] = {"from": stance_before, "to": locked.stance}
    _record(locked, "stakeholder.changed", actor, now, **data)
    return locked


def _check(brand: Brand, owner: User | None, incidents: Sequence[Incident]) -> None:
    require_member(owner, brand, field="owner")
    if any(incident.brand_id != brand.pk for incident in incidents):
        raise InvalidInput(errors={"incidents": [_("An incident belongs to another brand.")]})


def _record(
    stakeholder: Stakeholder, verb: str, actor: Actor, now: datetime, **data: object
) -> None:
    record_event(
        brand_id=stakeholder.brand_id,
        verb=verb,
        instance=stakeholder,
        actor=actor,
        now=now,
        data=data,
    )
