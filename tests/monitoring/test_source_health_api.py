"""What a front end is told of the health of sources, and of the kinds there are."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from monitoring.models import Intake
from monitoring.sources import PROVIDERS
from tests.checks import queries_of
from tests.factories.monitoring import SourceFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
SOURCES = "/api/v1/sources/"


@pytest.fixture
def client(client_of: Callable[[User], APIClient], manager: User) -> APIClient:
    return client_of(manager)


def slugs(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return sorted(row["slug"] for row in response.json()["results"])


def test_sources_are_found_by_how_they_are_heard(client: APIClient, brand: Brand) -> None:
    faring: dict[str, dict[str, Any]] = {
        "well": {},
        "broken": {"state": "failing"},
        "silent": {"silent_since": NOW},
    }
    for slug, fields in faring.items():
        made = SourceFactory(brand=brand, slug=slug)
        Intake.objects.filter(source=made).update(**fields)

    assert slugs(client.get(f"{SOURCES}?state=failing")) == ["broken"]
    assert slugs(client.get(f"{SOURCES}?state=active&is_silent=false")) == ["well"]
    assert slugs(client.get(f"{SOURCES}?is_silent=true")) == ["silent"]
    assert client.get(f"{SOURCES}?state=ill").status_code == 400


def test_a_source_tells_how_it_is_heard(client: APIClient, brand: Brand) -> None:
    source = SourceFactory(brand=brand)
    Intake.objects.update(
        state="failing", error_detail="Renew the token.", lag_seconds=40, heard_at=NOW
    )

    intake = client.get(f"{SOURCES}{source.pk}/").json()["intake"]

    assert (intake["state"], intake["lag_seconds"]) == ("failing", 40)
    assert intake["in_words"] == ["It was never heard: Renew the token."]
    assert (intake["refused_times"], intake["refused_since"]) == (0, None)


def test_many_sources_cost_as_many_queries_as_one(client: APIClient, brand: Brand) -> None:
    SourceFactory(brand=brand)
    one = len(queries_of(client, SOURCES))

    SourceFactory.create_batch(29, brand=brand)

    assert len(queries_of(client, SOURCES)) == one


def test_every_kind_says_what_a_form_for_it_needs(client: APIClient) -> None:
    rows = client.get("/api/v1/source-kinds/").json()["results"]

    kinds = {row["kind"]: row for row in rows}
    assert list(kinds) == sorted(PROVIDERS)
    rss, webhook = kinds["rss"], kinds["webhook"]
    assert (rss["label"], rss["interval_seconds"], rss["is_fetched"]) == (
        "RSS or Atom feed",
        600,
        True,
    )
    assert [(one["name"], one["required"]) for one in rss["settings"]] == [("url", True)]
    assert (webhook["is_pushed"], webhook["has_own_secret"]) == (True, True)
    assert webhook["interval_seconds"] is None


def test_kinds_are_told_in_the_language_that_is_asked_for(client: APIClient) -> None:
    labels = [
        {
            row["kind"]: row["label"]
            for row in client.get(
                "/api/v1/source-kinds/", headers={"Accept-Language": language}
            ).json()["results"]
        }["webhook"]
        for language in ("en", "he")
    ]

    assert labels[0] == "signed webhook"
    assert labels[1] != labels[0]
