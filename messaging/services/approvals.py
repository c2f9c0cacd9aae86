"""Approval: who gives it, what for, and how it is lost."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import save_change
from crisisapi.common.errors import DomainError, Refusal, StaleVersion, require_reason
from incidents.models import Fact
from messaging.models import Decision, Message, MessageStatus, ReviewDecision
from messaging.rules.wording import wording_hash
from messaging.services.findings import (
    NOTHING_ACCEPTED,
    Acceptance,
    Settled,
    require_no_standing_findings,
)
from messaging.services.fitness import require_fit
from messaging.services.piecing import wordings_of
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
    *FLAG_FIELDS,
)


class FourEyes(DomainError):
    """Nobody approves what they wrote."""

    code = "four_eyes"
    refusal = Refusal.FORBIDDEN
    detail = _("Somebody who did not write this wording has to approve it.")


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
    """Approve the wording the reviewer read: in_review → approved.

    Refuses another revision than the present one (`StaleVersion`), an author of the present
    wording (`FourEyes`), facts not confirmed (`FactNotConfirmed`), and errors of the language
    checks that are not accepted (`FindingsStand`).
    """
    locked = _lock_for_review(message, revision, expected_version)
    reviewer_id = _reviewer(actor)
    present = hash_of(locked)
    _require_other_eyes(locked, present, reviewer_id)
    require_confirmed(locked)
    settled = require_no_standing_findings(locked, acceptance, actor=actor, now=now)
    require_fit(locked)
    locked.status = MessageStatus.APPROVED
    locked.status_reason = comment
    locked.approved_hash = present
    locked.approved_by_id = reviewer_id
    locked.approved_at = now
    save_change(locked, *APPROVAL_FIELDS, now=now)
    _decide(locked, Decision.APPROVED, reviewer_id, comment, now, settled)
    data = {"revision": revision, "wording_hash": present, "waits_on": None, **settled.told}
    record_step(locked, "message.approved", actor, now, **data)
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
    """Send the wording back to its author, and say why: in_review → rejected."""
    require_reason(reason)
    locked = _lock_for_review(message, revision, expected_version)
    reviewer_id = _reviewer(actor)
    locked.status = MessageStatus.REJECTED
    locked.status_reason = reason
    save_change(locked, "status", "status_reason", now=now)
    _decide(locked, Decision.REJECTED, reviewer_id, reason, now)
    waiting = waits_on_author(locked)
    data = {"revision": revision, "reason": reason, "waits_on": waiting}
    record_step(locked, "message.rejected", actor, now, **data)
    return locked


def drop_approval(message: Message, *, status: MessageStatus, reason: str) -> None:
    """Take the approval off a locked message; the caller saves `APPROVAL_FIELDS`."""
    message.status = status
    message.status_reason = reason
    message.approved_hash = ""
    message.approved_by = None
    message.approved_at = None
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


def _reviewer(actor: Actor) -> UUID:
    reviewer_id = actor.person_id
    if reviewer_id is None:
        raise FourEyes(_("Only a person can review a message."))
    return reviewer_id


def _require_other_eyes(message: Message, present: str, reviewer_id: UUID) -> None:
    worded = message.revisions.filter(wording_hash=present, author_id=reviewer_id)
    if message.author_id == reviewer_id or worded.exists():
        raise FourEyes


def _decide(
    message: Message,
    decision: Decision,
    reviewer_id: UUID,
    comment: str,
    now: datetime,
    settled: Settled | None = None,
) -> None:
    ReviewDecision.objects.create(
        message=message,
        revision=message.revision,
        decision=decision,
        reviewer_id=reviewer_id,
        comment=comment,
        accepted_findings=settled.accepted if settled else [],
        accepted_reason=settled.reason if settled else "",
        created_at=now,
    )
