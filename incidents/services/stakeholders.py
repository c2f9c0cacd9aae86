"""Stakeholders of a brand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Brand
from crisisapi.accounts.services.members import require_member
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import InvalidInput
from crisisapi.events.services.log import lock_chain, lock_for_change, record_event
from incidents.models import Incident, Stakeholder, StanceChange
from incidents.rules.stakeholders import flaws_of_contacts
from incidents.services.involvements import involve_stakeholder
from incidents.services.standing import lock_standing

# What would be right, by code of the flaw.
_SENTENCES = {
    "contacts_shape": _("Give a list of at most %(most)s contacts."),
    "contact_shape": _("Give an object with kind, value and label, and nothing else."),
    "contact_kind": _("Give one of: %(choices)s."),
    "contact_value": _("Give 1 to %(most)s characters."),
    "contact_label": _("Give a text of at most %(most)s characters."),
    "contact_email": _("Give an e-mail address such as press@example.org."),
    "contact_phone": _("Give a telephone number such as +972 3 555 0100."),
    "contact_handle": _("Give a name without blanks, such as @consumer_council."),
}


@dataclass(frozen=True)
class StanceNote:
    """Why a stance changed, and the incident it has to do with."""

    note: str = ""
    incident: Incident | None = None


@transaction.atomic
def add_stakeholder(
    *,
    brand: Brand,
    actor: Actor,
    now: datetime,
    incidents: Sequence[Incident] = (),
    **fields: Any,
) -> Stakeholder:
    """Write a stakeholder down, involved in these incidents.

    Refuses an owner who is no member, an incident of another brand, contacts with flaws.
    """
    lock_chain(brand.pk)
    _check(brand, fields)
    if any(incident.brand_id != brand.pk for incident in incidents):
        raise InvalidInput(errors={"incidents": [_("An incident belongs to another brand.")]})
    stakeholder = Stakeholder.objects.create(brand=brand, created_at=now, updated_at=now, **fields)
    _record(stakeholder, "stakeholder.added", actor, now, name=stakeholder.name)
    for incident in dict.fromkeys(incidents):
        involve_stakeholder(stakeholder=stakeholder, incident=incident, actor=actor, now=now)
    return stakeholder


@transaction.atomic
def change_stakeholder(
    *,
    stakeholder: Stakeholder,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    stance_note: StanceNote | None = None,
    **fields: Any,
) -> Stakeholder:
    """Change what is known of a stakeholder; a change of stance is kept with its note.

    Refuses a note where the stance stays as it is.
    """
    locked = lock_for_change(stakeholder, expected_version=expected_version)
    _check(locked.brand, fields)
    changed = differing(locked, fields)
    if stance_note is not None and "stance" not in changed:
        raise InvalidInput(errors={"stance": [_("Give the new stance that the note is about.")]})
    if not changed:
        return locked
    told: dict[str, object] = {"fields": sorted(changed)}
    if "stance" in changed:
        told["stance"] = {"from": locked.stance, "to": changed["stance"]}
        _keep_stance(locked, changed["stance"], stance_note or StanceNote(), actor, now)
    for name, value in changed.items():
        setattr(locked, name, value)
    save_change(locked, *changed, now=now)
    incident = stance_note.incident if stance_note else None
    _record(locked, "stakeholder.changed", actor, now, incident=incident, **told)
    return locked


def _keep_stance(
    stakeholder: Stakeholder, after: str, note: StanceNote, actor: Actor, now: datetime
) -> None:
    incident = note.incident
    if incident is not None:
        if incident.brand_id != stakeholder.brand_id:
            sentence = _("An incident belongs to another brand.")
            raise InvalidInput(errors={"stance_incident": [sentence]})
        incident = lock_standing(incident)
    StanceChange.objects.create(
        brand_id=stakeholder.brand_id,
        stakeholder=stakeholder,
        incident=incident,
        before=stakeholder.stance,
        after=after,
        note=note.note,
        by_id=actor.person_id,
        created_at=now,
    )


def _check(brand: Brand, fields: dict[str, Any]) -> None:
    require_member(fields.get("owner"), brand, field="owner")
    errors: dict[str, list[object]] = {}
    for flaw in flaws_of_contacts(fields.get("contacts", [])):
        place = ".".join(("contacts", *flaw.path))
        errors.setdefault(place, []).append(_SENTENCES[flaw.code] % flaw.params)
    if errors:
        raise InvalidInput(errors=errors)


def _record(
    stakeholder: Stakeholder,
    verb: str,
    actor: Actor,
    now: datetime,
    *,
    incident: Incident | None = None,
    **data: object,
) -> None:
    record_event(
        brand_id=stakeholder.brand_id,
        incident_id=incident.pk if incident else None,
        verb=verb,
        instance=stakeholder,
        actor=actor,
        now=now,
        data=data,
    )
