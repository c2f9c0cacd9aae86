"""Whom questions of the audience wake, and whom they wait on."""

from collections.abc import Callable
from typing import Any

import pytest

from crisisapi.accounts.models import Brand, User
from crisisapi.events.models import Event
from incidents.models import Incident, Notification
from messaging.models import PublicPage, Question
from messaging.services.asking import Asked, ask_question
from messaging.services.audience_limits import Caller
from messaging.services.news import spread_news
from messaging.services.questions import add_question, reject_question, route_question
from tests.messaging.audience.conftest import done_by
from tests.messaging.conftest import NOW

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]


def ask(page: PublicPage, caller: Caller) -> Question:
    asked = Asked(text="Is the small kettle safe?", language="en")
    question = ask_question(page=page, asked=asked, caller=caller, now=NOW)
    spread_news(brand_id=page.brand_id, now=NOW)
    return question


def told(person: User) -> list[str]:
    return [row.verb for row in Notification.objects.filter(recipient=person).order_by("pk")]


def test_a_question_waits_on_those_who_may_look_at_it(page: PublicPage, caller: Caller) -> None:
    question = ask(page, caller)

    data = Event.objects.get(verb="question.asked", object_id=question.pk).data
    assert data["waits_on"] == {"person": None, "department": None, "role": "responder"}


def test_a_question_written_down_waits_as_well(
    brand: Brand, incident: Incident, responder: User
) -> None:
    add_question(
        **done_by(responder), brand=brand, incident=incident, text="Is it safe?", language="en"
    )

    assert Event.objects.get(verb="question.added").data["waits_on"]["role"] == "responder"


def test_new_questions_wake_the_team_once_until_they_were_looked_at(
    page: PublicPage, caller: Caller, responder: User, by: By
) -> None:
    pile = [ask(page, caller), ask(page, caller)]
    assert told(responder) == ["question.asked"]
    for question in pile:
        reject_question(question=question, reason="Advertising.", **by(responder))

    ask(page, caller)

    assert told(responder) == ["question.asked", "question.asked"]


def test_who_may_only_read_is_not_woken(page: PublicPage, caller: Caller, viewer: User) -> None:
    ask(page, caller)

    assert told(viewer) == []


def test_who_a_question_is_passed_to_is_told(
    page: PublicPage, caller: Caller, responder: User, approver: User, by: By
) -> None:
    question = ask(page, caller)

    route_question(question=question, person=approver, **by(responder))
    spread_news(brand_id=page.brand_id, now=NOW)

    assert told(approver) == ["question.asked", "question.routed"]
    assert told(responder) == ["question.asked"]
