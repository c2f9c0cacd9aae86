"""Schedules of messages: moved, called off."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import lock_version, save_change
from crisisapi.common.errors import DomainError
from messaging.models import Message, Publication, PublicationStatus
from messaging.models.publication import PublicationQuerySet
from messaging.services.moments import check_moment
from messaging.services.parts import stop_publication
from messaging.services.steps import lock_message, record_step

_NOT_SENT = (PublicationStatus.PENDING, PublicationStatus.HELD)


class NotScheduled(DomainError):
    """Nothing of the message waits for a time."""

    code = "not_scheduled"
    detail = _("Nothing of this message is scheduled.")


@transaction.atomic
def reschedule_message(
    *,
    message: Message,
    publish_at: datetime,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> Message:
    """Give everything of the message that waits for a time another one.

    Refuses where nothing does (`NotScheduled`); what is held back gets a time by its release.
    """
    check_moment(publish_at, now)
    locked = lock_message(message, expected_version=expected_version)
    moved = [row for row in _scheduled(locked) if row.not_before != publish_at]
    if moved:
        save_change(locked, now=now)
    for publication in moved:
        before = publication.not_before
        publication.not_before = publish_at
        save_change(publication, "not_before", now=now)
        publication.parts.filter(next_attempt_at=before).update(next_attempt_at=publish_at)
        data = {"message": locked.pk, "from": before, "to": publish_at}
        record_step(publication, "publication.rescheduled", actor, now, **data)
    return locked


@transaction.atomic
def unschedule_message(
    *,
    message: Message,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    reason: str = "",
) -> Message:
    """Call off everything of the message that waits for a time; its approval stays."""
    locked = lock_message(message, expected_version=expected_version)
    for publication in _scheduled(locked):
        stop_publication(publication, reason=reason, actor=actor, now=now)
    return Message.objects.get(pk=locked.pk)


def call_off(message: Message, *, reason: str, actor: Actor, now: datetime) -> None:
    """Cancel what is not sent of a locked message that may not go out any more.

    What a person was told to post, and was held back since, becomes unknown: they have to say.
    """
    rows = Publication.objects.filter(message=message, status__in=_NOT_SENT)
    for publication in _locked(rows):
        stop_publication(publication, reason=reason, actor=actor, now=now)


def _scheduled(message: Message) -> list[Publication]:
    found = _locked(Publication.objects.scheduled().filter(message=message))
    if not found:
        raise NotScheduled
    return found


def _locked(rows: PublicationQuerySet) -> list[Publication]:
    every = Publication.objects.select_related("message")
    ids = list(rows.order_by("id").values_list("pk", flat=True))
    return [lock_version(every, pk, expected_version=None) for pk in ids]
