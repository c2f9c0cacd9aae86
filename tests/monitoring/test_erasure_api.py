"""Erasures by the API: asked for by managers, looked at while they are at work."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from monitoring.models import Erasure, Mention, SecondLook, Source
from monitoring.tasks import erase_authors
from tests.checks import problem_of, queries_of
from tests.clients import with_token
from tests.factories.monitoring import ErasureFactory, MentionFactory

pytestmark = pytest.mark.django_db

ERASURES = "/api/v1/erasures/"
ASKED = {"platform": "x", "author_handle": "@Rotem_47"}


@pytest.fixture
def client(manager_of_brand: User) -> APIClient:
    return with_token(manager_of_brand)


@pytest.fixture
def said(source: Source) -> Mention:
    made: Mention = MentionFactory(source=source, author_handle="rotem_47", author_verified=True)
    return made


def test_an_author_is_erased_and_the_record_names_nobody(client: APIClient, said: Mention) -> None:
    response = client.post(ERASURES, {**ASKED, "reason": "Request 17"})
    erase_authors()

    assert response.status_code == 201, response.content
    shown = client.get(response["Location"])
    assert (shown.json()["state"], shown.json()["erased_mentions"]) == ("done", 1)
    assert "rotem" not in shown.content.decode().lower()
    said.refresh_from_db()
    assert said.text == ""


def test_a_preview_counts_and_changes_nothing(client: APIClient, said: Mention) -> None:
    response = client.post(f"{ERASURES}preview/", ASKED)

    assert response.json() == {"mentions": 1, "accounts": 1, "handles": 1, "deliveries": 0}
    assert not Erasure.objects.exists()


def test_an_export_answers_what_is_held(client: APIClient, said: Mention) -> None:
    SecondLook.objects.create(
        mention=said, brand=said.brand, reason="alert", asked_at=said.created_at
    )

    exported = client.post(f"{ERASURES}export/", ASKED).json()

    [row] = exported["mentions"]
    assert (row["text"], row["author_verified"], exported["is_whole"]) == (said.text, True, True)
    assert [look["mention"] for look in exported["second_looks"]] == [str(said.pk)]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"author_handle": ""}, "author_handle"),
        ({"platform": "X!"}, "platform"),
        ({"reason": "Rotem_47 asked."}, "reason"),
    ],
)
def test_refusals_name_their_field(
    client: APIClient, brand: Brand, fields: dict[str, Any], field: str
) -> None:
    response = client.post(ERASURES, {**ASKED, "reason": "Request 17", **fields})

    assert field in problem_of(response, 400)["errors"]


def test_a_list_takes_as_many_queries_for_many(client: APIClient, brand: Brand) -> None:
    ErasureFactory(brand=brand)
    one = len(queries_of(client, ERASURES))
    ErasureFactory.create_batch(29, brand=brand)

    assert len(queries_of(client, ERASURES)) == one


def test_a_suppression_that_there_is_not_cannot_end(client: APIClient, brand: Brand) -> None:
    erasure = ErasureFactory(brand=brand)

    response = client.post(f"{ERASURES}{erasure.pk}/end-suppression/", {})

    assert problem_of(response, 409)["code"] == "not_suppressed"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("author_handle=%40ROTEM_47", 1),
        ("author_handle=rotem", 0),
        ("author_external_id=7001", 1),
        ("author_verified=true", 1),
        ("author_verified=false", 0),
        ("is_removed=true", 0),
    ],
)
def test_mentions_are_found_by_their_author(
    client: APIClient, said: Mention, query: str, count: int
) -> None:
    MentionFactory(source=said.source)
    Mention.objects.filter(pk=said.pk).update(author_external_id="7001")

    assert len(client.get(f"/api/v1/mentions/?{query}").json()["results"]) == count
