"""The shift log of an incident."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.errors import InvalidInput
from crisisapi.events.services.log import record_event
from incidents.models import Incident, ShiftNote, ShiftNoteKind
from incidents.services.standing import lock_standing


@transaction.atomic
def write_shift_note(
    *,
    incident: Incident,
    text: str,
    actor: Actor,
    now: datetime,
    kind: ShiftNoteKind = ShiftNoteKind.NOTE,
) -> ShiftNote:
    """Write a note for whoever comes next; refuses an empty one. Nobody changes it afterwards."""
    if not text.strip():
        raise InvalidInput(errors={"text": [_("Say where things stand, or what is next.")]})
    standing = lock_standing(incident)
    note = ShiftNote.objects.create(
        brand_id=standing.brand_id,
        incident=standing,
        author_id=actor.person_id,
        kind=kind,
        text=text,
        created_at=now,
    )
    record_event(
        brand_id=note.brand_id,
        incident_id=note.incident_id,
        verb="shift_note.written",
        instance=note,
        actor=actor,
        now=now,
        data={"kind": kind, "text": text},
    )
    return note
