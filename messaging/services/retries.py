"""Sending again, by the decision of a person, what is not out."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import lock_version, save_change
from crisisapi.common.errors import require_reason
from messaging.models import (
    Message,
    MessageStatus,
    PartStatus,
    Publication,
    PublicationPart,
    PublicationStatus,
)
from messaging.rules.backoff import ATTEMPTS
from messaging.services.parts import lock_parts, settle_publication
from messaging.services.publications import AlreadyPublished, require_sendable, require_status
from messaging.services.steps import WrongStatus, lock_publication

_STUCK = (
    PublicationStatus.FAILED,
    PublicationStatus.UNKNOWN,
    PublicationStatus.PARTIALLY_PUBLISHED,
)
_NOT_OUT = (PartStatus.FAILED, PartStatus.UNKNOWN, PartStatus.CANCELLED)


@transaction.atomic
def retry_publication(
    *,
    publication: Publication,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    reason: str = "",
) -> Publication:
    """Send what is not out once more; of a thread, from the post on that did not get out.

    What is unknown is sent again only by somebody who looked and says so: without a reason it is
    refused. Refuses a message that may not go out any more, as publishing it would, one that
    went to the channel since (`AlreadyPublished`), and a thread taken down in part.
    """
    locked = lock_publication(publication, expected_version=expected_version)
    require_status(locked, _STUCK)
    if locked.status == PublicationStatus.UNKNOWN:
        require_reason(reason)
    parts = lock_parts(locked)
    require_sendable(locked, parts)
    _require_only(locked)
    again = _set_due(parts, now)
    locked.requested_by_id = actor.person_id
    locked.requested_at = now
    save_change(locked, "requested_by", "requested_at", now=now)
    _set_publishing(locked, now)
    said = {"reason": reason, "numbers": [part.number for part in again]}
    settle_publication(locked, parts, actor=actor, now=now, verb="retried", **said)
    return locked


def _require_only(publication: Publication) -> None:
    others = publication.message.publications.standing().exclude(pk=publication.pk)
    if others.filter(channel=publication.channel_id).exists():
        raise AlreadyPublished(errors={"channel": [publication.channel.name]})


def _set_due(parts: Sequence[PublicationPart], now: datetime) -> list[PublicationPart]:
    again = [part for part in parts if part.status in _NOT_OUT]
    before = parts[: again[0].number - 1] if again else []
    if not again or any(part.status != PartStatus.PUBLISHED for part in before):
        raise WrongStatus(_("A thread of which posts were taken down does not go on."))
    for part in again:
        part.status = PartStatus.PENDING
        part.attempts_allowed = part.attempts + ATTEMPTS
        part.may_be_out = False
        part.next_attempt_at = None
        part.last_error = part.error_code = ""
    again[0].next_attempt_at = now
    return again


def _set_publishing(publication: Publication, now: datetime) -> None:
    message = lock_version(Message.objects.all(), publication.message_id, expected_version=None)
    message.status = MessageStatus.PUBLISHING
    save_change(message, "status", now=now)
