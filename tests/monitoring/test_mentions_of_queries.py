"""The list of what a query found."""

from datetime import UTC, datetime, timedelta

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand
from monitoring.models import Query, QueryMatch, Source
from tests.checks import codes_of, problem_of, queries_of
from tests.factories.monitoring import MentionFactory, QueryFactory

pytestmark = pytest.mark.django_db

MENTIONS = "/api/v1/mentions/"
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def query(brand: Brand) -> Query:
    return QueryFactory(brand=brand)


def _found(source: Source, query: Query, count: int) -> list[str]:
    """Return the ids of mentions, the latest first; beside each stands one that was not found."""
    ids = []
    for place in range(count):
        said_at = NOON - timedelta(minutes=place)
        row = MentionFactory(source=source, published_at=said_at, query_ids=[query.pk])
        MentionFactory(source=source, published_at=said_at)
        QueryMatch.objects.create(query=query, mention=row, published_at=said_at)
        ids.append(str(row.pk))
    return ids


def test_pages_of_a_query_follow_each_other(api: APIClient, source: Source, query: Query) -> None:
    ids = _found(source, query, 7)

    found, address = [], f"{MENTIONS}?query={query.pk}&page_size=3"
    while address:
        page = api.get(address).json()
        found += [row["id"] for row in page["results"]]
        address = page["next"]

    assert found == ids


def test_a_query_and_a_stretch_of_time(api: APIClient, source: Source, query: Query) -> None:
    ids = _found(source, query, 5)

    terms = {"published_from": "2026-03-04T11:57:00Z", "published_before": "2026-03-04T11:59:00Z"}
    rows = api.get(MENTIONS, {"query": str(query.pk), **terms}).json()["results"]

    assert [row["id"] for row in rows] == ids[2:4]


def test_a_page_of_a_query_walks_its_index(api: APIClient, source: Source, query: Query) -> None:
    _found(source, query, 4)
    following = api.get(f"{MENTIONS}?query={query.pk}&page_size=2").json()["next"]

    (statement,) = [one for one in queries_of(api, following) if "monitoring_querymatch" in one]

    # Once joined; where it goes on, and the order, are told of the matches.
    assert statement.count("JOIN") == 1
    assert '"monitoring_querymatch"."published_at" <= ' in statement
    assert '"monitoring_querymatch"."published_at" DESC' in statement


def test_the_query_of_another_brand_is_no_choice(api: APIClient) -> None:
    response = api.get(f"{MENTIONS}?query={QueryFactory().pk}")

    assert list(codes_of(problem_of(response, 400))) == ["query"]
