"""Questions and polls at the desk: passed on, answered, worded, approved."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crisisapi.accounts.models import Brand, User
from incidents.models import Incident
from messaging.models import Message, Poll, Question
from tests.factories.accounts import MemberFactory, UserFactory
from tests.factories.audience import OpenPollFactory, PollFactory, QuestionFactory
from tests.factories.incidents import FactFactory
from tests.factories.messaging import MessageFactory

pytestmark = pytest.mark.django_db

POLL_ADD = reverse("admin:messaging_poll_add")
MESSAGE_ADD = reverse("admin:messaging_message_add")


@pytest.fixture
def desk(brand: Brand) -> Client:
    root = UserFactory(is_staff=True, is_superuser=True)
    MemberFactory(brand=brand, user=root, role="manager")
    client = Client()
    client.force_login(root)
    return client


@pytest.fixture
def question(incident: Incident) -> Question:
    made: Question = QuestionFactory(brand=incident.brand, incident=incident)
    return made


def _page(thing: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:messaging_{thing._meta.model_name}_{page}", args=args)


def shown(desk: Client, thing: Any) -> str:
    return desk.get(_page(thing, "change", thing.pk)).content.decode()


def act(desk: Client, thing: Any, action: str, **said: str) -> str:
    form = {"action": action, "_selected_action": [str(thing.pk)], **said}
    answer = desk.post(_page(thing, "changelist"), form, follow=True)
    thing.refresh_from_db()
    return " ".join(str(message) for message in answer.context["messages"])


def test_a_question_is_passed_on_to_a_person(
    desk: Client, question: Question, responder: User
) -> None:
    assert str(responder.pk) in shown(desk, question)

    act(desk, question, "route", person=str(responder.pk))

    assert (question.status, question.person) == ("routed", responder)


def test_a_question_is_passed_on_to_a_department(desk: Client, question: Question) -> None:
    act(desk, question, "route", department="legal")

    assert (question.status, question.department) == ("routed", "legal")


@pytest.mark.parametrize("said", [{}, {"person": "nobody"}, {"department": "kitchen"}])
def test_a_question_is_passed_on_to_nobody_else(
    desk: Client, question: Question, said: dict[str, str]
) -> None:
    act(desk, question, "route", **said)

    assert question.status == "new"


def test_an_answer_is_worded_from_the_question(desk: Client, question: Question) -> None:
    fact = FactFactory(incident=question.incident)
    assert f"answers={question.pk}" in shown(desk, question)
    said = {
        "answers": question.pk,
        "incident": question.incident_id,
        "title": question.text,
        "purpose": "faq",
        "language": "en",
        "body": "Those of series K2-114.",
        "facts": [fact.pk],
    }

    desk.post(MESSAGE_ADD, said)

    question.refresh_from_db()
    answer = Message.objects.get()
    assert (question.status, question.answer) == ("answering", answer)
    assert (answer.status, answer.purpose, list(answer.facts.all())) == ("draft", "faq", [fact])


def test_a_question_is_answered_by_a_message_there_is(desk: Client, question: Question) -> None:
    answer = MessageFactory(incident=question.incident, purpose="faq", language="en")
    assert str(answer.pk) in shown(desk, question)

    act(desk, question, "answer_with", message=str(answer.pk))

    assert (question.status, question.answer) == ("answering", answer)


def test_a_question_is_not_answered_without_a_message(desk: Client, question: Question) -> None:
    refused = act(desk, question, "answer_with")

    assert "choose one there" in refused
    assert question.status == "new"


def test_a_question_is_joined_with_one_like_it(desk: Client, question: Question) -> None:
    other = QuestionFactory(brand=question.brand, incident=question.incident)
    assert str(other.pk) in shown(desk, question)

    act(desk, question, "merge_into", into=str(other.pk))

    assert (question.status, question.duplicate_of) == ("duplicate", other)


def test_a_rejected_question_is_only_reopened(desk: Client, question: Question) -> None:
    act(desk, question, "reject_question", reason="Advertising.")

    page = shown(desk, question)
    assert 'value="reopen_question"' in page
    assert 'value="route"' not in page


def worded(**more: Any) -> dict[str, Any]:
    closes = timezone.now() + timedelta(days=3)
    return {
        "questions_he": "מה עדיף?",
        "questions_en": "What would you rather have?",
        "options_he": "קומקום חדש\nכסף",
        "options_en": "A new kettle\nMoney",
        "selection": "single",
        "results": "after_voting",
        "least_shown": "0",
        "closes_at_0": f"{closes:%Y-%m-%d}",
        "closes_at_1": "10:00",
        **more,
    }


def test_a_poll_is_worded_by_form(desk: Client, brand: Brand) -> None:
    answer = desk.post(POLL_ADD, worded(brand=brand.pk))

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    poll = Poll.objects.get()
    assert set(poll.questions.values()) == {"מה עדיף?", "What would you rather have?"}
    assert [sorted(option.values()) for option in poll.options] == [
        ["A new kettle", "קומקום חדש"],
        ["Money", "כסף"],
    ]


def test_options_that_lack_a_language_are_refused_at_the_form(desk: Client, brand: Brand) -> None:
    answer = desk.post(POLL_ADD, worded(brand=brand.pk, options_en="A new kettle"))

    assert "options" in answer.context["adminform"].form.errors
    assert not Poll.objects.exists()


def test_another_wording_of_a_poll_is_another_revision(desk: Client, incident: Incident) -> None:
    poll = PollFactory(incident=incident, brand=incident.brand)
    names = [widget["name"] for widget in _widgets(desk, poll)]
    assert len(names) == 2

    desk.post(_page(poll, "change", poll.pk), worded(questions_en="What do you want?"))

    poll.refresh_from_db()
    assert (poll.questions["en"], poll.revision) == ("What do you want?", 2)


def _widgets(desk: Client, poll: Poll) -> list[dict[str, Any]]:
    form = desk.get(_page(poll, "change", poll.pk)).context["adminform"].form
    context = form["options"].field.widget.get_context("options", form["options"].value(), {})
    subwidgets: list[dict[str, Any]] = context["widget"]["subwidgets"]
    assert {one["value"] for one in subwidgets} == {"קומקום חדש\nכסף", "A new kettle\nMoney"}
    return subwidgets


def test_a_poll_people_were_asked_keeps_its_words(desk: Client, incident: Incident) -> None:
    poll = OpenPollFactory(incident=incident, brand=incident.brand)

    desk.post(_page(poll, "change", poll.pk), worded(questions_en="Else?"))

    poll.refresh_from_db()
    assert poll.revision == 1
    assert "What would you rather have?" in shown(desk, poll)


def test_a_poll_is_approved_in_the_wording_that_was_read(desk: Client, incident: Incident) -> None:
    poll = PollFactory(incident=incident, brand=incident.brand)

    refused = act(desk, poll, "approve_poll")
    stale = act(desk, poll, "approve_poll", revision="7")
    assert poll.status == "draft"

    act(desk, poll, "approve_poll", revision="1")
    assert poll.status == "approved"
    assert "Open the poll" in refused
    assert "meantime" in stale
