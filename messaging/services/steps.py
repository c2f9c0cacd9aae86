"""What every step of a message begins and ends with: its locks and its event.

The brand's chain is locked before any row, so that no fact changes and no row is waited for
between the check and the event (docs/adr/0005-facts-and-approvals.md).
"""

from datetime import datetime
from uuid import UUID

from crisisapi.accounts.models import Role
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import lock_version
from crisisapi.common.errors import DomainError
from crisisapi.events.services.log import lock_chain, record_event
from messaging.models import Message, Publication


class WrongStatus(DomainError):
    """The object is not where this step starts from."""

    code = "wrong_status"


def lock_message(message: Message, *, expected_version: int | None) -> Message:
    """Lock the chain, then the message; refuse another version than the expected one."""
    lock_chain(message.brand_id)
    return lock_version(Message.objects.all(), message.pk, expected_version=expected_version)


def lock_publication(publication: Publication, *, expected_version: int | None) -> Publication:
    """Lock the chain, then the publication; refuse another version than the expected one."""
    lock_chain(publication.brand_id)
    rows = Publication.objects.select_related("message__incident", "channel", "requested_by")
    return lock_version(rows, publication.pk, expected_version=expected_version)


def record_step(
    instance: Message | Publication, verb: str, actor: Actor, now: datetime, **data: object
) -> None:
    """Write the event of a step of a message or of a publication of it."""
    message = instance.message if isinstance(instance, Publication) else instance
    record_event(
        brand_id=instance.brand_id,
        incident_id=message.incident_id,
        verb=verb,
        instance=instance,
        actor=actor,
        now=now,
        data=data,
    )


def waits_on(*, person_id: UUID | None = None, role: str | None = None) -> dict[str, object]:
    """Return whom a message or publication waits on from now on, as events say it."""
    return {"person": person_id, "department": None, "role": role}


def waits_on_author(message: Message) -> dict[str, object]:
    """Return that it waits on who wrote it, or, where that was no person, on a responder."""
    role = None if message.author_id else Role.RESPONDER
    return waits_on(person_id=message.author_id, role=role)
