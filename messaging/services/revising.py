"""Revising what was said: a new message takes the place of a public one, which stays readable."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.concurrency import lock_version, save_change
from crisisapi.common.errors import DomainError, require_reason
from incidents.models import Fact
from messaging.models import Message, MessageStatus, Purpose
from messaging.services.approvals import FLAG_FIELDS, lower_flag
from messaging.services.messages import write_message
from messaging.services.steps import WrongStatus, lock_message, record_step

# Something of it is public, and nothing is on its way any more.
_OUT = (MessageStatus.PUBLISHED, MessageStatus.PARTIALLY_PUBLISHED)
_KEPT = ("audience", "language", "template", "made_from")


class AlreadyRevised(DomainError):
    """Somebody is revising it, or has done so."""

    code = "already_revised"
    detail = _("This message is being revised already. Go on with that draft, or withdraw it.")


@transaction.atomic
def revise_message(
    *,
    message: Message,
    purpose: str,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    facts: Sequence[Fact] | None = None,
    **fields: Any,
) -> Message:
    """Write a draft that takes the place of a public message once it is public itself.

    Wording, audience, facts and key messages are those of the old one unless given; a superseded
    fact gives way to its successor. A refuted fact stays, so that nothing is approved before
    somebody took it out. Refuses what is not public, and a second revision at once.
    """
    require_reason(reason)
    before = lock_message(message, expected_version=expected_version)
    _require_revisable(before)
    kept = {name: getattr(before, name) for name in _KEPT}
    worded = {"title": before.title, "body": before.body, **kept, **fields}
    return write_message(
        incident=before.incident,
        revises=before,
        purpose=Purpose(purpose),
        facts=_present(before) if facts is None else facts,
        key_messages=list(before.key_messages.standing()),
        reason=reason,
        **worded,
        actor=actor,
        now=now,
    )


@transaction.atomic
def supersede_revised(*, message_id: UUID, now: datetime) -> None:
    """A message became public: what it revises gives way, and so does it if it was revised."""
    message = Message.objects.select_related("revises").get(pk=message_id)
    if message.revises is not None:
        _supersede(message.revises, message, now)
    for revision in Message.objects.filter(revises=message, status__in=_OUT):
        _supersede(message, revision, now)


def _supersede(old: Message, new: Message, now: datetime) -> None:
    locked = lock_version(Message.objects.all(), old.pk, expected_version=None)
    if locked.status not in _OUT:
        return
    cause = locked.flag_reason
    locked.status = MessageStatus.SUPERSEDED
    locked.superseded_by = new
    locked.status_reason = new.revisions.get(number=1).reason
    lower_flag(locked)
    save_change(locked, "status", "status_reason", "superseded_by", *FLAG_FIELDS, now=now)
    told = {"superseded_by": new.pk, "flag": cause}
    record_step(locked, "message.superseded", SYSTEM, now, **told)


def _require_revisable(message: Message) -> None:
    if message.status not in _OUT:
        raise WrongStatus(
            _("Only what is public can be revised. The message is: %s.")
            % message.get_status_display()
        )
    if message.revised_by.exclude(status=MessageStatus.WITHDRAWN).exists():
        raise AlreadyRevised


def _present(message: Message) -> list[Fact]:
    """Return the facts a message rests on, each superseded one by the last of its successors."""
    present = []
    for fact in message.facts.select_related("superseded_by").order_by("id"):
        last = fact
        while last.superseded_by is not None:
            last = last.superseded_by
        present.append(last)
    return list(dict.fromkeys(present))
