"""What a platform answers after somebody had decided: what is out is out, whatever was said."""

from datetime import datetime

from crisisapi.common.actors import SYSTEM
from crisisapi.common.concurrency import save_change
from crisisapi.common.sentences import sentence as _
from messaging.channels.base import Outcome, Way
from messaging.models import MessageStatus, PartStatus, Publication, PublicationPart
from messaging.models.publication import VOID_STATUSES
from messaging.services.parts import ask_about, gather_parts, lock_parts, stop_parts
from messaging.services.steps import lock_publication

# Not out, as far as we knew.
_OVERRULED = (
    PartStatus.PENDING,
    PartStatus.ATTEMPTING,
    PartStatus.AWAITING_PERSON,
    PartStatus.HELD,
    PartStatus.UNKNOWN,
    PartStatus.FAILED,
    PartStatus.CANCELLED,
)


def is_proof(part: PublicationPart, outcome: Outcome, way: Way) -> bool:
    """Say whether an answer overrules where a part stands: it is out, or the platform has it."""
    gets_out = outcome.result == "accepted" and not way.follow_publishes
    return part.status in _OVERRULED and (outcome.result == "published" or gets_out)


def reopen(publication: Publication, now: datetime) -> None:
    """Let a locked publication count again that was over and is out; the caller settles it.

    What was to go to the channel in its place stays in. What was withdrawn is taken down.
    """
    if publication.status not in VOID_STATUSES:
        return
    message = publication.message
    same = Publication.objects.filter(message=message, channel=publication.channel_id)
    for other in same.standing().exclude(pk=publication.pk):
        _stop(lock_publication(other, expected_version=None), now)
    publication.is_double = same.standing().exclude(pk=publication.pk).exists()
    if message.status == MessageStatus.WITHDRAWN and not publication.withdrawal_reason:
        publication.withdrawal_reason = message.status_reason
    publication.withdrawn_at = None  # what was asked for is not done before this is down too
    save_change(publication, "is_double", "withdrawal_reason", "withdrawn_at", now=now)


def _stop(publication: Publication, now: datetime) -> None:
    reason = _("It is out already: an earlier attempt got there after all. Do not post it again.")
    parts = lock_parts(publication)
    ask_about(parts, reason=reason)
    stop_parts(parts, reason=reason)
    gather_parts(publication, parts, actor=SYSTEM, now=now, reason=reason)
