"""Whatever bytes a careless or hostile client sends: never a fault of ours, and a short answer."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, Role, User
from crisisapi.common.problems import FIELDS_TOLD, MESSAGE_LENGTH
from incidents.api import urls
from tests.checks import codes_of, problem_of
from tests.factories.accounts import MemberFactory
from tests.factories.incidents import IncidentFactory, RunStepFactory
from tests.hostile import GARBAGE, HOSTILE, Target, fields_of, parameters_of, routes_of
from tests.test_permissions import Route

pytestmark = pytest.mark.django_db

API = "/api/v1/"
INCIDENTS = f"{API}incidents/"
NOUNS = {basename for _, _, basename in urls.router.registry} | {
    "goal-metric",
    "incident-playbooks",
    "incident-waiting",
    "workload",
}


@pytest.mark.parametrize("route", routes_of(NOUNS, "post", "patch"), ids=str)
def test_no_value_of_any_field_is_a_fault(
    client_of: Any, brand: Brand, manager: User, route: Route
) -> None:
    target, client = Target(route, brand), client_of(manager)
    fields = fields_of(route)

    for value in HOSTILE.values():
        target.send(client, dict.fromkeys(fields, value))


@pytest.mark.parametrize("route", routes_of(NOUNS, "get"), ids=str)
def test_no_parameter_is_a_fault(client_of: Any, brand: Brand, manager: User, route: Route) -> None:
    target, client = Target(route, brand), client_of(manager)

    for name in parameters_of(route):
        for value in GARBAGE:
            target.read(client, **{name: value})


@pytest.mark.parametrize("year", ["0001", "1899"])
def test_talk_does_not_begin_before_our_time(
    client_of: Any, brand: Brand, manager: User, year: str
) -> None:
    client, said = client_of(manager), {"started_at": f"{year}-12-31T00:00:00Z"}
    path = f"{INCIDENTS}{IncidentFactory(brand=brand).pk}/"

    made = client.post(INCIDENTS, {"title": "x", **said})
    changed = client.patch(path, said, headers={"if-match": "*"})

    for response in (made, changed):
        document = problem_of(response, 400)
        assert codes_of(document) == {"started_at": ["invalid"]}
        assert "1900" in document["errors"]["started_at"][0]["message"]


def test_a_list_too_long_is_refused_by_its_length(api: APIClient) -> None:
    response = api.post(INCIDENTS, {"title": "x", "audiences": ["x"] * 100_000})

    assert codes_of(problem_of(response, 400)) == {"audiences": ["max_length"]}


def test_an_answer_does_not_grow_with_the_request(api: APIClient) -> None:
    unknown = {f"field-{number}": 1 for number in range(FIELDS_TOLD + 1)}

    many = problem_of(api.post(INCIDENTS, {"title": "x", **unknown}), 400)
    long = problem_of(api.post(INCIDENTS, {"title": "x", "brand": "x" * 50_000}), 400)

    assert len(many["errors"]) == FIELDS_TOLD
    assert len(long["errors"]["brand"][0]["message"]) == MESSAGE_LENGTH


def test_what_would_be_right_is_said_beside_a_long_wrong_value(api: APIClient) -> None:
    document = problem_of(api.post(INCIDENTS, {"title": "x", "kind": "x" * 50_000}), 400)

    assert "product_safety" in document["errors"]["kind"][0]["message"]


@pytest.mark.parametrize("value", [[[[]]], {"id": 1}, 5, True, "x" * 5_000])
def test_a_reference_is_one_id(api: APIClient, value: Any) -> None:
    response = api.post(f"{API}facts/", {"incident": value, "statement": "x"})

    assert codes_of(problem_of(response, 400)) == {"incident": ["invalid"]}


@pytest.mark.parametrize("value", [[[[]]], {"id": 1}, 5, True, ["x"] * 50_000])
def test_a_brand_is_one_slug(api: APIClient, value: Any) -> None:
    response = api.post(INCIDENTS, {"title": "x", "brand": value})

    assert codes_of(problem_of(response, 400)) == {"brand": ["does_not_exist"]}


def test_a_brand_in_the_address_has_no_null_character(api: APIClient) -> None:
    response = api.get(f"{API}workload/", {"brand": "\x00"})

    assert codes_of(problem_of(response, 400)) == {"brand": ["does_not_exist"]}


@pytest.mark.parametrize(
    ("path", "body", "field", "code"),
    [
        ("stakeholders/", {"name": "x", "contacts": [{}] * 10_000}, "contacts", "max_length"),
        ("playbooks/", {"name": "x", "words": ["x"] * 10_000}, "words", "max_length"),
    ],
)
def test_a_long_list_is_not_looked_into(
    api: APIClient, path: str, body: dict[str, Any], field: str, code: str
) -> None:
    response = api.post(API + path, body)

    assert codes_of(problem_of(response, 400)) == {field: [code]}


def test_an_object_of_too_many_values_is_not_looked_into(client_of: Any, manager: User) -> None:
    step = RunStepFactory(run__incident__brand=manager.memberships.get().brand)
    values = {f"name-{number}": None for number in range(5_000)}

    response = client_of(manager).post(f"{API}run-steps/{step.pk}/supply/", {"values": values})

    assert codes_of(problem_of(response, 400)) == {"values": ["too_many"]}


def test_a_person_is_named_by_one_id(client_of: Any, brand: Brand) -> None:
    client = client_of(MemberFactory(brand=brand, role=Role.RESPONDER).user)

    response = client.post(INCIDENTS, {"title": "x", "lead": [[[]]]})

    assert codes_of(problem_of(response, 400)) == {"lead": ["invalid"]}
