"""What every step of a question begins and ends with; whether its words are shown."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Role
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import save_change
from crisisapi.events.services.log import lock_for_change, record_event
from messaging.models import Question, QuestionStatus
from messaging.services.public_pages import touch_page
from messaging.services.steps import WrongStatus


def show_question(*, question: Question, **change: Any) -> Question:
    """Let everybody read its own words and join it."""
    return _set_public(question, "question.shown", is_public=True, **change)


def hide_question(*, question: Question, **change: Any) -> Question:
    """Let nobody read its own words any more."""
    return _set_public(question, "question.hidden", is_public=False, **change)


@transaction.atomic
def _set_public(
    question: Question,
    verb: str,
    *,
    is_public: bool,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> Question:
    locked = lock_for_change(question, expected_version=expected_version)
    if locked.is_public == is_public:
        return locked
    if is_public and not (locked.is_open or locked.status == QuestionStatus.SPOKEN):
        raise WrongStatus(_("Only a question that waits for an answer can be shown."))
    locked.is_public = is_public
    save_change(locked, "is_public", now=now)
    record_question(locked, verb, actor, now)
    return locked


def awaited(question: Question) -> dict[str, object]:
    """Return whom a question waits on, as events say it."""
    role = None if question.person_id or question.department else Role.RESPONDER
    return {"person": question.person_id, "department": question.department, "role": role}


def settled_status(question: Question) -> QuestionStatus:
    """Return where a question stands that nobody answers just now."""
    is_routed = question.department is not None or question.person_id is not None
    return QuestionStatus.ROUTED if is_routed else QuestionStatus.NEW


def record_question(
    question: Question, verb: str, actor: Actor, now: datetime, **data: object
) -> None:
    """Write the event of a step of a question; never its words, nor who asked."""
    touch_page(brand_id=question.brand_id, now=now)
    record_event(
        brand_id=question.brand_id,
        incident_id=question.incident_id,
        verb=verb,
        instance=question,
        actor=actor,
        now=now,
        data=data,
    )
