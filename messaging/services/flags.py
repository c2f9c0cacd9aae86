"""Flags: a fact fell after a message that rests on it became public."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.concurrency import lock_version, save_change
from crisisapi.common.errors import DomainError, require_reason
from crisisapi.events.services.log import lock_chain
from messaging.models import FlagReason, Message
from messaging.services.approvals import FLAG_FIELDS, lower_flag
from messaging.services.steps import lock_message, record_step

# A worse thing that happens to a fact takes the place of a lesser one.
_RANK = {reason: rank for rank, reason in enumerate(FlagReason.values)}


class NotFlagged(DomainError):
    """There is nothing to clear."""

    code = "not_flagged"
    detail = _("This message is not flagged.")


@transaction.atomic
def flag_resting_on(*, fact_id: UUID, brand_id: UUID, now: datetime, reason: FlagReason) -> None:
    """Flag every public message that rests on the fact; a worse flag stays as it is."""
    lock_chain(brand_id)
    for message in Message.objects.resting_on(fact_id).public().order_by("id"):
        locked = lock_version(Message.objects.all(), message.pk, expected_version=None)
        if locked.flag_reason is None or _RANK[reason] > _RANK[locked.flag_reason]:
            _flag(locked, fact_id, now, reason)


@transaction.atomic
def clear_flag(
    *, message: Message, reason: str, actor: Actor, now: datetime, expected_version: int | None
) -> Message:
    """Somebody looked at it: take the flag off, and say why; refuses where there is none."""
    require_reason(reason)
    locked = lock_message(message, expected_version=expected_version)
    if not locked.is_flagged:
        raise NotFlagged
    told = {"fact": locked.flagged_fact_id, "cause": locked.flag_reason, "reason": reason}
    lower_flag(locked)
    save_change(locked, *FLAG_FIELDS, now=now)
    record_step(locked, "message.flag_cleared", actor, now, **told)
    return locked


def _flag(message: Message, fact_id: UUID, now: datetime, reason: FlagReason) -> None:
    message.flagged_at = now
    message.flag_reason = reason
    message.flagged_fact_id = fact_id
    save_change(message, *FLAG_FIELDS, now=now)
    record_step(message, "message.flagged", SYSTEM, now, fact=fact_id, cause=reason)
