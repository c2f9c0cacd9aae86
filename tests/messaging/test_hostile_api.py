"""Whatever a careless or hostile client sends to this floor: refused in words, never a fault."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from messaging.api import urls
from tests.checks import codes_of, problem_of
from tests.factories.messaging import VariantFactory
from tests.hostile import GARBAGE, HOSTILE, Target, fields_of, parameters_of, routes_of
from tests.test_permissions import Route

pytestmark = pytest.mark.django_db

NOUNS = {basename for _, _, basename in urls.router.registry} | {
    str(getattr(pattern, "name", "")) for pattern in urls.urlpatterns
}


@pytest.mark.parametrize("route", routes_of(NOUNS, "post", "patch", "delete"), ids=str)
def test_no_value_of_any_field_is_a_fault(
    client_of: Any, brand: Brand, manager: User, route: Route
) -> None:
    target, client = Target(route, brand), client_of(manager)
    fields = fields_of(route)

    for value in HOSTILE.values():
        target.send(client, dict.fromkeys(fields, value))
    target.send(client, [dict.fromkeys(fields)])


def test_what_a_part_needs_is_asked_for_in_a_change_too(
    client_of: Any, brand: Brand, manager: User
) -> None:
    variant = VariantFactory(message__incident__brand=brand)
    path = f"/api/v1/variants/{variant.pk}/"

    answer = client_of(manager).patch(path, {"media": [{}]}, headers={"if-match": "*"})

    assert codes_of(problem_of(answer, 400)) == {"media.0.asset": ["required"]}


def test_an_answer_does_not_grow_with_names_or_marks(client_of: Any, manager: User) -> None:
    client, pack = client_of(manager), {"language": "he", "name": "x"}
    names = {"x" * 50_000: 1, "severities": {"y" * 50_000: "hint"}}

    by_name = client.post("/api/v1/language-packs/", {**pack, **names})
    by_marks = client.post("/api/v1/language-packs/", {**pack, "brand": "e" + "\u0301" * 50_000})

    for answer in (by_name, by_marks):
        problem_of(answer, 400, "invalid")
        assert len(answer.content) < 10_000


@pytest.mark.parametrize("route", routes_of(NOUNS, "get"), ids=str)
def test_no_parameter_is_a_fault(client_of: Any, brand: Brand, manager: User, route: Route) -> None:
    target = Target(route, brand)
    client = APIClient() if route.is_open else client_of(manager)

    for name in parameters_of(route):
        for value in GARBAGE:
            target.read(client, **{name: value})
