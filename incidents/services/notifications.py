"""Telling people inside the service; e-mail and chat read the same rows."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import User
from crisisapi.accounts.selectors.circles import readers_among
from crisisapi.common.actors import Actor
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from crisisapi.events.services.log import record_event
from incidents.models import Incident, Notification
from incidents.services.standing import lock_standing


@transaction.atomic
def notify_people(
    *, people: Iterable[User], incident: Incident, text: str, actor: Actor, now: datetime
) -> list[Notification]:
    """Tell people something about an incident in words of one's own; refuses an empty text.

    Who is no member, or may not see the incident, is left out; the event names whom it reached.
    """
    if not text.strip():
        raise InvalidInput(errors={"text": [_("Say what they should know.")]})
    standing = lock_standing(incident)
    readers = _readers((person.pk for person in people), standing.brand_id, standing.pk)
    event = record_event(
        brand_id=standing.brand_id,
        incident_id=standing.pk,
        verb="incident.people_notified",
        instance=standing,
        actor=actor,
        now=now,
        data={"text": text, "people": readers},
    )
    return _write(readers, event, {"reference": standing.reference}, text)


def notify(
    people: Iterable[UUID | str], *, event: Event, details: Mapping[str, object]
) -> list[Notification]:
    """Tell people of an event, in its transaction; who may not see the incident is left out."""
    return _write(_readers(people, event.brand_id, event.incident_id), event, details)


def mark_read(*, notification: Notification, now: datetime) -> Notification:
    """The recipient has seen it; the first time counts. What one has read is no event."""
    Notification.objects.unread().filter(pk=notification.pk).update(read_at=now)
    notification.refresh_from_db()
    return notification


def mark_all_read(*, recipient_id: UUID, now: datetime) -> int:
    """The recipient has seen everything there was; return how much of it was new."""
    mine = Notification.objects.unread().filter(recipient_id=recipient_id, created_at__lte=now)
    return mine.update(read_at=now)


def _readers(people: Iterable[UUID | str], brand_id: UUID, incident_id: UUID | None) -> list[UUID]:
    return readers_among(people, brand_id=brand_id, subject_id=incident_id)


def _write(
    readers: Iterable[UUID], event: Event, details: Mapping[str, object], text: str = ""
) -> list[Notification]:
    return Notification.objects.bulk_create(
        [
            Notification(
                brand_id=event.brand_id,
                recipient_id=reader,
                incident_id=event.incident_id,
                event=event,
                verb=event.verb,
                object_type=event.object_type,
                object_id=event.object_id,
                details=dict(details),
                text=text,
                created_at=event.occurred_at,
            )
            for reader in readers
        ],
        ignore_conflicts=True,
    )
