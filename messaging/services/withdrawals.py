"""Taking down what is out: where the platform can, by the service; elsewhere by a person."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.concurrency import save_change
from crisisapi.common.errors import require_reason
from crisisapi.common.sentences import cleaned
from crisisapi.common.sentences import sentence as _
from messaging.channels import way_for
from messaging.channels.base import Outcome
from messaging.models import Message, PartStatus, Publication, PublicationPart, PublicationStatus
from messaging.rules.backoff import WITHDRAW, wait_before
from messaging.services.claims import Claim, ask, claim_of, lease, load_part, unclear
from messaging.services.parts import ask_about, lock_parts, settle_publication
from messaging.services.publications import require_status
from messaging.services.steps import WrongStatus, lock_publication
from messaging.services.taking_down import OUT, begin_withdrawal, follow_through, release_newest

_UNCLEAR = (
    PublicationStatus.ATTEMPTING,
    PublicationStatus.UNKNOWN,
    PublicationStatus.AWAITING_PERSON,
    PublicationStatus.WITHDRAWING,
)


@transaction.atomic
def withdraw_publication(
    *,
    publication: Publication,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> Publication:
    """Take down what is out of it, the newest post first; what is not out yet stays in.

    Refuses where nothing is out, and where it is not known what is (`WrongStatus`).
    """
    require_reason(reason)
    locked = lock_publication(publication, expected_version=expected_version)
    parts = lock_parts(locked)
    if locked.status in _UNCLEAR or not any(part.status in OUT for part in parts):
        raise WrongStatus(
            _("Nothing of it is known to be out. The publication is: %s.")
            % PublicationStatus(locked.status).label
        )
    begin_withdrawal(parts, reason=reason, now=now)
    locked.withdrawal_reason = reason
    locked.withdrawal_requested_by_id = actor.person_id
    save_change(locked, "withdrawal_reason", "withdrawal_requested_by", now=now)
    settle_publication(locked, parts, actor=actor, now=now, reason=reason)
    return locked


def withdraw_all(message: Message, *, reason: str, actor: Actor, now: datetime) -> None:
    """Take down all that is out of a locked message, and let nothing more of it leave.

    What is being sent at this moment, or may be out, is taken down once it is known to be out.
    What a person was told to post they are asked about.
    """
    for found in Publication.objects.filter(message=message).standing().order_by("id"):
        locked = lock_publication(found, expected_version=None)
        parts = lock_parts(locked)
        ask_about(parts, reason=_("Do not post it: it is taken down. If it is out, record it."))
        locked.withdrawal_reason = reason
        locked.withdrawal_requested_by_id = actor.person_id
        save_change(locked, "withdrawal_reason", "withdrawal_requested_by", now=now)
        follow_through(locked, parts, now)
        settle_publication(locked, parts, actor=actor, now=now, reason=reason)


@transaction.atomic
def record_withdrawal(
    *, publication: Publication, actor: Actor, now: datetime, expected_version: int | None
) -> Publication:
    """A person took it down where the service could not; all of it is gone."""
    locked = lock_publication(publication, expected_version=expected_version)
    require_status(locked, [PublicationStatus.WITHDRAWING])
    parts = lock_parts(locked)
    for part in parts:
        if part.status == PartStatus.WITHDRAWING:
            _mark_withdrawn(part, parts, now)
    settle_publication(locked, parts, actor=actor, now=now)
    return locked


def take_down_part(part_id: UUID, *, now: datetime) -> tuple[Claim, Outcome] | None:
    """Ask the platform to take a part down; None when it is not there to be."""
    part = load_part(part_id)
    number = lease(part, PartStatus.WITHDRAWING, now=now)
    if number is None:
        return None
    claim = claim_of(part, way_for(part.publication), number=number)
    return claim, ask(claim, lambda: _withdraw(claim), lambda: unclear("retry"))


@transaction.atomic
def end_withdrawal(*, claim: Claim, outcome: Outcome, now: datetime) -> None:
    """Record what became of taking a part down, unless somebody decided meanwhile.

    Taking it down twice does no harm, so an unknown outcome is tried again like any other; when
    nothing helps, a person is asked.
    """
    publication = lock_publication(claim.publication, expected_version=None)
    parts = lock_parts(publication)
    part = next(row for row in parts if row.pk == claim.part.pk)
    if part.status != PartStatus.WITHDRAWING or part.looks != claim.number:
        return
    part.last_error, part.error_code = cleaned(outcome.error), outcome.code
    if outcome.result == "published":
        _mark_withdrawn(part, parts, now)
    elif outcome.result in ("retry", "unknown", "accepted") and part.looks <= len(WITHDRAW):
        wait = wait_before(WITHDRAW, part.looks, key=part.pk, retry_after=outcome.retry_after)
        part.next_attempt_at = now + timedelta(seconds=wait)
    else:
        part.next_attempt_at = None
        publication.instructions = outcome.instructions or _by_hand(publication)
    settle_publication(publication, parts, actor=SYSTEM, now=now)


def _withdraw(claim: Claim) -> Outcome:
    if claim.part.external_id or claim.way.kind == "manual":
        return claim.way.withdraw(claim.account, claim.part.external_id)
    # A person recorded where it is, but not what the platform calls it.
    return Outcome("awaiting_person", instructions=_by_hand(claim.publication))


def _by_hand(publication: Publication) -> str:
    said = _("Take it down on %(channel)s. Then record here that it is gone.")
    return said % {"channel": publication.channel}


def _mark_withdrawn(part: PublicationPart, parts: Sequence[PublicationPart], now: datetime) -> None:
    part.status = PartStatus.WITHDRAWN
    part.next_attempt_at = None
    part.last_error = part.error_code = ""
    release_newest(parts, now)
