"""Lists by keyset: each row once, whatever its time, at the same price."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand
from crisisapi.events.models import Event
from incidents.models import Incident
from tests.factories.accounts import BrandFactory
from tests.factories.incidents import IncidentFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _walk(client: APIClient, path: str) -> Iterator[list[dict[str, Any]]]:
    following: str | None = path
    while following:
        body = client.get(following).json()
        yield body["results"]
        following = body["next"]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    seconds=st.lists(st.integers(min_value=0, max_value=3), max_size=12),
    size=st.integers(min_value=1, max_value=13),
)
def test_walking_the_pages_gives_each_row_once_newest_first(
    api: APIClient, brand: Brand, seconds: list[int], size: int
) -> None:
    Incident.objects.all().delete()
    for second in seconds:
        IncidentFactory(brand=brand, created_at=NOON + timedelta(seconds=second))

    pages = list(_walk(api, f"/api/v1/incidents/?page_size={size}"))

    rows = [row for page in pages for row in page]
    expected = Incident.objects.order_by("-created_at", "-id").values_list("id", flat=True)
    assert [row["id"] for row in rows] == [str(pk) for pk in expected]
    assert all(len(page) == size for page in pages[:-1])


def test_rows_that_arrive_while_one_reads_move_nothing(api: APIClient, brand: Brand) -> None:
    first = [IncidentFactory(brand=brand) for _ in range(4)]
    pages = _walk(api, "/api/v1/incidents/?page_size=2")
    seen = [row["id"] for row in next(pages)]
    IncidentFactory(brand=brand)

    seen += [row["id"] for page in pages for row in page]

    assert seen == [str(incident.pk) for incident in reversed(first)]


def test_the_next_page_keeps_the_filters(api: APIClient, brand: Brand) -> None:
    for status in ["triage", "closed", "declined"] * 2:
        IncidentFactory(brand=brand, status=status)
    query = "?status=closed&status=declined&page_size=1&fields=status"

    pages = list(_walk(api, f"/api/v1/incidents/{query}"))

    assert [page[0]["status"] for page in pages] == ["declined", "closed"] * 2


def test_no_page_counts_or_skips_rows(api: APIClient, brand: Brand) -> None:
    for _ in range(3):
        IncidentFactory(brand=brand)
    following = api.get("/api/v1/incidents/?page_size=1").json()["next"]

    with CaptureQueriesContext(connection) as captured:
        api.get(following)

    said = " ".join(query["sql"] for query in captured.captured_queries).upper()
    assert "OFFSET" not in said
    assert "COUNT(" not in said


def test_a_cursor_of_another_list_is_refused_or_harmless(api: APIClient, brand: Brand) -> None:
    for _ in range(2):
        api.post("/api/v1/incidents/", {"title": "x"})
    theirs = api.get("/api/v1/events/?page_size=1").json()["next"].partition("?")[2]

    response = api.get(f"/api/v1/incidents/?{theirs}")

    assert response.status_code == 400


def test_a_cursor_opens_no_other_brand(api: APIClient, brand: Brand) -> None:
    IncidentFactory(brand=BrandFactory())
    IncidentFactory(brand=brand)
    IncidentFactory(brand=brand)
    following = api.get("/api/v1/incidents/?page_size=1").json()["next"]

    body = api.get(following).json()

    assert [row["brand"] for row in body["results"]] == [brand.slug]
    assert body["next"] is None


def test_the_timeline_has_pages_too(api: APIClient) -> None:
    incident = api.post("/api/v1/incidents/", {"title": "x"}).json()
    path = f"/api/v1/incidents/{incident['id']}/"
    api.patch(path, {"title": "y"}, headers={"if-match": '"v1"'})

    pages = list(_walk(api, f"{path}timeline/?page_size=1"))

    verbs = [page[0]["verb"] for page in pages]
    assert (verbs[0], verbs[-1]) == ("incident.changed", "incident.opened")
    assert len(verbs) == Event.objects.count()


def test_fields_trims_every_row(api: APIClient, brand: Brand) -> None:
    IncidentFactory(brand=brand)

    body = api.get("/api/v1/incidents/?fields=id,title").json()

    assert list(body["results"][0]) == ["id", "title"]


def test_an_unknown_field_is_refused_even_where_there_is_nothing(api: APIClient) -> None:
    response = api.get("/api/v1/incidents/?fields=colour")

    assert response.status_code == 400
