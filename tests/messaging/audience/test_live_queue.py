"""The queue of a live session: what waits, what is answered, what is left out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from crisisapi.accounts.models import User
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from incidents.models import Incident
from messaging.models import LiveSession, PublicIncident, PublicPage, Question, QueuedQuestion
from messaging.selectors.live_sessions import queue_of, shown_queue
from messaging.services import live_queue
from messaging.services.asking import Asked, ask_question
from messaging.services.audience_limits import Caller
from messaging.services.questions import merge_question
from tests.factories.audience import (
    AnnouncedSessionFactory,
    HeldSessionFactory,
    QuestionFactory,
    QuestionVoteFactory,
    QueuedQuestionFactory,
)
from tests.messaging.conftest import NOW

pytestmark = pytest.mark.django_db
By = Callable[..., dict[str, Any]]
SOON, THEN = NOW + timedelta(hours=2), NOW + timedelta(hours=3)
PLANNED: dict[str, Any] = {
    "titles": {"he": "שואלים ועונים", "en": "We answer you"},
    "link": "https://live.example.org/k2",
    "starts_at": SOON,
    "ends_at": THEN,
}


@pytest.fixture
def held(page: PublicPage) -> LiveSession:
    return HeldSessionFactory(brand=page.brand, incident=None, starts_at=NOW)


@pytest.fixture
def first(held: LiveSession) -> Question:
    return QueuedQuestionFactory(session=held, question__text="First?").question


@pytest.fixture
def second(held: LiveSession) -> Question:
    return QueuedQuestionFactory(session=held, question__text="Second?").question


def states(session: LiveSession) -> list[tuple[str, str]]:
    queue = queue_of(session, Question.objects.all())
    return [(one.question.text, str(one.row.state)) for one in queue]


def test_what_is_asked_for_it_waits_in_its_queue(
    page: PublicPage, public: PublicIncident, caller: Caller
) -> None:
    session = AnnouncedSessionFactory(brand=page.brand, incident=public.incident, starts_at=SOON)
    asked = Asked("Is it safe?", "en", session=session.pk)

    question = ask_question(page=page, asked=asked, caller=caller, now=NOW)

    assert question.incident == public.incident
    assert states(session) == [("Is it safe?", "waiting")]
    assert shown_queue(session, page) == []


def test_what_is_asked_when_it_is_over_is_asked_in_writing(
    page: PublicPage, caller: Caller
) -> None:
    session = HeldSessionFactory(
        brand=page.brand, incident=None, status="ended", starts_at=NOW, ended_at=NOW
    )
    asked = Asked("Is it safe?", "en", session=session.pk)

    ask_question(page=page, asked=asked, caller=caller, now=NOW)

    assert not QueuedQuestion.objects.exists()


def test_a_session_of_what_the_public_is_not_told_takes_nothing(
    page: PublicPage, incident: Incident, caller: Caller
) -> None:
    session = AnnouncedSessionFactory(brand=page.brand, incident=incident, starts_at=SOON)

    question = ask_question(
        page=page, asked=Asked("Is it safe?", "en", session=session.pk), caller=caller, now=NOW
    )

    assert question.incident is None
    assert not QueuedQuestion.objects.exists()


def test_what_most_want_to_know_comes_first(
    held: LiveSession, first: Question, second: Question
) -> None:
    QuestionVoteFactory.create_batch(2, question=second)

    queue = queue_of(held, Question.objects.all())

    assert [(one.question.text, one.asked, one.position) for one in queue] == [
        ("Second?", 3, 1),
        ("First?", 1, 2),
    ]


def test_the_public_reads_what_a_moderator_showed(
    held: LiveSession, page: PublicPage, first: Question, second: Question
) -> None:
    Question.objects.filter(pk=second.pk).update(is_public=True)

    assert [one.text for one in shown_queue(held, page)] == ["Second?"]


def test_the_next_one_answered_ends_the_one_before(
    held: LiveSession, first: Question, second: Question, by: By, responder: User
) -> None:
    live_queue.begin_answer(session=held, question=first, **by(responder))

    live_queue.begin_answer(session=held, question=second, **by(responder))

    assert states(held) == [("Second?", "answering"), ("First?", "answered")]
    first.refresh_from_db()
    assert first.status == "spoken"


def test_what_was_answered_live_waits_on_nobody(
    held: LiveSession, first: Question, by: By, responder: User
) -> None:
    live_queue.finish_answer(
        session=held, question=first, spoken="Yes.", seconds=9, **by(responder)
    )

    assert Event.objects.get(verb="question.answered_live").data["waits_on"] is None
    assert not Question.objects.waiting().exists()


def test_said_twice_is_recorded_once(
    held: LiveSession, first: Question, by: By, responder: User
) -> None:
    for _ in range(2):
        live_queue.finish_answer(session=held, question=first, spoken="Yes.", **by(responder))

    assert Event.objects.filter(verb="question.answered_live").count() == 1


def test_what_is_put_back_waits_for_an_answer_again(
    held: LiveSession, first: Question, by: By, responder: User
) -> None:
    live_queue.finish_answer(session=held, question=first, **by(responder))

    live_queue.put_back_question(session=held, question=first, **by(responder))

    first.refresh_from_db()
    assert (states(held), first.status) == ([("First?", "waiting")], "new")


def test_what_is_left_out_waits_in_writing(
    held: LiveSession, page: PublicPage, first: Question, by: By, responder: User
) -> None:
    Question.objects.update(is_public=True)

    live_queue.skip_question(session=held, question=first, **by(responder))

    first.refresh_from_db()
    assert (shown_queue(held, page), first.is_open) == ([], True)


def test_another_sessions_question_is_refused(held: LiveSession, by: By, responder: User) -> None:
    other = QuestionFactory(brand=held.brand)

    with pytest.raises(live_queue.NotQueued):
        live_queue.begin_answer(session=held, question=other, **by(responder))


def test_a_question_is_taken_into_a_queue_once(held: LiveSession, by: By, responder: User) -> None:
    question = QuestionFactory(brand=held.brand, incident=None)

    for _ in range(2):
        live_queue.queue_question(session=held, question=question, **by(responder))

    assert Event.objects.filter(verb="question.queued").count() == 1
    assert held.queued.count() == 1


def test_an_answered_question_is_not_taken(held: LiveSession, by: By, responder: User) -> None:
    rejected = QuestionFactory(brand=held.brand, status="rejected")

    with pytest.raises(InvalidInput):
        live_queue.queue_question(session=held, question=rejected, **by(responder))


def test_a_double_waits_as_the_question_it_doubles(
    held: LiveSession, first: Question, by: By, responder: User
) -> None:
    other = QuestionFactory(brand=held.brand, incident=None, text="Other?")

    merge_question(question=first, into=other, **by(responder))

    [queued] = queue_of(held, Question.objects.all())
    assert (queued.question, queued.asked) == (other, 2)
