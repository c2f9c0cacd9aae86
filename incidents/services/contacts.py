"""The contact log: only added to."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.errors import InvalidInput
from crisisapi.events.services.log import lock_chain, record_event
from incidents.models import ContactEntry, Incident, Involvement, Stakeholder
from incidents.models.contact_entry import Direction
from incidents.services.involvements import note_contact
from incidents.services.standing import lock_standing


@transaction.atomic
def log_contact(
    *,
    stakeholder: Stakeholder,
    actor: Actor,
    now: datetime,
    incident: Incident | None = None,
    at: datetime | None = None,
    **fields: Any,
) -> ContactEntry:
    """Write down a contact; one of ours about an incident makes the next one due.

    Refuses a time to come, and an incident of another brand, or one that was merged.
    """
    moment = at or now
    if moment > now:
        raise InvalidInput(errors={"at": [_("Give a time that has passed.")]})
    lock_chain(stakeholder.brand_id)
    if incident is not None:
        incident = _checked(incident, stakeholder)
    entry = ContactEntry.objects.create(
        brand_id=stakeholder.brand_id,
        stakeholder=stakeholder,
        incident=incident,
        at=moment,
        by_id=actor.person_id,
        created_at=now,
        **fields,
    )
    informed = None
    if incident is not None and entry.direction == Direction.OUT:
        informed = note_contact(stakeholder=stakeholder, incident=incident, at=moment, now=now)
    _record(entry, informed, actor, now)
    return entry


def _checked(incident: Incident, stakeholder: Stakeholder) -> Incident:
    if incident.brand_id != stakeholder.brand_id:
        sentence = _("Choose a stakeholder and an incident of the same brand.")
        raise InvalidInput(errors={"incident": [sentence]})
    return lock_standing(incident)


def _record(entry: ContactEntry, informed: Involvement | None, actor: Actor, now: datetime) -> None:
    told: dict[str, object] = {
        "stakeholder": entry.stakeholder_id,
        "channel": entry.channel,
        "direction": entry.direction,
    }
    if informed is not None:
        told |= {"involvement": informed.pk, "due_at": informed.due_at}
    record_event(
        brand_id=entry.brand_id,
        incident_id=entry.incident_id,
        verb="contact.logged",
        instance=entry,
        actor=actor,
        now=now,
        data=told,
    )
