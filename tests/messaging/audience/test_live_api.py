"""Live sessions over the API and on the page."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from crisisapi.accounts.models import User
from incidents.models import Incident
from messaging.models import LiveSession, PublicPage, Question
from tests.checks import problem_of
from tests.clients import with_token
from tests.factories.audience import (
    HeldSessionFactory,
    LiveSessionFactory,
    QueuedQuestionFactory,
)
from tests.messaging.conftest import patch, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(responder: User) -> APIClient:
    return with_token(responder)


@pytest.fixture
def held(page: PublicPage) -> LiveSession:
    return HeldSessionFactory(brand=page.brand, incident=None)


def shown(session: LiveSession, text: str = "Why <i>?") -> Question:
    row = QueuedQuestionFactory(session=session, question__text=text, question__is_public=True)
    return row.question


def test_a_session_is_planned_announced_held_and_ended(
    incident: Incident, responder: User, approver: User, team: APIClient
) -> None:
    soon = timezone.now() + timedelta(hours=1)
    made = post(
        team,
        "live-sessions/",
        incident=str(incident.pk),
        titles={"he": "שואלים ועונים", "en": "We answer you"},
        starts_at=soon.isoformat(),
        ends_at=(soon + timedelta(hours=1)).isoformat(),
        hosts=[str(responder.pk)],
    )
    where = f"live-sessions/{made.json()['id']}/"

    announced = post(with_token(approver), f"{where}approve/", revision=1)
    started = post(team, f"{where}start/")
    ended = post(team, f"{where}end/")

    assert made.status_code == 201, made.content
    assert made.json()["hosts"] == [str(responder.pk)]
    said = [answer.json()["status"] for answer in (announced, started, ended)]
    assert said == ["announced", "live", "ended"]


def test_a_host_goes_through_the_queue(
    team: APIClient, held: LiveSession, incident: Incident
) -> None:
    where, chosen = f"live-sessions/{held.pk}/", {"question": str(shown(held).pk)}

    post(team, f"{where}begin-answer/", **chosen)
    answered = post(team, f"{where}finish-answer/", **chosen, spoken="No.", seconds=65)
    post(team, f"{where}end/")
    drafted = post(team, f"{where}draft-answers/", incident=str(incident.pk))

    [row] = answered.json()["queue"]
    assert (row["state"], row["status"], row["seconds"]) == ("answered", "spoken", 65)
    assert drafted.json()["queue"][0]["answer"]


def test_a_change_of_an_older_version_is_refused(team: APIClient, incident: Incident) -> None:
    session = LiveSessionFactory(brand=incident.brand, incident=None, version=2)

    problem_of(patch(team, f"live-sessions/{session.pk}/", hosts=[]), 412, "stale_version")


@pytest.mark.parametrize("rows", [1, 30])
def test_a_list_costs_the_same_however_long(
    team: APIClient, incident: Incident, rows: int, django_assert_num_queries: Any
) -> None:
    LiveSessionFactory.create_batch(rows, brand=incident.brand, incident=incident)

    with django_assert_num_queries(4):
        assert len(team.get("/api/v1/live-sessions/").json()["results"]) == rows


@pytest.mark.parametrize("rows", [1, 30])
def test_a_queue_costs_the_same_however_long(
    team: APIClient, held: LiveSession, rows: int, django_assert_num_queries: Any
) -> None:
    QueuedQuestionFactory.create_batch(rows, session=held)

    with django_assert_num_queries(6):
        queue = team.get(f"/api/v1/live-sessions/{held.pk}/queue/").json()["queue"]
    assert len(queue) == rows


def test_everybody_reads_the_queue_and_asks_for_it(held: LiveSession) -> None:
    shown(held)
    where = f"public/rimon/live-sessions/{held.pk}/"

    asked = post(APIClient(), "public/rimon/questions/", text="Is it safe?", session=str(held.pk))
    read = APIClient().get(f"/api/v1/{where}?language=en")

    assert asked.status_code == 202
    assert held.queued.count() == 2
    assert [one["text"] for one in read.json()["questions"]] == ["Why <i>?"]
    assert "max-age=5" in read["Cache-Control"]


def test_what_was_said_is_never_public_before_it_is_approved(
    team: APIClient, client: Client, held: LiveSession
) -> None:
    question = str(shown(held).pk)
    post(team, f"live-sessions/{held.pk}/finish-answer/", question=question, spoken="A secret")

    told = client.get(f"/api/v1/public/rimon/live-sessions/{held.pk}/").content.decode()
    page = client.get(f"/p/rimon/en/live/{held.pk}/").content.decode()

    assert '"answered"' in told
    assert "Answered live" in page
    assert "A secret" not in told + page


def test_the_page_leads_to_a_session_where_people_ask_and_join(held: LiveSession) -> None:
    question = shown(held)
    client, here = Client(enforce_csrf_checks=True), f"/p/rimon/en/live/{held.pk}/"
    cached = client.get("/p/rimon/en/")
    text = client.get(here)
    [form] = re.findall(r'name="form" value="([^"]+)"', text.content.decode())

    joined = client.post(f"/p/rimon/en/questions/{question.pk}/votes/", {"form": form})
    asked = client.post("/p/rimon/en/questions/", {"text": "Is it safe?", "session": held.pk})

    assert here in cached.content.decode()
    assert "public" in cached["Cache-Control"]
    assert text["Cache-Control"] == "no-store"
    assert "Why &lt;i&gt;?" in text.content.decode()
    assert (joined.status_code, asked.status_code) == (303, 303)
    assert held.queued.count() == 2


def test_the_recording_is_opened_where_it_is_answered(client: Client, held: LiveSession) -> None:
    question = shown(held)
    held.queued.filter(question=question).update(state="answered", seconds=65)
    LiveSession.objects.update(recording_url="https://youtu.be/abc")

    text = client.get(f"/p/rimon/en/live/{held.pk}/").content.decode()

    assert 'href="https://youtu.be/abc?t=65s"' in text
    assert "1:05" in text


def test_a_session_that_is_a_draft_is_absent(client: Client, page: PublicPage) -> None:
    draft = LiveSessionFactory(brand=page.brand, incident=None)

    assert client.get(f"/p/rimon/en/live/{draft.pk}/").status_code == 404
    assert client.get(f"/api/v1/public/rimon/live-sessions/{draft.pk}/").status_code == 404


def test_questions_are_listed_by_session(team: APIClient, held: LiveSession) -> None:
    question = shown(held)
    QueuedQuestionFactory(session__brand=held.brand, session__incident=None)

    rows = team.get(f"/api/v1/questions/?session={held.pk}").json()["results"]

    assert [row["id"] for row in rows] == [str(question.pk)]
