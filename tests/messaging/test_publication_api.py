"""Publications, as people and integrators meet them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from crisisapi.accounts.models import User
from incidents.models import Incident
from messaging.models import Publication
from tests.factories.incidents import IncidentFactory
from tests.factories.messaging import MessageFactory, PublicationFactory
from tests.messaging.conftest import post

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], APIClient]
URL = "https://x.example/rimon/1"
STEPS = {"record": {"url": URL}, "fail": {"reason": "Locked."}, "cancel": {}}


@pytest.fixture
def publication(incident: Incident) -> Publication:
    message = MessageFactory(incident=incident, status="publishing")
    return PublicationFactory(message=message, status="awaiting_person")


def test_a_responder_records_what_they_posted(
    api: APIClient, publication: Publication, responder: User
) -> None:
    posted_at = timezone.now() - timedelta(minutes=3)

    response = post(
        api, f"publications/{publication.pk}/record/", url=URL, posted_at=posted_at.isoformat()
    )

    answer = response.json()
    publication.refresh_from_db()
    assert (response.status_code, answer["status"], answer["url"]) == (200, "published", URL)
    assert answer["published_by"] == str(responder.pk)
    assert publication.published_at == posted_at
    assert publication.message.status == "published"


def test_an_address_that_is_not_of_the_web_is_refused(
    api: APIClient, publication: Publication
) -> None:
    response = post(api, f"publications/{publication.pk}/record/", url="javascript:alert(1)")

    assert (response.status_code, set(response.json()["errors"])) == (400, {"url"})


def test_a_responder_says_that_it_failed(api: APIClient, publication: Publication) -> None:
    response = post(api, f"publications/{publication.pk}/fail/", reason="The account is locked.")

    assert (response.status_code, response.json()["status"]) == (200, "failed")
    assert response.json()["last_error"] == "The account is locked."


def test_a_failure_says_why(api: APIClient, publication: Publication) -> None:
    response = post(api, f"publications/{publication.pk}/fail/")

    assert (response.status_code, set(response.json()["errors"])) == (400, {"reason"})


def test_an_approver_cancels(client_of: ClientOf, approver: User, publication: Publication) -> None:
    response = post(client_of(approver), f"publications/{publication.pk}/cancel/")

    assert (response.status_code, response.json()["status"]) == (200, "cancelled")


def test_a_responder_does_not_cancel(api: APIClient, publication: Publication) -> None:
    assert post(api, f"publications/{publication.pk}/cancel/").status_code == 403


@pytest.mark.parametrize("step", STEPS)
def test_viewers_and_keys_take_no_step(
    client_of: ClientOf,
    viewer: User,
    key_client: Callable[..., APIClient],
    publication: Publication,
    step: str,
) -> None:
    for client in (client_of(viewer), key_client("messages:read", "messages:write")):
        response = post(client, f"publications/{publication.pk}/{step}/", **STEPS[step])
        assert response.status_code == 403


@pytest.mark.parametrize("step", STEPS)
def test_a_stranger_finds_nothing(
    client_of: ClientOf, stranger: User, publication: Publication, step: str
) -> None:
    client = client_of(stranger)

    assert client.get(f"/api/v1/publications/{publication.pk}/").status_code == 404
    response = post(client, f"publications/{publication.pk}/{step}/", **STEPS[step])
    assert response.status_code == 404


def test_a_step_that_is_not_possible_is_a_conflict(
    api: APIClient, publication: Publication
) -> None:
    Publication.objects.update(status="failed")

    response = post(api, f"publications/{publication.pk}/record/", url=URL)

    assert (response.status_code, response.json()["code"]) == (409, "wrong_status")


def test_publications_of_an_incident_are_found(api: APIClient, publication: Publication) -> None:
    elsewhere = MessageFactory(
        incident=IncidentFactory(brand=publication.brand), status="publishing"
    )
    PublicationFactory(message=elsewhere)

    incident = publication.message.incident_id
    rows = api.get(f"/api/v1/publications/?incident={incident}").json()["results"]

    assert [row["id"] for row in rows] == [str(publication.pk)]


def test_a_list_of_publications_costs_the_same_for_one_and_for_thirty(
    api: APIClient, publication: Publication, django_assert_num_queries: Any
) -> None:
    # Session, user, roles, the page, its parts.
    with django_assert_num_queries(5):
        api.get("/api/v1/publications/")
    PublicationFactory.create_batch(29, message=publication.message)
    with django_assert_num_queries(5):
        rows = api.get("/api/v1/publications/").json()["results"]

    assert len(rows) == 30


def test_a_thread_is_shown_post_by_post(api: APIClient, incident: Incident) -> None:
    message = MessageFactory(incident=incident, status="publishing")
    thread = PublicationFactory(message=message, texts=["One.", "Two."])

    shown = api.get(f"/api/v1/publications/{thread.pk}/").json()

    assert [(part["number"], part["text"]) for part in shown["parts"]] == [(1, "One."), (2, "Two.")]


def test_an_approver_sends_again_what_failed(
    client_of: ClientOf, approver: User, incident: Incident
) -> None:
    message = MessageFactory(incident=incident, status="failed")
    failed = PublicationFactory(message=message, status="failed")

    response = post(client_of(approver), f"publications/{failed.pk}/retry/")

    message.refresh_from_db()
    assert (response.status_code, response.json()["status"]) == (200, "pending")
    assert message.status == "publishing"


def test_what_is_unknown_is_sent_again_with_a_reason_only(
    client_of: ClientOf, approver: User, incident: Incident
) -> None:
    message = MessageFactory(incident=incident, status="publishing")
    unknown = PublicationFactory(message=message, status="unknown")

    response = post(client_of(approver), f"publications/{unknown.pk}/retry/")

    assert (response.status_code, set(response.json()["errors"])) == (400, {"reason"})


def test_an_approver_takes_down_and_a_responder_says_that_it_is_gone(
    client_of: ClientOf, approver: User, api: APIClient, incident: Incident
) -> None:
    message = MessageFactory(incident=incident, status="published")
    out = PublicationFactory(message=message, status="published", external_id="7")

    asked = post(client_of(approver), f"publications/{out.pk}/withdraw/", reason="Wrong series.")
    gone = post(api, f"publications/{out.pk}/record-withdrawal/")

    message.refresh_from_db()
    assert (asked.json()["status"], gone.json()["status"]) == ("withdrawing", "withdrawn")
    assert asked.json()["withdrawal_reason"] == "Wrong series."
    assert message.status == "withdrawn"


def test_a_decision_on_an_older_version_is_refused(
    client_of: ClientOf, approver: User, publication: Publication
) -> None:
    response = client_of(approver).post(
        f"/api/v1/publications/{publication.pk}/withdraw/",
        {"reason": "Wrong."},
        format="json",
        headers={"If-Match": '"v9"'},
    )

    assert (response.status_code, response.json()["code"]) == (412, "stale_version")
