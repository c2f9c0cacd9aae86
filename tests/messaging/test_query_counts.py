"""Every list of the floor costs the same for one row and thirty, all relations filled in."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from messaging.api import urls
from tests.checks import queries_of
from tests.factories.incidents import IncidentFactory
from tests.hostile import routes_of
from tests.messaging.rows import ROWS, Make, said

pytestmark = pytest.mark.django_db

API = "/api/v1/"
NOUNS = {basename for _, _, basename in urls.router.registry} | {
    str(getattr(pattern, "name", "")) for pattern in urls.urlpatterns
}
# Lists that are cut in no pages.
WHOLE: dict[str, Make] = {
    "key-messages/coverage/": said,
    "language-rules/": ROWS["language-packs"],
    "questions/unanswered/": ROWS["questions"],
}
LISTS = {f"{noun}/": make for noun, make in ROWS.items()} | WHOLE


def test_every_list_of_the_floor_is_counted_here() -> None:
    lists = {route.path for route in routes_of(NOUNS, "get") if not route.has_object}

    assert {path.removeprefix(API) for path in lists} == set(LISTS)


@pytest.mark.parametrize("path", LISTS)
def test_a_list_costs_the_same_for_one_and_thirty(
    client_of: Any, brand: Brand, manager: User, path: str
) -> None:
    client, incident = client_of(manager), IncidentFactory(brand=brand)
    LISTS[path](incident, manager)
    few = _cost(client, path, incident.pk)

    for _ in range(29):
        LISTS[path](incident, manager)

    assert _cost(client, path, incident.pk) == few
    if path not in WHOLE:
        assert len(client.get(f"{API}{path}?page_size=200").json()["results"]) >= 30


def _cost(client: APIClient, path: str, incident_id: Any) -> int:
    query = {
        "key-messages/coverage/": f"incident={incident_id}",
        "language-rules/": "brand=rimon",
        "questions/unanswered/": "",
    }.get(path, "page_size=200")
    return len(queries_of(client, f"{API}{path}?{query}"))
