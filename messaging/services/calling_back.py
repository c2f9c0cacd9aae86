"""Calling back, when a hold is raised, what a platform took and has not sent yet."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.sentences import sentence as _
from crisisapi.events.services.log import record_event
from messaging.channels import way_for
from messaging.channels.base import Outcome
from messaging.models import Hold, PartStatus, Publication, PublicationPart
from messaging.services.claims import Claim, ask, unclear
from messaging.services.holding import covering_hold
from messaging.services.parts import lock_parts, settle_publication

NOT_CALLED_BACK = "not_called_back"


def begin_call_back(publication: Publication, *, hold: Hold, actor: Actor, now: datetime) -> None:
    """Let a worker call back what of a locked publication was taken; tell where nobody can.

    What gets out only by being followed is held back when its turn comes.
    """
    way = way_for(publication)
    if way.follow_publishes:
        return
    parts = lock_parts(publication)
    for part in parts:
        if part.status == PartStatus.ACCEPTED and way.calls_back:
            part.next_attempt_at = now
        elif part.status == PartStatus.ACCEPTED:
            _let_pass(part, publication, hold, actor, now)
    settle_publication(publication, parts, actor=actor, now=now)


def called_back(claim: Claim) -> tuple[Claim, Outcome] | None:
    """Ask the platform for what it took, where a hold covers it; None when it may go out."""
    is_asked = claim.way.calls_back and claim.part.error_code != NOT_CALLED_BACK
    if not is_asked or covering_hold(claim.publication) is None:
        return None
    outcome = ask(
        claim,
        lambda: claim.way.withdraw(claim.account, claim.part.external_id),
        lambda: unclear("retry"),
    )
    return replace(claim, is_call_back=True), outcome


def take_back(part: PublicationPart, now: datetime) -> None:
    """Set a locked part that the platform gave back as one that never left, in the row too."""
    part.status = PartStatus.PENDING
    part.external_id = ""
    part.accepted_at = None
    part.looks = 0
    part.next_attempt_at = now
    part.save(update_fields=["status", "external_id", "accepted_at", "looks", "next_attempt_at"])


def keep_following(
    part: PublicationPart, publication: Publication, parts: Sequence[PublicationPart], now: datetime
) -> None:
    """Go on asking about a locked part that the platform does not give back."""
    hold = covering_hold(publication)
    if hold is not None:
        _let_pass(part, publication, hold, SYSTEM, now)
    part.next_attempt_at = now
    settle_publication(publication, parts, actor=SYSTEM, now=now)


def _let_pass(
    part: PublicationPart, publication: Publication, hold: Hold, actor: Actor, now: datetime
) -> None:
    part.last_error = _("A hold stands, but the platform took it before and keeps it.")
    part.error_code = NOT_CALLED_BACK
    record_event(
        brand_id=hold.brand_id,
        incident_id=hold.incident_id,
        verb="hold.passed",
        instance=hold,
        actor=actor,
        now=now,
        data={"publication": publication.pk, "channel": publication.channel_id},
    )
