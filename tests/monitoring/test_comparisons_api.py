"""Metrics beside each other: two stretches of time, several queries."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM
from incidents.models import Incident
from incidents.services.incidents import open_incident
from monitoring.models import Query, QueryKind, Source
from monitoring.services.analysis import analyse_batch
from monitoring.services.deliveries import receive_delivery
from monitoring.services.rollups import fold_buckets
from monitoring.services.sketches import fold_sketches
from tests.checks import codes_of, problem_of, queries_of
from tests.factories.incidents import IncidentFactory
from tests.factories.monitoring import QueryFactory
from tests.monitoring.pushing import body_of, mention

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
COMPARE = "/api/v1/metrics/compare/"
VOICES = "/api/v1/metrics/share-of-voice/"


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def _said(source: Source, first: int, count: int, hours_ago: float, **fields: Any) -> None:
    at = (NOW - timedelta(hours=hours_ago)).isoformat()
    sent = [
        mention(number, published_at=at, author={"handle": f"person{number % 3}"}, **fields)
        for number in range(first, first + count)
    ]
    receive_delivery(source=source, external_id=f"msg_{first}", body=body_of(*sent), now=NOW)


def _settle() -> None:
    while analyse_batch(now=NOW) or fold_buckets() or fold_sketches():
        pass


def test_a_day_is_compared_with_the_day_before(api: APIClient, source: Source) -> None:
    _said(source, 0, 30, 2, text="terrible kettle", likes=2)
    _said(source, 100, 10, 26, text="great kettle", likes=1)
    _settle()

    body = api.get(COMPARE).json()

    assert (body["period"]["since"], body["against"]["until"]) == (
        "2026-03-03T12:00:00Z",
        "2026-03-03T12:00:00Z",
    )
    assert body["period"]["totals"]["mentions"] == 30
    assert body["period"]["totals"]["unique_authors"] == {"count": 3, "low": 3, "high": 3}
    assert body["period"]["mentions_per_hour"]["value"] == pytest.approx(30 / 24, rel=0.01)
    change = body["change"]
    assert change["mentions"]["value"] == pytest.approx(3, rel=0.01)
    assert change["mentions"]["low"] < 3 < change["mentions"]["high"]
    assert change["negative_share"]["value"] == 1
    assert change["engagement"] == pytest.approx(6, rel=0.01)


def test_nothing_before_is_no_ratio(api: APIClient, source: Source) -> None:
    _said(source, 0, 3, 2)

    change = api.get(COMPARE).json()["change"]

    assert set(change.values()) == {None}


def test_any_two_stretches_are_compared(api: APIClient, source: Source) -> None:
    _said(source, 0, 3, 2, platform="news")
    _said(source, 100, 4, 200, platform="news")
    _said(source, 200, 5, 200, platform="x")

    terms = {
        "since": "2026-03-04T09:00:00Z",
        "until": "2026-03-04T12:00:00Z",
        "against_since": "2026-02-24T00:00:00Z",
        "against_until": "2026-02-25T00:00:00Z",
        "platform": "news",
    }
    body = api.get(COMPARE, terms).json()

    assert body["period"]["totals"]["mentions"] == 3
    assert body["against"]["totals"]["mentions"] == 4
    assert body["period"]["totals"]["unique_authors"] is None
    assert body["change"]["mentions"]["value"] == pytest.approx(3 / 3 / (4 / 24))


def test_queries_share_what_they_found(api: APIClient, brand: Brand, source: Source) -> None:
    ours = QueryFactory(brand=brand, name="Rimon", kind=QueryKind.BRAND, expression="rimon")
    theirs = QueryFactory(brand=brand, name="Tapuz", kind="competitor", expression="tapuz")
    _said(source, 0, 6, 2, text="rimon")
    _said(source, 100, 2, 2, text="tapuz")
    _said(source, 200, 1, 2, text="rimon or tapuz")
    _settle()

    body = api.get(VOICES, {"queries": f"{ours.pk},{theirs.pk}"}).json()

    assert body["mentions"] == 10
    assert [(one["name"], one["counts"]["mentions"]) for one in body["queries"]] == [
        ("Rimon", 7),
        ("Tapuz", 3),
    ]
    assert body["queries"][0]["share"]["value"] == 0.7
    assert body["queries"][1]["counts"]["unique_authors"]["count"] == 2


def test_the_metrics_of_a_query_are_of_what_it_found(
    api: APIClient, brand: Brand, source: Source
) -> None:
    query = QueryFactory(brand=brand, expression="tapuz")
    _said(source, 0, 6, 2, text="rimon")
    _said(source, 100, 2, 2, text="tapuz", language="nl")
    _settle()

    body = api.get("/api/v1/metrics/", {"query": str(query.pk)}).json()

    assert (body["query"], body["totals"]["mentions"]) == (str(query.pk), 2)
    assert [part["language"] for part in body["languages"]] == ["nl"]
    assert body["totals"]["unique_authors"]["count"] == 2


def test_an_incident_with_a_query_counts_what_that_found(
    api: APIClient, brand: Brand, source: Source
) -> None:
    incident: Incident = IncidentFactory(brand=brand, started_at=NOW - timedelta(hours=5))
    query: Query = QueryFactory(
        brand=brand, kind=QueryKind.INCIDENT, incident=incident, expression="handle"
    )
    _said(source, 0, 4, 2)
    _said(source, 100, 2, 2, text="something else")
    _settle()

    body = api.get(f"/api/v1/incidents/{incident.pk}/metrics/").json()

    assert (body["query"], body["totals"]["mentions"]) == (str(query.pk), 4)


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        (COMPARE, "since=2026-03-05T00:00:00Z", "since"),
        (COMPARE, "against_since=2026-03-05T00:00:00Z", "against_since"),
        (COMPARE, "against_until=0001-01-01T00:00:00Z", "against_until"),
        (COMPARE, "language=Hebrew", "language"),
        (COMPARE, "query=1", "query"),
        (VOICES, "", "queries"),
        (VOICES, "queries=a,b", "queries"),
        (VOICES, "queries=00000000-0000-0000-0000-000000000000", "queries"),
        (VOICES, "queries=" + ",".join("x" * n for n in range(1, 23)), "queries"),
    ],
)
def test_a_wrong_question_is_refused_by_name(
    api: APIClient, path: str, query: str, field: str
) -> None:
    assert list(codes_of(problem_of(api.get(f"{path}?{query}"), 400))) == [field]


def test_a_query_of_another_brand_is_not_there(api: APIClient, brand: Brand) -> None:
    strange = QueryFactory()

    for path in (f"{COMPARE}?query={strange.pk}", f"{VOICES}?queries={strange.pk}"):
        problem_of(api.get(path), 400)


def test_a_query_that_only_another_circle_sees_cannot_be_compared(
    brand: Brand, client_of: Callable[[User], APIClient], viewer: User
) -> None:
    incident = open_incident(
        brand=brand, title="Secret", visibility="restricted", actor=SYSTEM, now=datetime.now(UTC)
    )
    query = QueryFactory(brand=brand, kind=QueryKind.INCIDENT, incident=incident)

    response = client_of(viewer).get(f"{VOICES}?queries={query.pk}")

    problem_of(response, 400)


def test_comparing_reads_no_mentions(api: APIClient, brand: Brand, source: Source) -> None:
    _said(source, 0, 5, 2)

    statements = queries_of(api, COMPARE)

    assert not any("monitoring_mention" in statement for statement in statements)
