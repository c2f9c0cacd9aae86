"""Unanswered questions of an incident over the API."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from messaging.models import Question
from monitoring.services.asked import fold_asked
from tests.checks import problem_of, queries_of
from tests.factories.incidents import IncidentFactory
from tests.factories.monitoring import AskedQuestionFactory, SourceFactory
from tests.monitoring.echoing import NOW, START, hear

pytestmark = pytest.mark.django_db

REFUND = "When will I get the refund for my kettle?"
SAME = "when do we get the kettle refund please??"
TOASTER = "Is the toaster dangerous as well?"


@pytest.fixture
def client(client_of: Callable[[User], APIClient], responder: User) -> APIClient:
    return client_of(responder)


@pytest.fixture
def incident(brand: Brand) -> Any:
    return IncidentFactory(brand=brand, started_at=START)


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def _ask(brand: Brand, *texts: str) -> list[Any]:
    rows = hear(SourceFactory(brand=brand), *texts)
    while fold_asked():
        pass
    return rows


def _path(incident: Any) -> str:
    return f"/api/v1/incidents/{incident.pk}/unanswered-questions/"


def test_what_is_asked_most_comes_first(client: APIClient, brand: Brand, incident: Any) -> None:
    _ask(brand, TOASTER, REFUND, SAME)

    told = client.get(_path(incident)).json()

    assert told["count"] == 2
    first, second = told["results"]
    assert (first["mentions"], first["status"], first["question"]) == (2, "unanswered", None)
    assert [one["text"] for one in first["examples"]] == [REFUND, SAME]
    assert second["examples"][0]["text"] == TOASTER


def test_an_adopted_question_leaves_the_list(
    client: APIClient, brand: Brand, incident: Any
) -> None:
    _ask(brand, REFUND)
    asked = client.get(_path(incident)).json()["results"][0]["id"]
    address = f"/api/v1/unanswered-questions/{asked}/adopt/"

    told = client.post(address, {"incident": str(incident.pk)}, format="json").json()

    assert (told["status"], told["question"]) == ("adopted", str(Question.objects.get().pk))
    assert client.get(_path(incident)).json()["count"] == 0
    assert client.get(_path(incident), {"status": "adopted"}).json()["count"] == 1
    again = client.post(address, {"incident": str(incident.pk)}, format="json")
    problem_of(again, 409, "already_adopted")


def test_a_question_is_dismissed_and_reopened(
    client: APIClient, brand: Brand, incident: Any
) -> None:
    _ask(brand, REFUND)
    asked = client.get(_path(incident)).json()["results"][0]["id"]
    address, about = f"/api/v1/unanswered-questions/{asked}", {"incident": str(incident.pk)}

    told = client.post(f"{address}/dismiss/", about | {"reason": "No"}, format="json").json()
    assert (told["status"], told["reason"]) == ("dismissed", "No")

    told = client.post(f"{address}/reopen/", about, format="json").json()
    assert told["status"] == "unanswered"


def test_another_brand_has_nothing_here(client: APIClient, brand: Brand, incident: Any) -> None:
    theirs = AskedQuestionFactory()
    own = AskedQuestionFactory(brand=brand)
    other = IncidentFactory()

    problem_of(client.get(_path(other)), 404)
    address = f"/api/v1/unanswered-questions/{theirs.pk}/adopt/"
    problem_of(client.post(address, {"incident": str(incident.pk)}, format="json"), 404)
    address = f"/api/v1/unanswered-questions/{own.pk}/adopt/"
    problem_of(client.post(address, {"incident": str(other.pk)}, format="json"), 400)
    problem_of(client.post(address, {"incident": str(incident.pk)}, format="json"), 404)


@pytest.mark.parametrize("asked", [{"status": "lost"}, {"limit": "0"}, {"every": "1h"}])
def test_what_makes_no_sense_is_refused(
    client: APIClient, incident: Any, asked: dict[str, str]
) -> None:
    problem_of(client.get(_path(incident), asked), 400)


def test_the_cost_does_not_grow_with_what_is_asked(
    client: APIClient, brand: Brand, incident: Any
) -> None:
    _ask(brand, REFUND)
    few = len(queries_of(client, _path(incident)))

    _ask(brand, *(f"Where is {name * 4} {name * 5}?" for name in "abcdefghijklmnopqrstuvw"))

    assert client.get(_path(incident)).json()["count"] > 20
    assert len(queries_of(client, _path(incident))) == few


def test_mentions_that_ask_it_are_listed(client: APIClient, brand: Brand, incident: Any) -> None:
    rows = _ask(brand, REFUND, TOASTER, SAME)
    asked = client.get(_path(incident)).json()["results"][0]["id"]

    told = client.get("/api/v1/mentions/", {"asked_question": asked}).json()["results"]

    assert [one["id"] for one in told] == [str(rows[2].pk), str(rows[0].pk)]
