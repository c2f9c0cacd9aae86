"""Rereadings over the API: asked for by managers, seen by everybody of the brand."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM
from incidents.services.incidents import open_incident
from monitoring.models import QueryKind, Rereading, RereadingState
from tests.checks import codes_of, problem_of, queries_of
from tests.factories.monitoring import QueryFactory, RereadingFactory

pytestmark = pytest.mark.django_db

REREADINGS = "/api/v1/rereadings/"


@pytest.fixture
def boss(client_of: Callable[[User], APIClient], manager: User) -> APIClient:
    return client_of(manager)


def test_a_manager_asks_for_a_re_analysis(boss: APIClient, brand: Brand, manager: User) -> None:
    response = boss.post(
        REREADINGS, {"since": "2026-03-01T00:00:00+02:00", "language": "he"}, format="json"
    )

    assert response.status_code == 201, response.content
    body = response.json()
    assert (body["kind"], body["state"], body["language"]) == ("reanalysis", "waiting", "he")
    assert (body["since"], body["requested_by"]) == ("2026-02-28T22:00:00Z", str(manager.pk))
    assert boss.get(response["Location"]).json() == body


def test_a_manager_has_a_query_backfilled(boss: APIClient, brand: Brand) -> None:
    query = QueryFactory(brand=brand)
    old = RereadingFactory(brand=brand, kind="backfill", query=query)

    response = boss.post(f"/api/v1/queries/{query.pk}/backfill/", {}, format="json")

    assert response.status_code == 201, response.content
    assert response.json()["query"] == str(query.pk)
    old.refresh_from_db()
    assert old.state == RereadingState.SUPERSEDED


def test_a_query_at_rest_is_not_backfilled(boss: APIClient, brand: Brand) -> None:
    query = QueryFactory(brand=brand, is_active=False)

    response = boss.post(f"/api/v1/queries/{query.pk}/backfill/", {}, format="json")

    problem_of(response, 409, "query_not_active")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"since": "2026-03-01"}, "since"),
        ({"since": "2026-03-02T00:00:00Z", "until": "2026-03-01T00:00:00Z"}, "since"),
        ({"language": "Hebrew"}, "language"),
        ({"brand": "other"}, "brand"),
    ],
)
def test_a_wrong_re_analysis_is_refused_by_name(
    boss: APIClient, brand: Brand, body: dict[str, str], field: str
) -> None:
    response = boss.post(REREADINGS, body, format="json")

    assert list(codes_of(problem_of(response, 400))) == [field]


def test_a_responder_asks_for_none(
    client_of: Callable[[User], APIClient], responder: User, brand: Brand
) -> None:
    problem_of(client_of(responder).post(REREADINGS, {}, format="json"), 403)
    assert not Rereading.objects.exists()


def test_the_list_is_filtered_by_query_and_state(boss: APIClient, brand: Brand) -> None:
    query = QueryFactory(brand=brand)
    done = RereadingFactory(brand=brand, kind="backfill", query=query, state="done")
    RereadingFactory(brand=brand, kind="backfill", query=query)
    RereadingFactory(brand=brand, state="done")

    rows = boss.get(REREADINGS, {"query": str(query.pk), "state": "done"}).json()["results"]

    assert [row["id"] for row in rows] == [str(done.pk)]


def test_a_backfill_for_a_restricted_incident_is_hidden_with_it(
    client_of: Callable[[User], APIClient], viewer: User, brand: Brand
) -> None:
    incident = open_incident(
        brand=brand, title="Secret", visibility="restricted", actor=SYSTEM, now=datetime.now(UTC)
    )
    query = QueryFactory(brand=brand, kind=QueryKind.INCIDENT, incident=incident)
    hidden = RereadingFactory(brand=brand, kind="backfill", query=query)
    shown = RereadingFactory(brand=brand)
    client = client_of(viewer)

    assert [row["id"] for row in client.get(REREADINGS).json()["results"]] == [str(shown.pk)]
    problem_of(client.get(f"{REREADINGS}{hidden.pk}/"), 404)


def test_thirty_rows_take_as_many_queries_as_one(boss: APIClient, brand: Brand) -> None:
    RereadingFactory(brand=brand)
    one = queries_of(boss, REREADINGS)
    for _ in range(30):
        RereadingFactory(brand=brand, created_at=datetime.now(UTC))

    assert len(queries_of(boss, REREADINGS)) == len(one)
