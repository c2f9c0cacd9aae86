"""Messages, as people and integrators meet them."""

from collections.abc import Callable
from typing import Any

import pytest
import redis
from django.conf import LazySettings
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from crisisapi.events.models import Event
from incidents.models import Incident
from messaging.models import Channel, Message
from tests.factories.incidents import FactFactory, IncidentFactory
from tests.factories.messaging import MessageFactory
from tests.messaging.conftest import patch, post

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], APIClient]
WORDS = {"title": "What we know", "body": "We stopped.", "purpose": "update", "language": "en"}
STEPS: dict[str, tuple[str, dict[str, Any]]] = {
    "submit": ("draft", {}),
    "approve": ("in_review", {"revision": 1}),
    "reject": ("in_review", {"revision": 1, "reason": "Too long."}),
    "withdraw": ("draft", {"reason": "Too late."}),
}


@pytest.fixture
def message(incident: Incident) -> Message:
    return MessageFactory(incident=incident)


def test_a_responder_writes_a_draft(api: APIClient, incident: Incident, responder: User) -> None:
    fact = FactFactory(incident=incident)

    response = post(
        api, "messages/", **WORDS, incident=incident.pk, audience="customers", facts=[fact.pk]
    )

    answer = response.json()
    assert response.status_code == 201
    assert answer["status"] == "draft"
    assert answer["brand"] == "rimon"
    assert answer["author"] == str(responder.pk)
    assert answer["facts"] == [str(fact.pk)]
    assert response["ETag"].startswith('"v1')


def test_a_key_writes_and_submits_but_does_not_decide(
    key_client: Callable[..., APIClient], incident: Incident
) -> None:
    client = key_client("messages:write", "messages:read")

    written = post(client, "messages/", **WORDS, incident=incident.pk).json()
    submitted = post(client, f"messages/{written['id']}/submit/")
    approved = post(client, f"messages/{written['id']}/approve/", revision=1)

    assert (written["author"], submitted.json()["status"]) == (None, "in_review")
    assert approved.status_code == 403
    assert Event.objects.get(verb="message.written").actor_kind == "api_key"


def test_a_key_that_reads_does_not_write(
    key_client: Callable[..., APIClient], message: Message
) -> None:
    client = key_client("messages:read")

    assert client.get(f"/api/v1/messages/{message.pk}/").status_code == 200
    assert post(client, f"messages/{message.pk}/submit/").status_code == 403


def test_a_message_needs_an_incident_of_ours(api: APIClient) -> None:
    response = post(api, "messages/", **WORDS, incident=IncidentFactory().pk)

    assert (response.status_code, set(response.json()["errors"])) == (400, {"incident"})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("purpose", "gossip"),
        ("language", "EN"),
        ("language", "eng"),
        ("title", ""),
        ("title", "x" * 201),
        ("body", "x" * 20_001),
        ("audience", "x" * 201),
        ("status", "approved"),
        ("approved_by", "x"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(
    api: APIClient, incident: Incident, field: str, value: str
) -> None:
    response = post(api, "messages/", **WORDS | {"incident": incident.pk, field: value})

    assert (response.status_code, set(response.json()["errors"])) == (400, {field})


def test_a_viewer_reads_and_does_not_write(
    client_of: ClientOf, viewer: User, message: Message
) -> None:
    client = client_of(viewer)

    assert client.get(f"/api/v1/messages/{message.pk}/").status_code == 200
    assert patch(client, f"messages/{message.pk}/", title="Other").status_code == 403
    assert post(client, "messages/", **WORDS, incident=message.incident_id).status_code == 403


@pytest.mark.parametrize("step", STEPS)
def test_each_step_answers_the_message(
    client_of: ClientOf, approver: User, incident: Incident, step: str
) -> None:
    status, body = STEPS[step]
    message = MessageFactory(incident=incident, status=status)

    response = post(client_of(approver), f"messages/{message.pk}/{step}/", **body)

    message.refresh_from_db()
    assert response.status_code == 200
    assert response.json()["status"] == message.status != status
    assert response.json()["version"] == 2


@pytest.mark.parametrize("step", ["approve", "reject", "publish"])
def test_a_responder_does_not_decide(
    api: APIClient, incident: Incident, channel: Channel, step: str
) -> None:
    message = MessageFactory(incident=incident, status="in_review")
    body = STEPS[step][1] if step in STEPS else {"channels": [channel.pk]}

    assert post(api, f"messages/{message.pk}/{step}/", **body).status_code == 403


@pytest.mark.parametrize("step", [*STEPS, "publish", "revisions", "decisions", ""])
def test_a_stranger_finds_nothing(
    client_of: ClientOf, stranger: User, message: Message, step: str
) -> None:
    client = client_of(stranger)
    path = f"messages/{message.pk}/{step}/".replace("//", "/")

    if step in ("revisions", "decisions", ""):
        response = client.get(f"/api/v1/{path}")
    else:
        response = post(client, path, **STEPS.get(step, ("", {}))[1])

    assert response.status_code == 404


def test_an_author_meets_four_eyes(client_of: ClientOf, approver: User, incident: Incident) -> None:
    message = MessageFactory(incident=incident, status="in_review", author=approver)

    response = post(client_of(approver), f"messages/{message.pk}/approve/", revision=1)

    assert (response.status_code, response.json()["code"]) == (403, "four_eyes")


def test_an_approval_names_the_revision_read(
    client_of: ClientOf, approver: User, incident: Incident
) -> None:
    message = MessageFactory(incident=incident, status="in_review", revision=2)
    client = client_of(approver)

    silent = post(client, f"messages/{message.pk}/approve/")
    stale = post(client, f"messages/{message.pk}/approve/", revision=1)

    assert (silent.status_code, set(silent.json()["errors"])) == (400, {"revision"})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")


def test_a_fact_not_confirmed_is_named(
    client_of: ClientOf, approver: User, incident: Incident
) -> None:
    fact = FactFactory(incident=incident)
    message = MessageFactory(incident=incident, status="in_review", facts=[fact])

    response = post(client_of(approver), f"messages/{message.pk}/approve/", revision=1)

    assert (response.status_code, response.json()["code"]) == (409, "fact_not_confirmed")
    assert list(response.json()["errors"]) == [f"facts.{fact.pk}"]


def test_a_change_names_the_version_read(api: APIClient, message: Message) -> None:
    path = f"messages/{message.pk}/"

    without = api.patch(f"/api/v1/{path}", {"title": "Other"}, format="json")
    stale = patch(api, path, version=7, title="Other")
    changed = patch(api, path, title="Other", reason="Clearer.")

    assert (without.status_code, stale.status_code, changed.status_code) == (428, 412, 200)
    assert (changed.json()["title"], changed.json()["revision"]) == ("Other", 2)


def test_revisions_are_paged_newest_first(api: APIClient, message: Message) -> None:
    for number in range(1, 4):
        patch(api, f"messages/{message.pk}/", version=number, body=f"Wording {number + 1}")

    first = api.get(f"/api/v1/messages/{message.pk}/revisions/?page_size=3").json()
    second = api.get(first["next"]).json()

    numbers = [row["number"] for row in first["results"] + second["results"]]
    assert (numbers, second["next"]) == ([4, 3, 2, 1], None)
    assert first["results"][0]["body"] == "Wording 4"


def test_decisions_are_told(
    client_of: ClientOf, approver: User, api: APIClient, incident: Incident
) -> None:
    message = MessageFactory(incident=incident, status="in_review")
    body = {"revision": 1, "reason": "Too long."}
    post(client_of(approver), f"messages/{message.pk}/reject/", **body)

    rows = api.get(f"/api/v1/messages/{message.pk}/decisions/").json()["results"]

    assert [(row["decision"], row["comment"], row["reviewer"]) for row in rows] == [
        ("rejected", "Too long.", str(approver.pk))
    ]


def test_publishing_answers_the_message_and_nudges_a_worker(
    client_of: ClientOf,
    approver: User,
    incident: Incident,
    channel: Channel,
    settings: LazySettings,
    django_capture_on_commit_callbacks: Any,
) -> None:
    message = MessageFactory(incident=incident, status="approved")
    broker = redis.Redis.from_url(settings.REDIS_URL)
    broker.flushdb()

    with django_capture_on_commit_callbacks(execute=True):
        response = post(
            client_of(approver), f"messages/{message.pk}/publish/", channels=[channel.pk]
        )

    assert (response.status_code, response.json()["status"]) == (200, "publishing")
    assert b"messaging.perform_publications" in broker.lrange("celery", 0, -1)[0]


def test_publishing_needs_channels_of_ours(
    client_of: ClientOf, approver: User, incident: Incident
) -> None:
    message = MessageFactory(incident=incident, status="approved")

    response = post(client_of(approver), f"messages/{message.pk}/publish/", channels=[])

    assert (response.status_code, set(response.json()["errors"])) == (400, {"channels"})


def test_a_draft_is_not_published(
    client_of: ClientOf, approver: User, message: Message, channel: Channel
) -> None:
    response = post(client_of(approver), f"messages/{message.pk}/publish/", channels=[channel.pk])

    assert (response.status_code, response.json()["code"]) == (409, "not_approved")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=draft", {"a"}),
        ("status=draft&status=in_review", {"a", "b"}),
        ("purpose=apology", {"b"}),
        ("language=he", {"b"}),
        ("incident={incident}", {"a", "b"}),
        ("fact={fact}", {"a"}),
        ("brand=other", set()),
    ],
)
def test_messages_are_filtered(
    api: APIClient, incident: Incident, stranger: User, query: str, found: set[str]
) -> None:
    fact = FactFactory(incident=incident)
    MessageFactory(incident=incident, title="a", facts=[fact])
    MessageFactory(
        incident=incident, title="b", status="in_review", purpose="apology", language="he"
    )
    MessageFactory(incident=IncidentFactory(brand=Brand.objects.get(slug="other")), title="c")

    response = api.get(f"/api/v1/messages/?{query.format(incident=incident.pk, fact=fact.pk)}")

    assert {row["title"] for row in response.json()["results"]} == found


def test_a_list_of_messages_costs_the_same_for_one_and_for_thirty(
    api: APIClient, incident: Incident, django_assert_num_queries: Any
) -> None:
    def add(count: int) -> None:
        for _number in range(count):
            MessageFactory(incident=incident, facts=[FactFactory(incident=incident)])

    add(1)
    # Session, user, roles, the page, its facts, key messages and stories.
    with django_assert_num_queries(7):
        api.get("/api/v1/messages/")
    add(29)
    with django_assert_num_queries(7):
        rows = api.get("/api/v1/messages/").json()["results"]

    assert len(rows) == 30
