"""The audience asks, and joins what others asked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection

from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from messaging.models import AudienceTurn, PublicIncident, PublicPage, Question, QuestionVote
from messaging.services.asking import (
    Asked,
    NoQuestions,
    NoSuchQuestion,
    ask_question,
    join_question,
)
from messaging.services.audience_limits import Caller, TooFast, forget_turns
from messaging.services.voters import DeadForm, new_voter
from tests.factories.audience import QuestionFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.messaging import MessageFactory
from tests.factories.public import PublicIncidentFactory
from tests.messaging.conftest import NOW

pytestmark = pytest.mark.django_db


def ask(
    page: PublicPage, caller: Caller, text: str = "Is the small kettle safe?", **more: Any
) -> Any:
    now = more.pop("now", NOW)
    asked = Asked(text=text, language=more.pop("language", "en"), **more)
    return ask_question(page=page, asked=asked, caller=caller, now=now)


def join(question: Question, page: PublicPage, caller: Caller, token: str, **more: Any) -> bool:
    now = more.pop("now", NOW)
    return join_question(page=page, question_id=question.pk, token=token, caller=caller, now=now)


@pytest.fixture
def shown(page: PublicPage) -> Question:
    return QuestionFactory(brand=page.brand, incident=None, is_public=True)


def test_a_question_waits_for_a_person_and_is_not_public(page: PublicPage, caller: Caller) -> None:
    question = ask(page, caller, contact="Noa@Example.org", name="Noa\u202e")

    assert (question.status, question.is_public, question.origin) == ("new", False, "page")
    assert (question.contact, question.asked_by) == ("Noa@example.org", "Noa")


def test_the_log_never_says_what_was_asked_nor_by_whom(page: PublicPage, caller: Caller) -> None:
    ask(page, caller, contact="noa@example.org", name="Noa")

    event = Event.objects.get(verb="question.asked")
    assert set(event.data) == {"origin", "language", "flags", "waits_on"}


def test_an_address_is_stored_encrypted(page: PublicPage, caller: Caller) -> None:
    question = ask(page, caller, contact="noa@example.org")

    with connection.cursor() as cursor:
        cursor.execute("SELECT contact FROM messaging_question WHERE id = %s", [question.pk])
        assert "noa" not in cursor.fetchone()[0]


def test_it_is_about_an_incident_the_public_is_told_of(
    page: PublicPage, public: PublicIncident, caller: Caller
) -> None:
    assert ask(page, caller, about=public.pk).incident == public.incident


def test_an_incident_that_is_not_public_is_not_found_out(page: PublicPage, caller: Caller) -> None:
    hidden = PublicIncidentFactory(incident__brand=page.brand, made_public_at=None)

    assert ask(page, caller, about=hidden.pk).incident is None


@pytest.mark.parametrize("text", ["", "???? 12", "a" * 1_001])
def test_what_is_no_question_is_refused(page: PublicPage, caller: Caller, text: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        ask(page, caller, text)

    assert "text" in refusal.value.errors


def test_a_page_that_takes_none_refuses(page: PublicPage, caller: Caller) -> None:
    page.takes_questions = False

    with pytest.raises(NoQuestions):
        ask(page, caller)


def test_words_of_the_brand_flag_it(page: PublicPage, caller: Caller) -> None:
    page.blocked_words = ["scam"]

    assert ask(page, caller, "This is a scam: www.rimon-refund.example").flags == [
        "link",
        "blocked_word",
    ]


def test_who_asks_too_often_is_told_when_to_come_back(page: PublicPage, caller: Caller) -> None:
    for minute in range(5):
        ask(page, caller, now=NOW + timedelta(minutes=minute))

    with pytest.raises(TooFast) as refusal:
        ask(page, caller, now=NOW + timedelta(minutes=10))

    assert refusal.value.retry_after == 50 * 60 + 1
    assert ask(page, caller, now=NOW + timedelta(minutes=61))
    assert ask(page, Caller("203.0.113.1"), now=NOW + timedelta(minutes=10))


def test_one_address_cannot_be_used_from_many_networks(page: PublicPage) -> None:
    for host in range(5):
        ask(page, Caller(f"203.0.113.{host}"), contact="noa@example.org")

    with pytest.raises(TooFast):
        ask(page, Caller("203.0.113.99"), contact="NOA@example.org")


def test_what_is_kept_of_a_caller_says_nothing_and_is_forgotten(
    page: PublicPage, caller: Caller
) -> None:
    ask(page, caller)

    assert not any(caller.address in turn.key_hash for turn in AudienceTurn.objects.all())
    assert forget_turns(now=NOW + timedelta(hours=25)) == 2


def test_a_form_counts_once(page: PublicPage, shown: Question, caller: Caller) -> None:
    token = new_voter()

    assert [join(shown, page, caller, token) for _ in range(2)] == [True, False]
    assert shown.question_votes.count() == 1


def test_other_forms_count_until_the_limit_of_a_household(
    page: PublicPage, shown: Question, caller: Caller
) -> None:
    for _ in range(4):
        join(shown, page, caller, new_voter())

    with pytest.raises(TooFast):
        join(shown, page, caller, new_voter())
    assert join(shown, page, Caller(caller.address, "Safari"), new_voter())


@pytest.mark.parametrize("token", ["", "made-up", "x" * 5_000])
def test_a_form_that_is_not_ours_is_refused(
    page: PublicPage, shown: Question, caller: Caller, token: str
) -> None:
    with pytest.raises(DeadForm):
        join(shown, page, caller, token)


def test_an_old_form_is_refused(page: PublicPage, shown: Question, caller: Caller) -> None:
    with time_machine.travel(NOW, tick=False):
        token = new_voter()

    with time_machine.travel(NOW + timedelta(hours=3), tick=False), pytest.raises(DeadForm):
        join(shown, page, caller, token)


@pytest.mark.parametrize("change", [{"is_public": False}, {"status": "answered"}])
def test_only_what_is_shown_can_be_joined(
    page: PublicPage, shown: Question, caller: Caller, change: dict[str, Any]
) -> None:
    if "status" in change:
        change["answer"] = _message(page)
    for name, value in change.items():
        setattr(shown, name, value)
    shown.save()

    with pytest.raises(NoSuchQuestion):
        join(shown, page, caller, new_voter())


def test_what_belongs_to_a_hidden_incident_cannot_be_joined(
    page: PublicPage, caller: Caller
) -> None:
    hidden = QuestionFactory(
        brand=page.brand, incident=IncidentFactory(brand=page.brand), is_public=True
    )

    with pytest.raises(NoSuchQuestion):
        join(hidden, page, caller, new_voter())
    with pytest.raises(NoSuchQuestion):
        join_question(page=page, question_id=uuid4(), token=new_voter(), caller=caller, now=NOW)


def _message(page: PublicPage) -> Any:
    return MessageFactory(incident__brand=page.brand)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_with_one_form_count_once(caller: Caller, page: PublicPage) -> None:
    question = QuestionFactory(brand=page.brand, incident=None, is_public=True)
    token = new_voter()

    def click(_number: int) -> bool:
        try:
            return join(question, page, caller, token)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(click, range(4)))

    assert QuestionVote.objects.count() == 1
