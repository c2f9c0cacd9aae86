"""What second looks found, over the API and in the admin."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from crisisapi.accounts.models import User
from monitoring.models import SecondLook, Source
from monitoring.services.analysers import second_name
from monitoring.services.second_looks import look_next
from tests.checks import codes_of, problem_of
from tests.clients import with_token
from tests.factories.accounts import BrandFactory
from tests.monitoring.looking import BAD, GOOD, NOW, read

pytestmark = pytest.mark.django_db

LOOKS = "/api/v1/second-looks/"


@pytest.fixture
def api(manager_of_brand: User) -> APIClient:
    return with_token(manager_of_brand)


@pytest.fixture
def looked(source: Source, contrary_model: Path) -> str:
    """Four mentions: one agreed on, one that the model cannot tell, two found otherwise."""
    read(source, BAD, "nobody knows these words", GOOD, "the kettle")
    SecondLook.objects.update(reason="sampled")
    look_next(now=NOW)
    return second_name()


def test_second_looks_are_told_beside_first_ones(api: APIClient, looked: str) -> None:
    told: dict[str, Any] = api.get(LOOKS).json()

    (row,) = told["results"]
    assert (row["analyser"], row["reason"]) == (looked, "sampled")
    assert (row["looked"], row["undecided"]) == (4, 1)
    assert row["agreed"]["value"] == pytest.approx(1 / 3)
    assert row["changes"] == [
        {"before": "negative", "sentiment": "positive", "mentions": 1},
        {"before": "positive", "sentiment": "negative", "mentions": 1},
    ]
    assert (told["waiting"], told["waiting_since"]) == (0, None)


def test_what_waits_is_told(api: APIClient, source: Source, contrary_model: Path) -> None:
    read(source, BAD)

    told = api.get(LOOKS).json()

    assert (told["waiting"], told["waiting_since"]) == (1, "2026-03-04T12:00:00Z")
    assert told["results"] == []


def test_only_second_looks_of_the_time_are_told(api: APIClient, looked: str) -> None:
    asked = [{"since": "2026-03-04T12:00:01Z"}, {"until": "2026-03-04T12:00:00Z"}]

    assert [api.get(LOOKS, terms).json()["results"] for terms in asked] == [[], []]


def test_a_time_that_is_none_is_refused(api: APIClient) -> None:
    assert list(codes_of(problem_of(api.get(LOOKS, {"since": "noon"}), 400))) == ["since"]


def test_second_looks_of_another_brand_are_hidden(api: APIClient, looked: str) -> None:
    other = BrandFactory(slug="other")

    assert api.get(LOOKS, {"brand": other.slug}).status_code in (400, 403, 404)


def test_second_looks_are_listed_in_the_admin(admin_client: Client, looked: str) -> None:
    page = admin_client.get(reverse("admin:monitoring_secondlook_changelist"))

    assert looked in page.content.decode()
    one = reverse("admin:monitoring_secondlook_change", args=[SecondLook.objects.all()[0].pk])
    assert admin_client.get(one).status_code == 200
