"""A fact turns out false, or is superseded: what rests on it must not go out."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from crisisapi.common.actors import SYSTEM
from crisisapi.common.concurrency import lock_version
from crisisapi.common.sentences import sentence as _
from crisisapi.events.services.log import lock_chain
from messaging.channels import way_for
from messaging.models import Message, PartStatus, Publication
from messaging.services.parts import ask_about, lock_parts, settle_publication, stop_parts
from messaging.services.settling import withdraw_unfounded
from messaging.services.steps import lock_publication

# What has not left, has not been posted as far as we know, or is not out yet.
_ON_THEIR_WAY = (
    PartStatus.PENDING,
    PartStatus.HELD,
    PartStatus.AWAITING_PERSON,
    PartStatus.ACCEPTED,
)


@transaction.atomic
def stop_resting_on(*, fact_id: UUID, brand_id: UUID, now: datetime) -> None:
    """Withdraw the approval of what is not public yet, and stop what is on its way."""
    lock_chain(brand_id)
    for message in Message.objects.resting_on(fact_id).approved_but_silent():
        locked = lock_version(Message.objects.all(), message.pk, expected_version=None)
        withdraw_unfounded(locked, actor=SYSTEM, now=now)
    on_their_way = Publication.objects.filter(
        message__facts=fact_id, parts__status__in=_ON_THEIR_WAY
    )
    for publication in on_their_way.select_related("message").distinct():
        _stop(publication, now)


def _stop(publication: Publication, now: datetime) -> None:
    """Stop what is pending, ask for what a person may have posted, call back what was taken."""
    locked = lock_publication(publication, expected_version=None)
    parts = lock_parts(locked)
    reason = _(
        "A fact it rests on does not hold any more: do not post it. If it is out, record it."
    )
    gets_out_by_us = way_for(publication).follow_publishes
    ask_about(parts, reason=reason)
    for part in parts:
        # What gets out only by being followed is stopped before that, and never was out.
        if part.status == PartStatus.ACCEPTED and not gets_out_by_us:
            part.status, part.looks, part.next_attempt_at = PartStatus.WITHDRAWING, 0, now
    stop_parts(parts, reason=reason)
    settle_publication(locked, parts, actor=SYSTEM, now=now)
