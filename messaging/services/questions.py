"""Questions, as the team handles them: written down, routed, shown, turned down, joined."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Brand, Member, User
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import differing, lock_version, save_change
from crisisapi.common.errors import InvalidInput, require_reason
from crisisapi.events.services.log import lock_chain, lock_for_change
from incidents.models import Incident
from incidents.services.standing import lock_standing
from messaging.models import (
    PublicPage,
    Question,
    QuestionOrigin,
    QuestionStatus,
    QuestionVote,
)
from messaging.rules.audience import flags_of, readable
from messaging.services.live_queue import follow_merge
from messaging.services.question_steps import awaited, record_question, settled_status
from messaging.services.steps import WrongStatus

# Before an answer is being written; what may still be sent elsewhere or turned down.
UNTOUCHED = (QuestionStatus.NEW, QuestionStatus.ROUTED, QuestionStatus.SPOKEN)
_PLACED = ("text", "language", "incident", "origin_url")


@transaction.atomic
def add_question(
    *,
    brand: Brand,
    actor: Actor,
    now: datetime,
    text: str,
    incident: Incident | None = None,
    **fields: Any,
) -> Question:
    """Write down a question that reached the team elsewhere: by phone, in a mention.

    Refuses an incident of another brand, a merged one, and a mention without its id.
    """
    lock_chain(brand.pk)
    _require_own(brand.pk, incident)
    if fields.get("mention_id"):
        fields["origin"] = QuestionOrigin.MENTION
    _check_origin(fields)
    question = Question.objects.create(
        brand=brand,
        incident=incident,
        text=_text(text),
        flags=flags_of(text, _blocked(brand.pk)),
        created_at=now,
        updated_at=now,
        **fields,
    )
    told = {"origin": question.origin, "waits_on": awaited(question)}
    record_question(question, "question.added", actor, now, **told)
    return question


@transaction.atomic
def change_question(
    *,
    question: Question,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    **fields: Any,
) -> Question:
    """Say what it is about, or set right how it was written down.

    The words of what somebody else wrote stay theirs: only those the team wrote down change.
    """
    locked = lock_for_change(question, expected_version=expected_version)
    _check_origin(fields)
    if "text" in fields:
        fields["text"] = _text(fields["text"])
    changed = differing(locked, {name: fields[name] for name in _PLACED if name in fields})
    if not changed:
        return locked
    if "text" in changed and locked.origin == QuestionOrigin.PAGE:
        raise InvalidInput(errors={"text": [_("These are the words of who asked.")]})
    if "incident" in changed:
        _require_own(locked.brand_id, changed["incident"])
        _require_unanswered(locked)
    for name, value in changed.items():
        setattr(locked, name, value)
    locked.flags = flags_of(locked.text, _blocked(locked.brand_id))
    save_change(locked, *changed, "flags", now=now)
    record_question(locked, "question.changed", actor, now, fields=sorted(changed))
    return locked


@transaction.atomic
def route_question(
    *,
    question: Question,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    department: str | None = None,
    person: User | None = None,
) -> Question:
    """Send it to a person or a department, who is waited for from then on.

    Refuses neither of them, somebody who is no member, and one that is answered or turned down.
    """
    locked = lock_for_change(question, expected_version=expected_version)
    _require_status(locked, *UNTOUCHED)
    if department is None and person is None:
        raise InvalidInput(errors={"department": [_("Name a department or a person.")]})
    if person and not Member.objects.filter(brand_id=locked.brand_id, user=person).exists():
        raise InvalidInput(errors={"person": [_("This person is not a member of the brand.")]})
    fields = {"status": QuestionStatus.ROUTED, "department": department, "person": person}
    if not differing(locked, fields):
        return locked
    for name, value in fields.items():
        setattr(locked, name, value)
    save_change(locked, *fields, now=now)
    told = {"department": department, "person": person.pk if person else None}
    record_question(locked, "question.routed", actor, now, **told, waits_on=awaited(locked))
    return locked


@transaction.atomic
def reject_question(
    *,
    question: Question,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> Question:
    """It will not be answered: abuse, advertising, no question; and say why, for the team."""
    require_reason(reason)
    locked = lock_for_change(question, expected_version=expected_version)
    _require_status(locked, *UNTOUCHED)
    _close(locked, QuestionStatus.REJECTED, reason, now)
    record_question(locked, "question.rejected", actor, now, reason=reason, waits_on=None)
    return locked


@transaction.atomic
def merge_question(
    *,
    question: Question,
    into: Question,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> Question:
    """Say that another question asks the same: who wanted to know this one counts there.

    Refuses itself, a question of another brand, and one that is rejected or a duplicate itself.
    """
    locked = lock_for_change(question, expected_version=expected_version)
    other = lock_version(Question.objects.all(), into.pk, expected_version=None)
    _require_status(locked, *UNTOUCHED)
    if other.brand_id != locked.brand_id or other.pk == locked.pk:
        raise InvalidInput(errors={"into": [_("Name another question of the brand.")]})
    if other.status in (QuestionStatus.REJECTED, QuestionStatus.DUPLICATE):
        raise InvalidInput(errors={"into": [_("Name one that is answered or waits for it.")]})
    _move_votes(locked, other)
    locked.duplicates.update(duplicate_of=other)
    if other.is_open:
        follow_merge(question=locked, into=other, now=now)
    locked.duplicate_of = other
    _close(locked, QuestionStatus.DUPLICATE, "", now)
    record_question(locked, "question.merged", actor, now, into=other.pk, waits_on=None)
    return locked


@transaction.atomic
def reopen_question(
    *, question: Question, actor: Actor, now: datetime, expected_version: int | None
) -> Question:
    """Take back that it was rejected or asked already; votes counted elsewhere stay there."""
    locked = lock_for_change(question, expected_version=expected_version)
    _require_status(locked, QuestionStatus.REJECTED, QuestionStatus.DUPLICATE)
    before = locked.status
    locked.status, locked.status_reason = settled_status(locked), ""
    locked.duplicate_of = None
    save_change(locked, "status", "status_reason", "duplicate_of", now=now)
    told = {"before": before, "waits_on": awaited(locked)}
    record_question(locked, "question.reopened", actor, now, **told)
    return locked


def _close(question: Question, status: QuestionStatus, reason: str, now: datetime) -> None:
    question.status, question.status_reason = status, reason
    question.is_public = False
    fields = ["status", "status_reason", "is_public", "duplicate_of"]
    if status == QuestionStatus.REJECTED:
        question.contact, question.keeps_contact = "", False
        fields += ["contact", "keeps_contact"]
    save_change(question, *fields, now=now)


def _move_votes(question: Question, other: Question) -> None:
    votes = [
        QuestionVote(question=other, voter_hash=vote.voter_hash, created_at=vote.created_at)
        for vote in question.question_votes.all()
    ]
    QuestionVote.objects.bulk_create(votes, ignore_conflicts=True)


def _require_status(question: Question, *statuses: QuestionStatus) -> None:
    if question.status not in statuses:
        raise WrongStatus(
            _("This cannot be done with a question that is: %s.") % question.get_status_display()
        )


def _require_unanswered(question: Question) -> None:
    if question.answer_id is not None:
        raise InvalidInput(errors={"incident": [_("Its answer belongs to an incident already.")]})


def _require_own(brand_id: object, incident: Incident | None) -> None:
    if incident is None:
        return
    if incident.brand_id != brand_id:
        raise InvalidInput(errors={"incident": [_("The incident belongs to another brand.")]})
    lock_standing(incident)


def _check_origin(fields: Mapping[str, Any]) -> None:
    if fields.get("origin") == QuestionOrigin.MENTION and not fields.get("mention_id"):
        raise InvalidInput(errors={"mention_id": [_("Give the id of the mention.")]})
    address = fields.get("origin_url") or ""
    if address and not address.startswith(("https://", "http://")):
        raise InvalidInput(errors={"origin_url": [_("Give an address that begins with https:.")]})


def _text(text: str) -> str:
    said = readable(text)
    if not said:
        raise InvalidInput(errors={"text": [_("Write what is asked.")]})
    return said


def _blocked(brand_id: UUID) -> list[str]:
    page = PublicPage.objects.filter(brand_id=brand_id).first()
    return list(page.blocked_words) if page else []
