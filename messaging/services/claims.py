"""How a worker gets a part, and how it asks a way without ever being surprised."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

import structlog
from django.conf import settings
from django.db.models import F
from django.utils import translation

from crisisapi.common.sentences import sentence as _
from messaging.channels.base import Account, Outcome, Piece, Result, Way
from messaging.models import PartStatus, Publication, PublicationPart
from messaging.services.accounts import account_of, hiding_of
from messaging.services.parts import piece_of

log = structlog.get_logger(__name__)

# Longer than any task may run: whoever still holds a claim then is dead.
GIVE_UP_AFTER = timedelta(minutes=5)

_Said = TypeVar("_Said")


@dataclass(frozen=True)
class Claim:
    """A part that is this worker's until it is done with it, or dead; `number` of the try."""

    part: PublicationPart
    publication: Publication
    number: int
    way: Way
    account: Account
    piece: Piece
    is_call_back: bool = False


def load_part(part_id: UUID) -> PublicationPart:
    """Return a part with all that an attempt of it needs."""
    return PublicationPart.objects.select_related(
        "publication__message__incident", "publication__channel", "publication__requested_by"
    ).get(pk=part_id)


def claim_of(part: PublicationPart, way: Way, *, number: int) -> Claim:
    """Return the claim of a part that was set as claimed."""
    publication = part.publication
    parts = list(publication.parts.order_by("number"))
    piece = piece_of(part, parts, publication.revision)
    return Claim(part, publication, number, way, account_of(publication.channel), piece)


def lease(part: PublicationPart, status: PartStatus, *, now: datetime) -> int | None:
    """Take a part to ask about it; whoever comes second gets nothing. Return the try's number.

    Asking does no harm: when the worker dies, the part is due again after a while.
    """
    resume_at = part.publication.channel.resume_at
    if resume_at is not None and resume_at > now:
        return None
    mine = PublicationPart.objects.filter(pk=part.pk, status=status, next_attempt_at__lte=now)
    if not mine.update(next_attempt_at=now + GIVE_UP_AFTER, looks=F("looks") + 1):
        return None
    part.refresh_from_db(fields=["looks", "next_attempt_at", "status"])
    return part.looks


def ask(claim: Claim, question: Callable[[], _Said], otherwise: Callable[[], _Said]) -> _Said:
    """Ask a way in the language of whoever wants to know; a fault of ours is no answer.

    What the platform says is told without the secrets that it repeats.
    """
    with translation.override(_language_of(claim.publication)):
        try:
            return _without_secrets(claim, question())
        except Exception as error:  # noqa: BLE001 - whatever happens, the part is not lost
            said = {"part": str(claim.part.pk), "fault": type(error).__name__}
            log.warning("publication.fault", **said)
            return otherwise()


def _without_secrets(claim: Claim, said: _Said) -> _Said:
    if not isinstance(said, Outcome) or not any((said.error, said.instructions, said.url)):
        return said
    hiding = hiding_of(claim.publication.channel_id)
    return replace(
        said,
        error=hiding.sentence(said.error),
        instructions=hiding.sentence(said.instructions),
        url=hiding.sentence(said.url),
    )


def unclear(result: Result = "unknown") -> Outcome:
    """Return the outcome of a question that our own fault left without an answer."""
    error = _("The service made a mistake there; its operators find it in the log.")
    return Outcome(result, error=error, code="fault")


def _language_of(publication: Publication) -> str:
    person = publication.requested_by
    return person.language if person else settings.LANGUAGE_CODE
