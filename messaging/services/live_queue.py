"""The queue of a live session: what is taken into it, and what its hosts say of each question."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import lock_version, save_change
from crisisapi.common.errors import DomainError, InvalidInput, Refusal
from crisisapi.events.services.log import lock_for_change
from messaging.models import (
    LiveSession,
    LiveSessionStatus,
    Question,
    QuestionStatus,
    QueuedQuestion,
    QueueState,
)
from messaging.services.question_steps import awaited, record_question, settled_status
from messaging.services.steps import WrongStatus

_HELD = (LiveSessionStatus.LIVE, LiveSessionStatus.ENDED)


class NotQueued(DomainError):
    """The question is not in the queue of this session."""

    code = "not_queued"
    refusal = Refusal.INVALID
    detail = _("This question is not in the queue of the session.")


@transaction.atomic
def queue_question(
    *,
    session: LiveSession,
    question: Question,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> LiveSession:
    """Take a question that waits for an answer into the queue; taken twice it is there once.

    Refuses a session that is over, and a question of another brand or one that is answered.
    """
    locked = lock_for_change(session, expected_version=expected_version)
    asked = lock_version(Question.objects.all(), question.pk, expected_version=None)
    if not locked.is_taking and locked.status != LiveSessionStatus.DRAFT:
        raise _wrong(locked)
    if asked.brand_id != locked.brand_id:
        raise InvalidInput(errors={"question": [_("Name a question of the brand.")]})
    if not asked.is_open:
        raise InvalidInput(errors={"question": [_("Name a question that waits for an answer.")]})
    if add_to_queue(locked, asked, now=now):
        record_question(asked, "question.queued", actor, now, session=locked.pk)
    return locked


def add_to_queue(session: LiveSession, question: Question, *, now: datetime) -> bool:
    """Put a question at the end of a queue; False when it is there. Runs with the chain locked."""
    _row, is_new = QueuedQuestion.objects.get_or_create(
        session=session, question=question, defaults={"state_at": now, "created_at": now}
    )
    return is_new


@transaction.atomic
def begin_answer(
    *,
    session: LiveSession,
    question: Question,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> LiveSession:
    """Say that it is being answered now; what was before it is answered with that.

    Refuses a session that is not live.
    """
    locked = lock_for_change(session, expected_version=expected_version)
    if locked.status != LiveSessionStatus.LIVE:
        raise _wrong(locked)
    row = _row_of(locked, question)
    if row.state == QueueState.ANSWERING:
        return locked
    for other in _rows(locked).filter(state=QueueState.ANSWERING):
        _mark_answered(other, actor, now)
    _move(row, QueueState.ANSWERING, actor, now)
    record_question(row.question, "question.answering_live", actor, now, session=locked.pk)
    return locked


@transaction.atomic
def finish_answer(
    *,
    session: LiveSession,
    question: Question,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    spoken: str | None = None,
    seconds: int | None = None,
) -> LiveSession:
    """Say that it was answered: what was said, for the written answer, and where in the recording.

    Said again, it sets right what was said before. Refuses a session that was not held.
    """
    locked = lock_for_change(session, expected_version=expected_version)
    if locked.status not in _HELD:
        raise _wrong(locked)
    row = _row_of(locked, question)
    said = row.spoken if spoken is None else spoken.strip()
    place = row.seconds if seconds is None else seconds
    if (row.state, row.spoken, row.seconds) != (QueueState.ANSWERED, said, place):
        row.spoken, row.seconds = said, place
        _mark_answered(row, actor, now)
    return locked


@transaction.atomic
def skip_question(
    *,
    session: LiveSession,
    question: Question,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> LiveSession:
    """Leave it out of the session; it waits for a written answer as it did."""
    return _set_back(session, question, QueueState.SKIPPED, actor, now, expected_version)


@transaction.atomic
def put_back_question(
    *,
    session: LiveSession,
    question: Question,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> LiveSession:
    """Take back what was said of it in the session: it waits there again."""
    return _set_back(session, question, QueueState.WAITING, actor, now, expected_version)


def settle_queue(session: LiveSession, *, actor: Actor, now: datetime) -> None:
    """Mark as answered what is being answered; runs with the chain locked."""
    for row in _rows(session).filter(state=QueueState.ANSWERING):
        _mark_answered(row, actor, now)


def follow_merge(*, question: Question, into: Question, now: datetime) -> None:
    """Let the other question wait wherever this one waits; runs with the chain locked."""
    for row in QueuedQuestion.objects.filter(question=question, state=QueueState.WAITING):
        add_to_queue(row.session, into, now=now)


def _set_back(
    session: LiveSession,
    question: Question,
    state: QueueState,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> LiveSession:
    locked = lock_for_change(session, expected_version=expected_version)
    if locked.status not in (*_HELD, LiveSessionStatus.ANNOUNCED, LiveSessionStatus.DRAFT):
        raise _wrong(locked)
    row = _row_of(locked, question)
    if row.state == state:
        return locked
    _move(row, state, actor, now)
    told: dict[str, Any] = {"session": locked.pk}
    asked = row.question
    if asked.status == QuestionStatus.SPOKEN and not _was_spoken(asked.pk):
        asked.status = settled_status(asked)
        save_change(asked, "status", now=now)
        told["waits_on"] = awaited(asked)
    verb = "question.skipped_live" if state == QueueState.SKIPPED else "question.put_back_live"
    record_question(asked, verb, actor, now, **told)
    return locked


def _mark_answered(row: QueuedQuestion, actor: Actor, now: datetime) -> None:
    """Answer it here, and, where nobody writes an answer yet, for those who were there."""
    _move(row, QueueState.ANSWERED, actor, now)
    asked = row.question
    told: dict[str, Any] = {"session": row.session_id, "seconds": row.seconds}
    if asked.status in (QuestionStatus.NEW, QuestionStatus.ROUTED):
        asked.status = QuestionStatus.SPOKEN
        save_change(asked, "status", now=now)
        told["waits_on"] = None
    record_question(asked, "question.answered_live", actor, now, **told)


def _move(row: QueuedQuestion, state: QueueState, actor: Actor, now: datetime) -> None:
    if row.state != state:
        row.state, row.state_at = state, now
    row.host_id = actor.person_id
    row.save(update_fields=["state", "state_at", "host", "spoken", "seconds"])


def _row_of(session: LiveSession, question: Question) -> QueuedQuestion:
    row: QueuedQuestion | None = _rows(session).filter(question=question).first()
    if row is None or row.question.status in (QuestionStatus.REJECTED, QuestionStatus.DUPLICATE):
        raise NotQueued
    return row


def _rows(session: LiveSession) -> Any:
    """Return the rows of a queue, each with its question, locked.

    The chain is locked before: whoever changes a question has it, so they come one by one.
    """
    rows = QueuedQuestion.objects.filter(session=session).select_related("question")
    return rows.select_for_update(of=("self", "question"))


def _was_spoken(question_id: UUID) -> bool:
    rows = QueuedQuestion.objects.filter(question_id=question_id, state=QueueState.ANSWERED)
    return rows.exists()


def _wrong(session: LiveSession) -> WrongStatus:
    return WrongStatus(
        _("This cannot be done with a session that is: %s.") % session.get_status_display()
    )
