"""Channels, as people and integrators meet them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from crisisapi.events.models import Event
from messaging.models import Channel
from tests.factories.messaging import ChannelFactory
from tests.messaging.conftest import patch, post
from tests.messaging.outward import SECRET
from tests.servers import serving

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], APIClient]


def test_a_manager_adds_a_channel(client_of: ClientOf, manager: User) -> None:
    response = post(client_of(manager), "channels/", name="רימון בפייסבוק", platform="facebook")

    answer = response.json()
    assert (response.status_code, answer["kind"], answer["is_active"]) == (201, "manual", True)
    assert Event.objects.get(object_id=answer["id"]).verb == "channel.added"


def test_a_manager_sets_a_channel_inactive(
    client_of: ClientOf, manager: User, channel: Channel
) -> None:
    response = patch(client_of(manager), f"channels/{channel.pk}/", is_active=False)

    assert (response.status_code, response.json()["is_active"]) == (200, False)
    assert Event.objects.get(object_id=channel.pk).verb == "channel.changed"


def test_only_managers_write_channels(
    client_of: ClientOf,
    approver: User,
    key_client: Callable[..., APIClient],
    channel: Channel,
) -> None:
    for client in (client_of(approver), key_client("messages:read", "messages:write")):
        assert post(client, "channels/", name="New", platform="x").status_code == 403
        assert patch(client, f"channels/{channel.pk}/", name="Other").status_code == 403


def test_a_name_taken_is_a_conflict(client_of: ClientOf, manager: User, channel: Channel) -> None:
    client, other = client_of(manager), ChannelFactory(brand=channel.brand)

    for response in (
        post(client, "channels/", name=channel.name, platform="press"),
        patch(client, f"channels/{other.pk}/", name=channel.name),
    ):
        assert (response.status_code, response.json()["code"]) == (409, "channel_exists")


@pytest.mark.parametrize(("field", "value"), [("platform", "icq"), ("kind", "magic"), ("name", "")])
def test_what_makes_no_sense_is_refused_by_field(
    client_of: ClientOf, manager: User, field: str, value: str
) -> None:
    body = {"name": "New", "platform": "x", field: value}

    response = post(client_of(manager), "channels/", **body)

    assert (response.status_code, set(response.json()["errors"])) == (400, {field})


def test_a_stranger_finds_nothing(client_of: ClientOf, stranger: User, channel: Channel) -> None:
    client = client_of(stranger)

    assert client.get(f"/api/v1/channels/{channel.pk}/").status_code == 404
    assert patch(client, f"channels/{channel.pk}/", name="Mine").status_code == 404
    assert client.get("/api/v1/channels/").json()["results"] == []


def test_a_list_of_channels_costs_the_same_for_one_and_for_thirty(
    api: APIClient, brand: Brand, django_assert_num_queries: Any
) -> None:
    ChannelFactory(brand=brand)
    # Session, user, roles, the page.
    with django_assert_num_queries(4):
        api.get("/api/v1/channels/?platform=x&is_active=true")
    ChannelFactory.create_batch(29, brand=brand)
    with django_assert_num_queries(4):
        rows = api.get("/api/v1/channels/?platform=x&is_active=true").json()["results"]

    assert len(rows) == 30


@pytest.fixture
def webhook(brand: Brand) -> Iterator[dict[str, Any]]:
    """What a manager sends to set up a channel to a server that listens."""
    with serving() as server:
        yield {
            "name": "News site",
            "platform": "website",
            "kind": "webhook",
            "settings": {"url": server.url},
            "credentials": {"secret": SECRET},
        }


def test_secrets_are_written_and_never_shown(
    client_of: ClientOf, manager: User, webhook: dict[str, Any]
) -> None:
    client = client_of(manager)

    added = post(client, "channels/", **webhook)
    shown = client.get(f"/api/v1/channels/{added.json()['id']}/")

    assert added.json()["credentials_set"] == ["secret"]
    assert all(SECRET not in response.content.decode() for response in (added, shown))
    assert not any(SECRET in str(event.data) for event in Event.objects.all())


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"settings": {}}, "settings.url"),
        ({"settings": {"url": "ftp://x.example"}}, "settings.url"),
        ({"credentials": {}}, "credentials.secret"),
        ({"credentials": {"secret": "short"}}, "credentials.secret"),
        ({"kind": "email", "platform": "x"}, "kind"),
    ],
)
def test_what_the_kind_cannot_work_with_is_refused_by_field(
    client_of: ClientOf, manager: User, webhook: dict[str, Any], wrong: Any, field: str
) -> None:
    response = post(client_of(manager), "channels/", **{**webhook, **wrong})

    assert (response.status_code, set(response.json()["errors"])) == (400, {field})


def test_one_secret_is_replaced_and_the_others_stay(
    client_of: ClientOf, manager: User, webhook: dict[str, Any]
) -> None:
    client = client_of(manager)
    channel = post(client, "channels/", **webhook).json()["id"]

    patch(client, f"channels/{channel}/", credentials={"previous_secret": SECRET})
    patch(client, f"channels/{channel}/", version=2, credentials={"previous_secret": ""})

    assert Channel.objects.get(pk=channel).credentials == {"secret": SECRET}


def test_a_test_says_what_is_wrong_until_something_changes(
    client_of: ClientOf, manager: User, webhook: dict[str, Any]
) -> None:
    client = client_of(manager)
    channel = post(client, "channels/", **webhook).json()["id"]

    tested = post(client, f"channels/{channel}/test/").json()
    changed = patch(
        client, f"channels/{channel}/", version=2, settings={"url": "https://x.example"}
    )

    assert [row["code"] for row in tested["test_problems"]] == ["host_forbidden"]
    assert (changed.json()["tested_at"], changed.json()["test_problems"]) == (None, [])


def test_a_test_of_another_version_is_refused(
    client_of: ClientOf, manager: User, channel: Channel
) -> None:
    response = client_of(manager).post(
        f"/api/v1/channels/{channel.pk}/test/", headers={"If-Match": '"v7"'}
    )

    assert (response.status_code, response.json()["code"]) == (412, "stale_version")
