"""A fact turns out false, or is superseded: what rests on it must not go out."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from crisisapi.common.actors import SYSTEM
from crisisapi.common.concurrency import lock_version
from crisisapi.events.services.log import lock_chain
from messaging.models import Message, Publication, PublicationStatus
from messaging.services.publications import close_publication
from messaging.services.settling import settle_message, withdraw_unfounded

# What a person may have posted already becomes unknown, so that they say so.
_AFTERWARDS = {
    PublicationStatus.PENDING: PublicationStatus.CANCELLED,
    PublicationStatus.AWAITING_PERSON: PublicationStatus.UNKNOWN,
    PublicationStatus.HELD: PublicationStatus.CANCELLED,
}


@transaction.atomic
def stop_resting_on(*, fact_id: UUID, brand_id: UUID, now: datetime) -> None:
    """Withdraw the approval of what is not public yet, and stop what is on its way."""
    lock_chain(brand_id)
    for message in Message.objects.resting_on(fact_id).approved_but_silent():
        locked = lock_version(Message.objects.all(), message.pk, expected_version=None)
        withdraw_unfounded(locked, actor=SYSTEM, now=now)
    on_their_way = Publication.objects.filter(message__facts=fact_id, status__in=_AFTERWARDS)
    for publication in on_their_way.select_related("message"):
        _stop(publication, now)


def _stop(publication: Publication, now: datetime) -> None:
    locked = lock_version(
        Publication.objects.select_related("message"), publication.pk, expected_version=None
    )
    afterwards = _AFTERWARDS[PublicationStatus(locked.status)]
    if locked.is_perhaps_out:
        afterwards = PublicationStatus.UNKNOWN
    reason = _(
        "A fact it rests on does not hold any more: do not post it. If it is out, record it."
    )
    close_publication(locked, afterwards, reason=reason, actor=SYSTEM, now=now)
    settle_message(locked.message, actor=SYSTEM, now=now)
