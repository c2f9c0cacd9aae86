"""Questions over the API: for everybody, and for the team."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from crisisapi.accounts.models import User
from incidents.models import Incident
from messaging.models import PublicPage, Question
from tests.checks import problem_of
from tests.clients import with_token
from tests.factories.audience import QuestionFactory, QuestionVoteFactory
from tests.messaging.conftest import patch, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(responder: User) -> APIClient:
    return with_token(responder)


def test_everybody_reads_what_is_asked(client: Client, page: PublicPage) -> None:
    QuestionFactory(brand=page.brand, incident=None, is_public=True, text="Why?")

    response = client.get("/api/v1/public/rimon/questions/?language=en")

    assert [one["text"] for one in response.json()["open"]] == ["Why?"]
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "public" in response["Cache-Control"]


def test_everybody_asks_and_is_answered_the_same(page: PublicPage) -> None:
    response = post(APIClient(), "public/rimon/questions/", text="Is it safe?", name="Noa")

    assert response.status_code == 202
    assert Question.objects.get().asked_by == "Noa"


def test_who_asks_too_often_is_told_when_to_come_back(page: PublicPage) -> None:
    for _ in range(5):
        post(APIClient(), "public/rimon/questions/", text="Is it safe?")

    response = post(APIClient(), "public/rimon/questions/", text="Is it safe?")

    problem_of(response, 429, "too_fast")
    assert int(response["Retry-After"]) > 0


def test_a_form_joins_a_question(page: PublicPage) -> None:
    question = QuestionFactory(brand=page.brand, incident=None, is_public=True)
    form = post(APIClient(), "public/rimon/forms/").json()["form"]

    response = post(APIClient(), f"public/rimon/questions/{question.pk}/votes/", form=form)

    assert response.status_code == 202
    assert question.question_votes.count() == 1


def test_a_question_is_written_down_routed_and_answered(
    team: APIClient, incident: Incident
) -> None:
    made = post(team, "questions/", incident=str(incident.pk), text="Why?", language="en")
    where = f"questions/{made.json()['id']}/"

    routed = post(team, f"{where}route/", department="support")
    answered = post(team, f"{where}answer/", body="Because the glue was bad.")

    assert made.status_code == 201, made.content
    assert routed.json()["status"] == "routed"
    assert answered.json()["answer"]
    assert answered.json()["status"] == "answering"


def test_a_change_of_an_older_version_is_refused(team: APIClient, incident: Incident) -> None:
    question = QuestionFactory(brand=incident.brand, incident=None, version=2)

    response = patch(team, f"questions/{question.pk}/", incident=str(incident.pk))

    problem_of(response, 412, "stale_version")


def test_an_address_is_shown_masked_only(team: APIClient, incident: Incident) -> None:
    question = QuestionFactory(brand=incident.brand, contact="noa@example.org")

    shown = team.get(f"/api/v1/questions/{question.pk}/").json()

    assert shown["contact"] == "n…@e….org"


def test_unanswered_questions_are_counted_by_incident(team: APIClient, incident: Incident) -> None:
    QuestionFactory(brand=incident.brand, incident=incident, flags=["link"])
    QuestionFactory(brand=incident.brand, incident=incident, status="routed")
    QuestionFactory(brand=incident.brand, incident=incident, status="rejected")

    [counted] = team.get("/api/v1/questions/unanswered/").json()["incidents"]

    oldest_at = counted.pop("oldest_at")
    assert oldest_at
    assert counted == {
        "incident": str(incident.pk),
        "unanswered": 2,
        "unrouted": 1,
        "flagged": 1,
    }


def test_questions_that_ask_the_same_are_offered(team: APIClient, incident: Incident) -> None:
    one = QuestionFactory(brand=incident.brand)
    same = QuestionFactory(brand=incident.brand)

    found = team.get(f"/api/v1/questions/{one.pk}/similar/").json()["similar"]

    assert [row["question"] for row in found] == [str(same.pk)]


@pytest.mark.parametrize(
    ("query", "count"), [("open=true", 1), ("open=false", 1), ("flagged=true", 1)]
)
def test_the_list_is_filtered(team: APIClient, incident: Incident, query: str, count: int) -> None:
    QuestionFactory(brand=incident.brand, flags=["link"])
    QuestionFactory(brand=incident.brand, status="rejected")

    assert len(team.get(f"/api/v1/questions/?{query}").json()["results"]) == count


@pytest.mark.parametrize("rows", [1, 30])
def test_a_list_costs_the_same_however_long(
    team: APIClient, incident: Incident, rows: int, django_assert_num_queries: Any
) -> None:
    for question in QuestionFactory.create_batch(rows, brand=incident.brand, incident=incident):
        QuestionVoteFactory(question=question)

    with django_assert_num_queries(3):
        assert len(team.get("/api/v1/questions/").json()["results"]) == rows
