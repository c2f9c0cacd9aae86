"""Questions, as the team handles them, until they are answered in public."""

from collections.abc import Callable
from typing import Any

import pytest

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from crisisapi.events.services.log import record_event
from incidents.models import Incident
from messaging.models import Message, Publication, PublicIncident, PublicPage, Question
from messaging.selectors.audience import answers_of, open_questions
from messaging.services import answering, questions
from messaging.services.messages import withdraw_message
from messaging.services.revising import supersede_revised
from messaging.services.steps import WrongStatus
from tests.factories.accounts import UserFactory
from tests.factories.audience import QuestionFactory, QuestionVoteFactory
from tests.factories.messaging import MessageFactory, PublicationFactory
from tests.factories.public import PublicUpdateFactory
from tests.messaging.conftest import NOW

pytestmark = pytest.mark.django_db
By = Callable[..., dict[str, Any]]


@pytest.fixture
def question(incident: Incident) -> Question:
    return QuestionFactory(brand=incident.brand, incident=incident)


def answer(question: Question, by: By, user: User, **more: Any) -> Question:
    more.setdefault("body", "Only the K2 is. The others are safe.")
    return answering.answer_question(question=question, **more, **by(user))


def publish(message: Message) -> None:
    """Bring a message out, and tell so, as the settling of its publications does."""
    Message.objects.filter(pk=message.pk).update(
        status="published",
        published_at=NOW,
        approved_hash="a" * 64,
        approved_by=UserFactory(),
        approved_at=NOW,
    )
    message.refresh_from_db()
    PublicationFactory(message=message, status="published")
    record_event(
        brand_id=message.brand_id,
        incident_id=message.incident_id,
        verb="message.published",
        instance=message,
        actor=SYSTEM,
        now=NOW,
    )


@pytest.fixture
def answered(
    page: PublicPage, public: PublicIncident, question: Question, by: By, responder: User
) -> Question:
    done = answer(question, by, responder)
    assert done.answer is not None
    publish(done.answer)
    done.refresh_from_db()
    return done


def test_a_mention_is_named_by_its_id(brand: Brand) -> None:
    with pytest.raises(InvalidInput) as refusal:
        questions.add_question(
            brand=brand, text="Why?", language="en", origin="mention", actor=SYSTEM, now=NOW
        )

    assert "mention_id" in refusal.value.errors


def test_a_routed_question_waits_on_who_is_to_answer(
    question: Question, by: By, responder: User
) -> None:
    questions.route_question(question=question, department="legal", **by(responder))

    waits = Event.objects.get(verb="question.routed").data["waits_on"]
    assert waits == {"person": None, "department": "legal", "role": None}


def test_it_is_routed_to_members_only(question: Question, by: By, responder: User) -> None:
    with pytest.raises(InvalidInput):
        questions.route_question(question=question, person=UserFactory(), **by(responder))


def test_routing_the_same_way_again_leaves_no_trace(
    question: Question, by: By, responder: User
) -> None:
    for _ in range(2):
        done = questions.route_question(question=question, person=responder, **by(responder))

    assert (done.version, Event.objects.filter(verb="question.routed").count()) == (2, 1)


def test_a_rejected_question_says_why_and_forgets_the_address(
    question: Question, by: By, responder: User
) -> None:
    question.contact = "noa@example.org"
    question.is_public = True
    question.save()

    done = questions.reject_question(question=question, reason="Advertising", **by(responder))

    assert (done.status, done.contact, done.is_public) == ("rejected", "", False)


def test_who_asks_the_same_is_counted_with_the_other(
    question: Question, by: By, responder: User, page: PublicPage, public: PublicIncident
) -> None:
    other = QuestionFactory(brand=question.brand, incident=question.incident, is_public=True)
    vote = QuestionVoteFactory(question=question)
    QuestionVoteFactory(question=other, voter_hash=vote.voter_hash)
    QuestionVoteFactory(question=question)

    done = questions.merge_question(question=question, into=other, **by(responder))

    assert done.duplicate_of == other
    assert [one.asked for one in open_questions(page, "en")] == [4]


def test_a_question_cannot_be_merged_into_one_that_is_merged_itself(
    question: Question, by: By, responder: User
) -> None:
    other = QuestionFactory(brand=question.brand, status="rejected")

    with pytest.raises(InvalidInput):
        questions.merge_question(question=question, into=other, **by(responder))
    with pytest.raises(InvalidInput):
        questions.merge_question(question=question, into=question, **by(responder))


def test_a_reopened_question_waits_on_who_it_was_routed_to(
    question: Question, by: By, responder: User
) -> None:
    questions.route_question(question=question, person=responder, **by(responder))
    questions.reject_question(question=question, reason="?", **by(responder))

    assert questions.reopen_question(question=question, **by(responder)).status == "routed"


def test_the_words_of_who_asked_stay(question: Question, by: By, responder: User) -> None:
    question.origin = "page"
    question.save()

    with pytest.raises(InvalidInput):
        questions.change_question(question=question, text="Other words", **by(responder))


def test_the_answer_is_a_draft_like_any_other(question: Question, by: By, responder: User) -> None:
    done = answer(question, by, responder)

    assert done.answer is not None
    assert (done.status, done.answer.status) == ("answering", "draft")
    assert (done.answer.purpose, done.answer.title) == ("faq", question.text)


def test_a_question_without_incident_is_answered_in_one(
    question: Question, incident: Incident, by: By, responder: User
) -> None:
    question.incident = None
    question.save()

    with pytest.raises(InvalidInput) as refusal:
        answer(question, by, responder)
    assert "incident" in refusal.value.errors
    assert answer(question, by, responder, incident=incident).incident == incident


@pytest.mark.parametrize("wrong", [{"purpose": "update"}, {"language": "he"}])
def test_only_a_fitting_message_answers_a_question(
    question: Question, by: By, responder: User, wrong: dict[str, str]
) -> None:
    message = MessageFactory(
        incident=question.incident, **{"purpose": "faq", "language": "en", **wrong}
    )

    with pytest.raises(InvalidInput) as refusal:
        answer(question, by, responder, body="", message=message)

    assert "message" in refusal.value.errors


def test_nothing_is_an_answer_in_public_before_it_is_published(
    page: PublicPage, public: PublicIncident, question: Question, by: By, responder: User
) -> None:
    answer(question, by, responder)

    assert answers_of(page, "en") == []


def test_a_published_answer_stands_on_the_page(page: PublicPage, answered: Question) -> None:
    [shown] = answers_of(page, "en")

    assert (answered.status, answered.answered_at) == ("answered", NOW)
    assert (shown.question, shown.asked) == (answered.text, 1)


def test_another_question_is_answered_at_once_by_a_public_message(
    answered: Question, by: By, responder: User
) -> None:
    other = QuestionFactory(brand=answered.brand, incident=answered.incident)

    done = answer(other, by, responder, body="", message=answered.answer)

    assert done.status == "answered"


def test_an_answer_that_was_taken_down_is_not_shown(page: PublicPage, answered: Question) -> None:
    Publication.objects.update(status="withdrawn")

    assert answers_of(page, "en") == []


def test_an_answer_whose_update_was_taken_down_is_not_shown(
    page: PublicPage, answered: Question
) -> None:
    PublicUpdateFactory(message=answered.answer, withdrawn_at=NOW)

    assert answers_of(page, "en") == []


@pytest.mark.parametrize("change", [{"visibility": "restricted"}, {"mode": "drill"}])
def test_nothing_of_what_the_public_is_not_told_is_answered_in_public(
    page: PublicPage, answered: Question, change: dict[str, str]
) -> None:
    Incident.objects.filter(questions=answered).update(**change)

    assert answers_of(page, "en") == []


def test_an_answer_said_anew_takes_the_place_of_the_old_one(
    page: PublicPage, answered: Question
) -> None:
    anew = MessageFactory(
        incident=answered.incident,
        purpose="faq",
        language="en",
        title="Which kettles are dangerous now?",
        revises=answered.answer,
    )

    publish(anew)
    supersede_revised(message_id=anew.pk, now=NOW)

    assert [one.question for one in answers_of(page, "en")] == [anew.title]


def test_a_withdrawn_draft_leaves_the_question_waiting(
    question: Question, by: By, responder: User
) -> None:
    done = answer(question, by, responder)
    assert done.answer is not None

    withdraw_message(message=done.answer, reason="Not now", **by(responder))

    question.refresh_from_db()
    assert (question.status, question.answer) == ("new", None)


def test_an_answered_question_is_not_routed_any_more(
    answered: Question, by: By, responder: User
) -> None:
    with pytest.raises(WrongStatus):
        questions.route_question(question=answered, department="pr", **by(responder))


def test_an_answer_that_is_said_no_more_leaves_the_question_waiting(answered: Question) -> None:
    assert answered.answer_id is not None

    answering.drop_answers(message_id=answered.answer_id, now=NOW)

    answered.refresh_from_db()
    assert (answered.status, answered.answer, answered.answered_at) == ("new", None, None)
