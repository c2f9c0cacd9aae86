"""Polls over the API and on the page."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from crisisapi.accounts.models import User
from incidents.models import Incident
from messaging.models import Poll, PublicIncident, PublicPage
from tests.checks import problem_of
from tests.clients import with_token
from tests.factories.audience import OpenPollFactory, PollFactory
from tests.messaging.conftest import patch, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(page: PublicPage) -> Poll:
    return OpenPollFactory(brand=page.brand, incident=None)


def test_a_poll_is_worded_approved_and_opened(
    incident: Incident, responder: User, approver: User
) -> None:
    made = post(
        with_token(responder),
        "polls/",
        incident=str(incident.pk),
        questions={"he": "מה?", "en": "What?"},
        options=[{"he": "א", "en": "A"}, {"he": "ב", "en": "B"}],
        closes_at=(timezone.now() + timedelta(days=1)).isoformat(),
    )
    where = f"polls/{made.json()['id']}/"

    approved = post(with_token(approver), f"{where}approve/", revision=1)
    opened = post(with_token(approver), f"{where}open/")

    assert made.status_code == 201, made.content
    assert approved.json()["status"] == "approved"
    assert opened.json()["status"] == "open"


def test_a_change_of_an_older_version_is_refused(responder: User, incident: Incident) -> None:
    poll = PollFactory(brand=incident.brand, version=2)

    problem_of(
        patch(with_token(responder), f"polls/{poll.pk}/", least_shown=3), 412, "stale_version"
    )


@pytest.mark.parametrize("rows", [1, 30])
def test_a_list_costs_the_same_however_long(
    responder: User, incident: Incident, rows: int, django_assert_num_queries: Any
) -> None:
    PollFactory.create_batch(rows, brand=incident.brand, incident=incident)
    client = with_token(responder)

    with django_assert_num_queries(3):
        assert len(client.get("/api/v1/polls/").json()["results"]) == rows


def test_everybody_votes_with_a_form_and_sees_what_voters_see(asked: Poll) -> None:
    form = post(APIClient(), "public/rimon/forms/").json()["form"]

    voted = post(APIClient(), f"public/rimon/polls/{asked.pk}/ballots/", form=form, choices=[2])
    read = APIClient().get("/api/v1/public/rimon/polls/").json()["polls"][0]

    assert voted.status_code == 202, voted.content
    assert voted.json()["poll"]["ballots"] == 1
    assert read["ballots"] is None


def test_the_team_sees_every_count(asked: Poll, responder: User) -> None:
    asked.ballots.create(voter_hash="a", choices=[2])

    told = with_token(responder).get(f"/api/v1/polls/{asked.pk}/tally/").json()

    assert told["counts"][1] == {"option": 2, "count": 1, "share": 1.0}
    assert told["is_representative"] is False


def test_the_page_leads_to_a_poll_and_takes_a_vote_without_script_or_cookie(
    asked: Poll, public: PublicIncident
) -> None:
    client = Client(enforce_csrf_checks=True)
    here = f"/p/rimon/en/polls/{asked.pk}/"
    assert here in client.get("/p/rimon/en/").content.decode()
    text = client.get(here).content.decode()
    [form] = re.findall(r'name="form" value="([^"]+)"', text)

    voted = client.post(here, {"form": form, "choice": "1"})
    after = client.get(voted["Location"]).content.decode()

    assert voted.status_code == 303
    assert "What was said" not in text
    assert "Your vote is counted." in after
    assert "100%" in after
    assert not voted.cookies


def test_nothing_chosen_is_told_at_the_form(client: Client, asked: Poll) -> None:
    here = f"/p/rimon/en/polls/{asked.pk}/"
    [form] = re.findall(r'name="form" value="([^"]+)"', client.get(here).content.decode())

    response = client.post(here, {"form": form, "choice": "x"})

    assert response.status_code == 400
    assert "Choose one." in response.content.decode()


def test_a_made_up_receipt_shows_nothing_more(client: Client, asked: Poll) -> None:
    text = client.get(f"/p/rimon/en/polls/{asked.pk}/voted/made-up/").content.decode()

    assert "What was said" not in text
