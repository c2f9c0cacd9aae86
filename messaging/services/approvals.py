"""Approval: who gives it, what for, and how it is lost."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import save_change
from crisisapi.common.errors import DomainError, StaleVersion, require_reason
from incidents.models import Fact
from messaging.models import Decision, Message, MessageStatus, ReviewRound, RoundOutcome
from messaging.rules.wording import wording_hash
from messaging.services.decisions import (
    Said,
    keep_decision,
    person_of,
    require_asked,
    require_first,
    require_other_eyes,
    require_resolved,
    require_voice,
)
from messaging.services.findings import (
    NOTHING_ACCEPTED,
    Acceptance,
    require_no_standing_findings,
)
from messaging.services.fitness import require_fit
from messaging.services.piecing import wordings_of
from messaging.services.rounds import (
    close_round,
    move_on,
    open_round,
    round_of,
    told_of,
)
from messaging.services.steps import (
    WrongStatus,
    lock_message,
    record_step,
    waits_on_author,
)

FLAG_FIELDS = ("flagged_at", "flag_reason", "flagged_fact")
APPROVAL_FIELDS = (
    "status",
    "status_reason",
    "approved_hash",
    "approved_by",
    "approved_at",
    "approval_expires_at",
    "keeps_scheduled",
    "is_break_glass",
    "ratified_at",
    "ratified_by",
    *FLAG_FIELDS,
)


class FactNotConfirmed(DomainError):
    """The message rests on something that is not known to be true."""

    code = "fact_not_confirmed"
    detail = _("The message rests on facts that are not confirmed.")


@transaction.atomic
def approve_message(
    *,
    message: Message,
    revision: int,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    comment: str = "",
    acceptance: Acceptance = NOTHING_ACCEPTED,
) -> Message:
    """Approve the wording the reviewer read; after the last stage: in_review → approved.

    Refuses another revision than the present one (`StaleVersion`), an author of the present
    wording (`FourEyes`), whom the stage does not ask (`NotAsked`), who approved in this round
    before (`AlreadyReviewed`), open blocking comments (`CommentsOpen`), facts not confirmed
    (`FactNotConfirmed`), and errors of the language checks that are not accepted
    (`FindingsStand`).
    """
    locked = _lock_for_review(message, revision, expected_version)
    person_id = person_of(actor)
    present = hash_of(locked)
    round_ = _round_for(locked, present, now)
    require_other_eyes(locked, present, person_id)
    reviewer = require_asked(round_, person_id)
    require_first(round_, person_id)
    require_resolved(locked)
    require_confirmed(locked)
    settled = require_no_standing_findings(locked, acceptance, actor=actor, now=now)
    require_fit(locked)
    said = Said(Decision.APPROVED, comment, settled)
    keep_decision(round_, locked, reviewer, said, now=now)
    data: dict[str, object] = {"revision": revision, "wording_hash": present}
    data |= {"stage": round_.stage} | settled.told
    if move_on(round_, now):
        close_round(round_, RoundOutcome.APPROVED, now)
        grant_approval(locked, round_.terms, reason=comment, person_id=person_id, now=now)
        record_step(locked, "message.approved", actor, now, **data, waits_on=None)
    else:
        record_step(locked, "message.reviewed", actor, now, **data, **told_of(round_))
    return locked


@transaction.atomic
def reject_message(
    *,
    message: Message,
    revision: int,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> Message:
    """This shall not be said, and this is why: in_review → rejected."""
    said = (Decision.REJECTED, RoundOutcome.REJECTED, MessageStatus.REJECTED)
    return _send_back(message, revision, reason, actor, now, expected_version, said=said)


@transaction.atomic
def request_changes(
    *,
    message: Message,
    revision: int,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> Message:
    """Send the wording back to its author, and say what to change: in_review → draft."""
    said = (Decision.CHANGES_REQUESTED, RoundOutcome.CHANGES_REQUESTED, MessageStatus.DRAFT)
    return _send_back(message, revision, reason, actor, now, expected_version, said=said)


def grant_approval(
    message: Message,
    terms: Mapping[str, Any],
    *,
    reason: str,
    person_id: UUID,
    now: datetime,
    is_break_glass: bool = False,
) -> None:
    """Set a locked message approved in its present wording, for as long as the terms say."""
    hours = terms["expires_after_hours"]
    message.status = MessageStatus.APPROVED
    message.status_reason = reason
    message.approved_hash = hash_of(message)
    message.approved_by_id = person_id
    message.approved_at = now
    message.approval_expires_at = now + timedelta(hours=hours) if hours else None
    message.keeps_scheduled = terms["keeps_scheduled"]
    message.is_break_glass = is_break_glass
    message.ratified_at = message.ratified_by = None
    save_change(message, *APPROVAL_FIELDS, now=now)


def drop_approval(message: Message, *, status: MessageStatus, reason: str) -> None:
    """Take the approval off a locked message; the caller saves `APPROVAL_FIELDS`."""
    message.status = status
    message.status_reason = reason
    message.approved_hash = ""
    message.approved_by = None
    message.approved_at = None
    message.approval_expires_at = None
    message.keeps_scheduled = message.is_break_glass = False
    message.ratified_at = message.ratified_by = None
    lower_flag(message)  # what is not public needs no second look


def lower_flag(message: Message) -> None:
    """Take the flag off a locked message; the caller saves `FLAG_FIELDS`."""
    message.flagged_at = None
    message.flag_reason = None
    message.flagged_fact = None


def withdraw_approval(
    message: Message, *, actor: Actor, now: datetime, cause: str, reason: str
) -> None:
    """Set a locked message back to draft; `cause` is a stable word, `reason` a sentence."""
    before = message.status
    drop_approval(message, status=MessageStatus.DRAFT, reason=reason)
    save_change(message, *APPROVAL_FIELDS, now=now)
    record_step(
        message,
        "message.approval_withdrawn",
        actor,
        now,
        before=before,
        cause=cause,
        reason=reason,
        waits_on=waits_on_author(message),
    )


def require_confirmed(message: Message) -> None:
    """Refuse a message that rests on a fact not confirmed, or superseded; the errors name them."""
    errors = {
        f"facts.{fact.pk}": [_why_not(fact)]
        for fact in message.facts.select_related("superseded_by").order_by("id")
        if not fact.holds
    }
    if errors:
        raise FactNotConfirmed(errors=errors)


def superseded_sentence(fact: Fact) -> str:
    """Say which fact to rest on instead of a superseded one."""
    successor = fact.superseded_by
    return _("“%(statement)s” was superseded. Use: “%(successor)s” (%(id)s).") % {
        "statement": fact.statement,
        "successor": successor.statement if successor else "",
        "id": fact.superseded_by_id,
    }


def _why_not(fact: Fact) -> str:
    if fact.superseded_by_id is not None:
        return superseded_sentence(fact)
    return _("“%(statement)s” is %(status)s.") % {
        "statement": fact.statement,
        "status": fact.get_status_display(),
    }


def hash_of(message: Message) -> str:
    """Return the hash of the present wording, read from the rows as they are."""
    return wording_hash(
        title=message.title,
        body=message.body,
        language=message.language,
        fact_ids=message.facts.values_list("pk", flat=True),
        variants=wordings_of(message),
    )


def _lock_for_review(message: Message, revision: int, expected_version: int | None) -> Message:
    locked = lock_message(message, expected_version=expected_version)
    if locked.status != MessageStatus.IN_REVIEW:
        raise WrongStatus(
            _("Only a message in review can be approved or rejected. It is: %s.") % locked.status
        )
    if locked.revision != revision:
        raise StaleVersion
    return locked


def _round_for(message: Message, present: str, now: datetime) -> ReviewRound:
    """Return the round of a locked message; one that was submitted without gets its own."""
    round_ = round_of(message) or open_round(message, wording_hash=present, now=now)
    if round_.wording_hash != present:
        raise StaleVersion
    return round_


def _send_back(
    message: Message,
    revision: int,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    *,
    said: tuple[Decision, RoundOutcome, MessageStatus],
) -> Message:
    decision, outcome, status = said
    require_reason(reason)
    locked = _lock_for_review(message, revision, expected_version)
    person_id = person_of(actor)
    round_ = _round_for(locked, hash_of(locked), now)
    reviewer = require_voice(round_, person_id)
    locked.status = status
    locked.status_reason = reason
    save_change(locked, "status", "status_reason", now=now)
    keep_decision(round_, locked, reviewer, Said(decision, reason), now=now)
    close_round(round_, outcome, now)
    data = {"revision": revision, "reason": reason, "waits_on": waits_on_author(locked)}
    record_step(locked, f"message.{outcome}", actor, now, **data)
    return locked
