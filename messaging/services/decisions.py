"""What every decision of a reviewer begins and ends with."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Role
from crisisapi.common.actors import Actor
from crisisapi.common.errors import DomainError, Refusal
from messaging.models import Comment, Decision, Message, ReviewDecision, ReviewRound
from messaging.rules.reviews import Reviewer, is_asked
from messaging.services.findings import Settled
from messaging.services.rounds import reviewer_in


class FourEyes(DomainError):
    """Nobody approves what they wrote."""

    code = "four_eyes"
    refusal = Refusal.FORBIDDEN
    detail = _("Somebody who did not write this wording has to approve it.")


class NotAsked(DomainError):
    """The stage asks other people."""

    code = "not_asked"
    refusal = Refusal.FORBIDDEN
    detail = _("The stage that this message is in asks other people.")


class AlreadyReviewed(DomainError):
    """One person counts once in a round: every stage wants eyes of its own."""

    code = "already_reviewed"
    detail = _("You have approved this wording already. Every stage asks for other eyes.")


class CommentsOpen(DomainError):
    """Somebody objected, and nobody has seen to it."""

    code = "comments_open"
    detail = _("Blocking comments are open. Resolve them first.")


@dataclass(frozen=True)
class Said:
    """What a reviewer says, and which errors of the language checks they let stand."""

    decision: Decision
    comment: str
    settled: Settled | None = None


def person_of(actor: Actor) -> UUID:
    """Return the person who decides; refuses keys and the service itself."""
    if actor.person_id is None:
        raise FourEyes(_("Only a person can review a message."))
    return actor.person_id


def require_other_eyes(message: Message, present: str, person_id: UUID) -> None:
    """Refuse an author of the present wording."""
    worded = message.revisions.filter(wording_hash=present, author_id=person_id)
    if message.author_id == person_id or worded.exists():
        raise FourEyes


def require_asked(round_: ReviewRound, person_id: UUID) -> Reviewer:
    """Return the person as a reviewer; refuses whom the present stage does not ask."""
    reviewer = reviewer_in(round_.brand_id, person_id)
    if reviewer is None or not is_asked(round_.present_stage, reviewer):
        raise NotAsked
    return reviewer


def require_first(round_: ReviewRound, person_id: UUID) -> None:
    """Refuse who approved in this round before, in whichever stage."""
    approved = round_.decisions.filter(reviewer_id=person_id, decision=Decision.APPROVED)
    if approved.exists():
        raise AlreadyReviewed


def require_voice(round_: ReviewRound, person_id: UUID) -> Reviewer:
    """Return the person as a reviewer; refuses who is neither asked now nor an approver."""
    reviewer = reviewer_in(round_.brand_id, person_id)
    if reviewer is None:
        raise NotAsked
    if Role(reviewer.role).rank < Role.APPROVER.rank and not is_asked(
        round_.present_stage, reviewer
    ):
        raise NotAsked
    return reviewer


def require_resolved(message: Message) -> None:
    """Refuse while a blocking comment is open; the errors name them."""
    blocking = Comment.objects.blocking().filter(message=message).order_by("id")
    errors = {f"comments.{comment.pk}": [comment.text] for comment in blocking}
    if errors:
        raise CommentsOpen(errors=errors)


def keep_decision(
    round_: ReviewRound | None,
    message: Message,
    reviewer: Reviewer,
    said: Said,
    *,
    now: datetime,
) -> None:
    """Write down what a reviewer said, and as whom; the row never changes."""
    ReviewDecision.objects.create(
        message=message,
        revision=message.revision,
        round=round_,
        stage=round_.stage if round_ else None,
        decision=said.decision,
        reviewer_id=UUID(reviewer.person),
        role=reviewer.role,
        department=reviewer.department,
        comment=said.comment,
        accepted_findings=said.settled.accepted if said.settled else [],
        accepted_reason=said.settled.reason if said.settled else "",
        created_at=now,
    )
