"""Key messages, success stories and revisions, as people meet them."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import User
from incidents.models import Incident
from tests.factories.incidents import FactFactory, IncidentFactory
from tests.factories.messaging import (
    KeyMessageFactory,
    MessageFactory,
    PublicationFactory,
    SuccessStoryFactory,
)
from tests.messaging.conftest import patch, post

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], APIClient]
API = "/api/v1/"


def test_a_key_message_is_written_carried_and_superseded(
    api: APIClient, incident: Incident
) -> None:
    fact = FactFactory(incident=incident)
    made = post(
        api, "key-messages/", incident=incident.pk, texts={"en": "Refund."}, facts=[fact.pk]
    ).json()

    message = post(
        api,
        "messages/",
        incident=incident.pk,
        title="T",
        purpose="update",
        language="en",
        body="B",
        key_messages=[made["id"]],
    ).json()
    after = post(api, f"key-messages/{made['id']}/supersede/", texts={"en": "Refund in a week."})

    assert (message["key_messages"], message["facts"]) == ([made["id"]], [str(fact.pk)])
    assert (after.status_code, after.json()["facts"]) == (201, [str(fact.pk)])
    rows = api.get(f"{API}messages/?key_message={made['id']}").json()["results"]
    assert [row["id"] for row in rows] == [message["id"]]
    standing = api.get(f"{API}key-messages/?superseded=false").json()["results"]
    assert [row["id"] for row in standing] == [after.json()["id"]]


def test_a_change_of_a_key_message_names_its_version(api: APIClient, incident: Incident) -> None:
    made = KeyMessageFactory(incident=incident)

    first = patch(api, f"key-messages/{made.pk}/", position=2)
    second = patch(api, f"key-messages/{made.pk}/", position=3)

    assert (first.status_code, second.status_code) == (200, 412)


def test_coverage_is_told_for_an_incident_one_may_see(api: APIClient, incident: Incident) -> None:
    made = KeyMessageFactory(incident=incident)
    published = PublicationFactory(message__incident=incident, status="published")
    published.message.key_messages.set([made])

    (row,) = api.get(f"{API}key-messages/coverage/?incident={incident.pk}").json()

    assert (row["key_message"], row["places"][0]["language"]) == (str(made.pk), "en")
    foreign = api.get(f"{API}key-messages/coverage/?incident={IncidentFactory().pk}")
    nameless = api.get(f"{API}key-messages/coverage/")
    assert (foreign.status_code, nameless.status_code) == (400, 400)


def test_a_public_message_is_revised(api: APIClient, incident: Incident) -> None:
    public = MessageFactory(incident=incident, status="published")

    response = post(
        api, f"messages/{public.pk}/revise/", purpose="correction", reason="We know more."
    )

    answer = response.json()
    assert (response.status_code, answer["revises"]) == (201, str(public.pk))
    assert answer["purpose"] == "correction"
    again = post(api, f"messages/{public.pk}/revise/", reason="Once more.")
    assert (again.status_code, again.json()["code"]) == (409, "already_revised")
    rows = api.get(f"{API}messages/?revises={public.pk}").json()["results"]
    assert [row["id"] for row in rows] == [answer["id"]]


def test_a_story_is_told_released_found_and_cited(
    api: APIClient, client_of: ClientOf, approver: User, incident: Incident
) -> None:
    made = post(
        api,
        "success-stories/",
        title="מחבת הנירוסטה",
        language="he",
        kind=incident.kind,
        situation="מכסים ניתקו.",
        deed="החזרנו כסף.",
        figures=[{"label": "חזרו", "value": "94%", "source": "https://example.org/r"}],
    ).json()
    released = post(client_of(approver), f"success-stories/{made['id']}/release/")

    assert (released.status_code, released.json()["is_citable"]) == (200, True)
    for question in ("q=המחבת", f"fits={incident.pk}", "citable=true"):
        rows = api.get(f"{API}success-stories/?{question}").json()["results"]
        assert [row["id"] for row in rows] == [made["id"]], question
    for question in ("q=קומקום", f"fits={IncidentFactory().pk}", "citable=false", "tag=x"):
        assert api.get(f"{API}success-stories/?{question}").json()["results"] == [], question
    cited = patch(
        api, f"messages/{MessageFactory(incident=incident).pk}/", cited_stories=[made["id"]]
    )
    assert cited.json()["cited_stories"] == [made["id"]]


def test_a_story_of_a_restricted_incident_is_not_for_everybody(
    api: APIClient, client_of: ClientOf, approver: User, incident: Incident
) -> None:
    story = SuccessStoryFactory(incident=incident)
    api.patch(
        f"{API}incidents/{incident.pk}/",
        {"visibility": "restricted"},
        format="json",
        headers={"If-Match": "*"},
    )

    assert client_of(approver).get(f"{API}success-stories/{story.pk}/").status_code == 404
