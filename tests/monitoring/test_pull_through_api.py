"""Pull-through of an incident over the API, and the mentions behind it."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from tests.checks import problem_of, queries_of
from tests.factories.incidents import IncidentFactory
from tests.factories.monitoring import QueryFactory, SourceFactory
from tests.monitoring.echoing import (
    APART,
    DENIED,
    MOCKED,
    NOW,
    PRAISED,
    hear,
    look,
    open_story,
    write,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_of: Callable[[User], APIClient], viewer: User) -> APIClient:
    return client_of(viewer)


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def _path(incident: Any) -> str:
    return f"/api/v1/incidents/{incident.pk}/pull-through/"


def test_each_message_is_told_by_its_share_over_time(client: APIClient, brand: Brand) -> None:
    source = SourceFactory(brand=brand)
    incident, key_message = open_story(brand)
    unheard = write(incident, texts={"en": "Nobody says this to anybody"}, position=3)
    hear(source, PRAISED, MOCKED, DENIED, APART)

    told = client.get(_path(incident)).json()

    assert (told["analysed"], told["bucket"], told["query"]) == (4, "5m", None)
    assert sum(one["analysed"] for one in told["series"]) == 4
    first, second = told["key_messages"]
    assert (first["key_message"], second["key_message"]) == (str(key_message.pk), str(unheard.pk))
    assert (first["mentions"], first["agrees"], first["disputes"]) == (3, 1, 2)
    assert first["share"]["value"] == 0.75
    assert [one["mentions"] for one in first["series"]] == [1, 1, 1]
    assert [one["text"] for one in first["examples"]] == [DENIED, MOCKED, PRAISED]
    assert [one["way"] for one in first["examples"]] == ["denied", "said", "said"]
    assert (second["mentions"], second["series"], second["examples"]) == (0, [], [])


def test_only_what_the_query_of_the_incident_found_counts(client: APIClient, brand: Brand) -> None:
    source = SourceFactory(brand=brand)
    incident, _key_message = open_story(brand)
    query = QueryFactory(brand=brand, kind="incident", incident=incident, expression="wonderful")
    hear(source, PRAISED, MOCKED, APART)
    look()

    told = client.get(_path(incident)).json()

    assert (told["query"], told["analysed"]) == (str(query.pk), 1)
    [message] = told["key_messages"]
    assert (message["mentions"], len(message["examples"])) == (1, 1)


def test_a_stretch_of_time_and_a_platform_may_be_asked_for(client: APIClient, brand: Brand) -> None:
    source = SourceFactory(brand=brand)
    incident, _key_message = open_story(brand)
    hear(source, *[PRAISED] * 10)

    asked = {"since": "2026-06-10T00:00:00Z", "until": "2026-06-10T02:00:00Z", "bucket": "1h"}
    told = client.get(_path(incident), asked | {"platform": "x"}).json()
    none = client.get(_path(incident), asked | {"platform": "news"}).json()

    assert told["bucket"] == "1h"
    assert told["key_messages"][0]["mentions"] == 2
    assert none["key_messages"][0]["mentions"] == 0


def test_what_was_not_declared_is_refused(client: APIClient, brand: Brand) -> None:
    incident = IncidentFactory(brand=brand)

    problem_of(client.get(_path(incident), {"every": "1h"}), 400)
    problem_of(client.get(_path(incident), {"since": "2001-01-01T00:00:00Z", "bucket": "5m"}), 400)


def test_the_pull_through_of_another_brand_is_not_there(client: APIClient) -> None:
    problem_of(client.get(_path(IncidentFactory())), 404)


def test_the_cost_does_not_grow_with_key_messages_and_mentions(
    client: APIClient, brand: Brand
) -> None:
    source = SourceFactory(brand=brand)
    incident, _key_message = open_story(brand)
    hear(source, PRAISED)
    few = len(queries_of(client, _path(incident)))

    for _ in range(5):
        write(incident)
    hear(source, *[PRAISED] * 15, name="two")

    assert len(queries_of(client, _path(incident))) == few


def test_mentions_that_repeat_a_message_are_listed_the_latest_first(
    client: APIClient, brand: Brand
) -> None:
    source = SourceFactory(brand=brand)
    _incident, key_message = open_story(brand)
    rows = hear(source, PRAISED, APART, MOCKED, DENIED)

    first = client.get(
        "/api/v1/mentions/", {"key_message": str(key_message.pk), "page_size": "2"}
    ).json()
    second = client.get(first["next"]).json()

    told = [one["id"] for one in [*first["results"], *second["results"]]]
    assert told == [str(rows[3].pk), str(rows[2].pk), str(rows[0].pk)]


def test_a_message_of_another_brand_is_no_filter(client: APIClient) -> None:
    _incident, key_message = open_story(SourceFactory().brand)

    problem_of(client.get("/api/v1/mentions/", {"key_message": str(key_message.pk)}), 400)
