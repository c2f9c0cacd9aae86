"""The workers' part: each publication is claimed, attempted once, and its outcome recorded."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from crisisapi.common.actors import SYSTEM
from crisisapi.common.concurrency import save_change
from crisisapi.common.errors import DomainError
from messaging.channels import Outcome, way_for
from messaging.channels.base import Piece
from messaging.models import Publication, PublicationStatus
from messaging.services.accounts import account_of
from messaging.services.holding import must_wait
from messaging.services.pieces import pieces_of
from messaging.services.publications import close_publication, record_outcome, require_publishable
from messaging.services.settling import settle_message
from messaging.services.steps import lock_publication

log = structlog.get_logger(__name__)

GIVE_UP_AFTER = timedelta(minutes=5)
_UNDECIDED = (PublicationStatus.ATTEMPTING, PublicationStatus.UNKNOWN)


def due_publications(*, now: datetime, limit: int) -> list[UUID]:
    """Return the ids of publications to attempt, the oldest first."""
    return list(Publication.objects.due(now).values_list("pk", flat=True)[:limit])


def perform_publication(*, publication_id: UUID, clock: Callable[[], datetime]) -> None:
    """Attempt a publication that is still pending; whoever comes second does nothing.

    A crash in between leaves it `attempting`, and the sweep makes that `unknown`.
    """
    publication = begin_attempt(publication_id=publication_id, now=clock())
    if publication is None:
        return
    with translation.override(_language_of(publication)):
        outcome = way_for(publication).publish(
            account_of(publication.channel), _piece_of(publication)
        )
    end_attempt(publication=publication, outcome=outcome, now=clock())


@transaction.atomic
def begin_attempt(*, publication_id: UUID, now: datetime) -> Publication | None:
    """Claim a pending publication; one whose message may not go out any more is cancelled."""
    rows = Publication.objects.select_related("message__incident", "channel", "requested_by")
    publication = rows.get(pk=publication_id)
    locked = lock_publication(publication, expected_version=None)
    if locked.status != PublicationStatus.PENDING or not locked.is_ripe(now):
        return None
    if _may_not_leave(locked, now):
        return None
    locked.status = PublicationStatus.ATTEMPTING
    locked.attempts += 1
    locked.attempted_at = now
    save_change(locked, "status", "attempts", "attempted_at", now=now)
    settle_message(locked.message, actor=SYSTEM, now=now)
    return publication


@transaction.atomic
def end_attempt(*, publication: Publication, outcome: Outcome, now: datetime) -> None:
    """Record how an attempt ended, unless a person was faster."""
    locked = lock_publication(publication, expected_version=None)
    if locked.status not in _UNDECIDED:
        return
    # Until a person is told to post it, it can still be stopped.
    if outcome.result == "awaiting_person" and _may_not_leave(locked, now):
        return
    locked.status = PublicationStatus(outcome.result)
    locked.url = outcome.url
    locked.external_id = outcome.external_id
    locked.instructions = outcome.instructions
    locked.last_error = outcome.error
    if locked.status == PublicationStatus.PUBLISHED:
        locked.published_at = now
    save_change(
        locked,
        "status",
        "url",
        "external_id",
        "instructions",
        "last_error",
        "published_at",
        now=now,
    )
    log.info("publication.attempted", publication=str(locked.pk), outcome=outcome.result)
    record_outcome(locked, SYSTEM, now, url=locked.url)
    settle_message(locked.message, actor=SYSTEM, now=now)


def give_up_attempts(*, now: datetime) -> None:
    """Set attempts without an end for five minutes to `unknown`: a person has to look."""
    for publication in Publication.objects.stuck(before=now - GIVE_UP_AFTER):
        _give_up(publication, now)


@transaction.atomic
def _give_up(publication: Publication, now: datetime) -> None:
    locked = lock_publication(publication, expected_version=None)
    if locked.status != PublicationStatus.ATTEMPTING:
        return
    reason = _("The attempt broke off. Look on the platform whether it is there.")
    unknown = PublicationStatus.UNKNOWN
    close_publication(locked, unknown, reason=reason, actor=SYSTEM, now=now)


def _may_not_leave(publication: Publication, now: datetime) -> bool:
    """Cancel, or hold back, a locked publication that may not go out now."""
    if _cancel_unfit(publication, now):
        return True
    if must_wait(publication, SYSTEM, now):
        settle_message(publication.message, actor=SYSTEM, now=now)
        return True
    return False


def _cancel_unfit(publication: Publication, now: datetime) -> bool:
    """Cancel a locked publication whose message may not go out any more."""
    try:
        require_publishable(publication.message)
    except DomainError as refusal:
        reason = str(refusal.detail)
        cancelled = PublicationStatus.CANCELLED
        close_publication(publication, cancelled, reason=reason, actor=SYSTEM, now=now)
        settle_message(publication.message, actor=SYSTEM, now=now)
        return True
    return False


def _language_of(publication: Publication) -> str:
    person = publication.requested_by
    return person.language if person else settings.LANGUAGE_CODE


def _piece_of(publication: Publication) -> Piece:
    [only] = pieces_of(publication.message, publication.channel)
    return Piece(
        key=publication.pk,
        number=1,
        count=1,
        title=only.title,
        text=only.text,
        language=only.language,
        revision=publication.revision,
    )
