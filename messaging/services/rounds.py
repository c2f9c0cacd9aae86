"""Rounds of review: opened at submission by the terms then in force, moved on, closed."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from crisisapi.accounts.models import Member
from crisisapi.common.concurrency import save_change
from messaging.models import (
    Decision,
    Message,
    ReviewDecision,
    ReviewPolicy,
    ReviewRound,
    RoundOutcome,
)
from messaging.models.review_policy import default_breakers
from messaging.rules.reviews import (
    Party,
    Reviewer,
    applies,
    awaited,
    default_stages,
    is_asked,
    is_passed,
)

_TERMS = (
    "name",
    "stages",
    "expires_after_hours",
    "keeps_scheduled",
    "remind_after_minutes",
    "break_glass_roles",
)
_DEFAULT: dict[str, Any] = {
    "name": "",
    "expires_after_hours": None,
    "keeps_scheduled": False,
    "remind_after_minutes": None,
}


def policy_for(message: Message) -> ReviewPolicy | None:
    """Return the first active policy that applies to a message; None: one approver is asked."""
    incident = message.incident
    about: dict[str, Any] = {
        "purpose": message.purpose,
        "kind": incident.kind,
        "severity": incident.severity,
    }
    policies = ReviewPolicy.objects.in_order().filter(brand_id=message.brand_id)
    return next((one for one in policies if applies(_filters(one), **about)), None)


def terms_of(policy: ReviewPolicy | None) -> dict[str, Any]:
    """Return what a policy says, as a round keeps it."""
    if policy is None:
        return {
            **_DEFAULT,
            "stages": default_stages(),
            "break_glass_roles": default_breakers(),
        }
    return {name: getattr(policy, name) for name in _TERMS}


def open_round(message: Message, *, wording_hash: str, now: datetime) -> ReviewRound:
    """Begin the review of a locked message; a round left open ends."""
    end_round(message, now=now)
    policy = policy_for(message)
    round_ = ReviewRound(
        brand_id=message.brand_id,
        message=message,
        revision=message.revision,
        wording_hash=wording_hash,
        policy=policy,
        policy_version=policy.version if policy else None,
        terms=terms_of(policy),
        stage_opened_at=now,
        created_at=now,
        updated_at=now,
    )
    round_.remind_at = next_reminder(round_, now)
    round_.save(force_insert=True)
    return round_


def round_of(message: Message) -> ReviewRound | None:
    """Return the round a locked message is in."""
    return ReviewRound.objects.open().filter(message=message).first()


def end_round(
    message: Message, *, now: datetime, outcome: RoundOutcome = RoundOutcome.ENDED
) -> None:
    """Close the round of a locked message, if one is open."""
    round_ = round_of(message)
    if round_ is not None:
        close_round(round_, outcome, now)


def close_round(round_: ReviewRound, outcome: RoundOutcome, now: datetime) -> None:
    """Close a round under the chain."""
    round_.outcome = outcome
    round_.closed_at = now
    round_.remind_at = None
    save_change(round_, "stage", "outcome", "closed_at", "remind_at", now=now)


def next_reminder(round_: ReviewRound, now: datetime) -> datetime | None:
    """Return when those who are asked are reminded next."""
    minutes = round_.terms["remind_after_minutes"]
    return now + timedelta(minutes=minutes) if minutes else None


def reviewer_in(brand_id: UUID, person_id: UUID) -> Reviewer | None:
    """Return a member as a reviewer; None for who is no member."""
    member = Member.objects.filter(brand_id=brand_id, user_id=person_id).first()
    return Reviewer(str(person_id), member.role, member.department) if member else None


def approvals_in(round_: ReviewRound) -> list[Reviewer]:
    """Return who approved the stage a round is in, as they were then."""
    approvals = ReviewDecision.objects.filter(
        round=round_, stage=round_.stage, decision=Decision.APPROVED
    )
    return [Reviewer(str(one.reviewer_id), one.role, one.department) for one in approvals]


def move_on(round_: ReviewRound, now: datetime) -> bool:
    """Move a round on whose stage is passed; True when that was the last one."""
    if not is_passed(round_.present_stage, approvals_in(round_)):
        return False
    if round_.stage + 1 == len(round_.terms["stages"]):
        return True
    round_.stage += 1
    round_.stage_opened_at = now
    round_.remind_at = next_reminder(round_, now)
    save_change(round_, "stage", "stage_opened_at", "remind_at", now=now)
    return False


def party_awaited(round_: ReviewRound) -> dict[str, object]:
    """Return whom a round waits on, as events say it."""
    party: Party = awaited(round_.present_stage, approvals_in(round_))
    return {
        "person": party.get("member"),
        "department": party.get("department"),
        "role": party.get("role"),
    }


def told_of(round_: ReviewRound) -> dict[str, object]:
    """Return what an event tells of a round that goes on: whom it waits on, who is asked."""
    return {"waits_on": party_awaited(round_), "asked": people_asked(round_)}


def people_asked(round_: ReviewRound) -> list[UUID]:
    """Return the members whom the present stage asks and whose word is missing.

    Not who wrote the message, nor who approved in this round: they do not count.
    """
    approved = round_.decisions.filter(decision=Decision.APPROVED)
    silent = {*approved.values_list("reviewer_id", flat=True), round_.message.author_id}
    members = Member.objects.filter(brand_id=round_.brand_id, user__is_active=True)
    return [
        member.user_id
        for member in members.order_by("user_id")
        if member.user_id not in silent
        and is_asked(
            round_.present_stage, Reviewer(str(member.user_id), member.role, member.department)
        )
    ]


def _filters(policy: ReviewPolicy) -> dict[str, Any]:
    return {name: getattr(policy, name) for name in ("purposes", "kinds", "severities")}
