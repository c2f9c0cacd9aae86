"""Answers: messages like any other, so nothing is answered in public that was not approved."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.concurrency import lock_version, save_change
from crisisapi.common.errors import InvalidInput
from crisisapi.events.services.log import lock_for_change
from incidents.models import Fact, Incident
from messaging.models import (
    PUBLIC_STATUSES,
    Message,
    MessageStatus,
    Purpose,
    Question,
    QuestionStatus,
)
from messaging.services.messages import write_message
from messaging.services.question_steps import awaited, record_question, settled_status
from messaging.services.questions import UNTOUCHED
from messaging.services.steps import WrongStatus

TITLE_LENGTH = 200

_DEAD = (MessageStatus.WITHDRAWN, MessageStatus.SUPERSEDED)


@transaction.atomic
def answer_question(
    *,
    question: Question,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    incident: Incident | None = None,
    message: Message | None = None,
    body: str = "",
    title: str = "",
    facts: Sequence[Fact] = (),
) -> Question:
    """Draft the answer, a message of purpose `faq` that goes through review like all others; or
    name such a message that answers this question too.

    Refuses a question without an incident to answer it in, neither or both of a wording and a
    message, and a message in another language or of another purpose.
    """
    locked = lock_for_change(question, expected_version=expected_version)
    if locked.status not in UNTOUCHED:
        raise WrongStatus(
            _("This cannot be done with a question that is: %s.") % locked.get_status_display()
        )
    if bool(body.strip()) == (message is not None):
        raise InvalidInput(errors={"body": [_("Give the answer, or the message that is one.")]})
    if message is not None:
        _take(locked, message)
    else:
        about = _incident_of(locked, incident)
        wording = {"title": title_of(title or locked.text), "body": body, "facts": facts}
        locked.incident = about
        locked.answer = _draft(locked, about, wording, actor, now)
    locked.status = QuestionStatus.ANSWERING
    save_change(locked, "status", "incident", "answer", now=now)
    record_question(
        locked, "question.answering", actor, now, message=locked.answer_id, waits_on=None
    )
    if locked.answer is not None and locked.answer.status in PUBLIC_STATUSES:
        publish_answers(message_id=locked.answer.pk, now=now)
        locked.refresh_from_db()
    return locked


def publish_answers(*, message_id: UUID, now: datetime) -> None:
    """A message became public: the questions it answers are answered.

    Runs with the chain locked, in the transaction that made it public.
    """
    for question in _of(message_id, QuestionStatus.ANSWERING):
        question.status = QuestionStatus.ANSWERED
        question.answered_at = question.answered_at or now
        question.mail_due_at = now if question.contact and not question.mailed_at else None
        save_change(question, "status", "answered_at", "mail_due_at", now=now)
        record_question(question, "question.answered", SYSTEM, now, message=message_id)


def move_answers(*, message_id: UUID, into: UUID, now: datetime) -> None:
    """A public message gave way to another: what it answered is answered by that one."""
    for question in _of(message_id, QuestionStatus.ANSWERED, QuestionStatus.ANSWERING):
        question.answer_id = into
        save_change(question, "answer", now=now)
        record_question(question, "question.answer_corrected", SYSTEM, now, message=into)


def drop_answers(*, message_id: UUID, now: datetime) -> None:
    """A message is said no more, or never: the questions it was to answer wait again."""
    for question in _of(message_id, QuestionStatus.ANSWERING, QuestionStatus.ANSWERED):
        question.answer = question.answered_at = None
        question.status = settled_status(question)
        save_change(question, "answer", "status", "answered_at", now=now)
        told = {"message": message_id, "waits_on": awaited(question)}
        record_question(question, "question.answer_dropped", SYSTEM, now, **told)


def _of(message_id: UUID, *statuses: QuestionStatus) -> list[Question]:
    found = Question.objects.filter(answer=message_id, status__in=statuses).order_by("pk")
    rows = Question.objects.all()
    return [
        lock_version(rows, pk, expected_version=None)
        for pk in list(found.values_list("pk", flat=True))
    ]


def _take(question: Question, message: Message) -> None:
    errors = {}
    if message.purpose != Purpose.FAQ or message.status in _DEAD:
        errors["message"] = [_("Name a message of questions and answers that stands.")]
    elif message.language != question.language:
        errors["message"] = [_("Name a message in the language of the question.")]
    elif question.incident_id not in (None, message.incident_id):
        errors["message"] = [_("Name a message of the same incident.")]
    if message.brand_id != question.brand_id:
        errors["message"] = [_("Name a message of the brand.")]
    if errors:
        raise InvalidInput(errors=errors)
    question.answer = message
    question.incident_id = message.incident_id


def _incident_of(question: Question, incident: Incident | None) -> Incident:
    about = question.incident or incident
    if about is None:
        raise InvalidInput(errors={"incident": [_("Say which incident it is about.")]})
    if incident is not None and incident.pk != about.pk:
        raise InvalidInput(errors={"incident": [_("The question is about another incident.")]})
    if about.brand_id != question.brand_id:
        raise InvalidInput(errors={"incident": [_("The incident belongs to another brand.")]})
    return about


def _draft(
    question: Question, about: Incident, wording: dict[str, Any], actor: Actor, now: datetime
) -> Message:
    return write_message(
        incident=about,
        purpose=Purpose.FAQ,
        language=question.language,
        actor=actor,
        now=now,
        **wording,
    )


def title_of(text: str) -> str:
    """Return the question in one line of at most 200 characters."""
    line = " ".join(text.split())
    return line if len(line) <= TITLE_LENGTH else f"{line[: TITLE_LENGTH - 1].rstrip()}…"
