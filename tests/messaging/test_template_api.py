"""Templates, as people and integrators meet them."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from incidents.models import Incident
from messaging.models import Message, Template
from tests.factories.incidents import FactFactory
from tests.factories.messaging import TemplateFactory
from tests.messaging.conftest import patch, post

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], APIClient]
FIELDS = {
    "name": "holding",
    "title": "We are looking into it",
    "purpose": "holding",
    "kind": "product_safety",
    "language": "he",
    "body": "שמענו על {product}.",
    "placeholders": ["product"],
}


@pytest.fixture
def template(brand: Brand) -> Template:
    return TemplateFactory(brand=brand)


def test_an_approver_prepares_a_template(client_of: ClientOf, approver: User) -> None:
    response = post(client_of(approver), "templates/", **FIELDS)

    answer = response.json()
    assert response.status_code == 201
    assert {name: answer[name] for name in FIELDS} == FIELDS
    assert (answer["brand"], answer["is_active"]) == ("rimon", True)


def test_responders_and_keys_do_not_prepare_templates(
    api: APIClient, key_client: Callable[..., APIClient], template: Template
) -> None:
    for client in (api, key_client("messages:read", "messages:write")):
        assert post(client, "templates/", **FIELDS).status_code == 403
        assert patch(client, f"templates/{template.pk}/", title="Other").status_code == 403


def test_a_name_taken_is_a_conflict(client_of: ClientOf, approver: User) -> None:
    client = client_of(approver)
    post(client, "templates/", **FIELDS)

    response = post(client, "templates/", **FIELDS)

    assert (response.status_code, response.json()["code"]) == (409, "template_exists")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Holding Statement"),
        ("name", "-holding"),
        ("kind", "weather"),
        ("language", "hebrew"),
        ("body", "{product"),
        ("body", ""),
        ("placeholders", "product"),
        ("placeholders", [["product"]]),
        ("placeholders", ["product", "product"]),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(
    client_of: ClientOf, approver: User, field: str, value: Any
) -> None:
    response = post(client_of(approver), "templates/", **FIELDS | {field: value})

    errors = {name.partition(".")[0] for name in response.json()["errors"]}
    assert (response.status_code, errors) == (400, {field})


def test_an_approver_changes_a_template(
    client_of: ClientOf, approver: User, template: Template
) -> None:
    response = patch(client_of(approver), f"templates/{template.pk}/", is_active=False)

    assert (response.status_code, response.json()["is_active"]) == (200, False)


def test_one_call_makes_a_draft(
    api: APIClient, template: Template, incident: Incident, responder: User
) -> None:
    fact = FactFactory(incident=incident)

    response = post(
        api,
        f"templates/{template.pk}/draft/",
        incident=incident.pk,
        values={"product": "K2-114"},
        title="About the kettle",
        facts=[fact.pk],
    )

    answer = response.json()
    assert (response.status_code, answer["status"]) == (201, "draft")
    assert (answer["title"], answer["template"]) == ("About the kettle", str(template.pk))
    assert "K2-114" in answer["body"]
    assert Message.objects.get(pk=answer["id"]).author == responder


def test_a_draft_with_wrong_values_names_them(
    api: APIClient, template: Template, incident: Incident
) -> None:
    response = post(
        api, f"templates/{template.pk}/draft/", incident=incident.pk, values={"city": "Haifa"}
    )

    assert response.status_code == 400
    assert set(response.json()["errors"]) == {"values.product", "values.city"}


def test_a_viewer_makes_no_draft(
    client_of: ClientOf, viewer: User, template: Template, incident: Incident
) -> None:
    response = post(
        client_of(viewer),
        f"templates/{template.pk}/draft/",
        incident=incident.pk,
        values={"product": "K2-114"},
    )

    assert response.status_code == 403


def test_a_stranger_finds_nothing(client_of: ClientOf, stranger: User, template: Template) -> None:
    client = client_of(stranger)

    assert client.get(f"/api/v1/templates/{template.pk}/").status_code == 404
    assert patch(client, f"templates/{template.pk}/", title="Other").status_code == 404
    assert post(client, f"templates/{template.pk}/draft/").status_code == 404
    assert client.get("/api/v1/templates/").json()["results"] == []


def test_a_list_of_templates_costs_the_same_for_one_and_for_thirty(
    api: APIClient, brand: Brand, django_assert_num_queries: Any
) -> None:
    TemplateFactory(brand=brand)
    # Session, user, roles, the page.
    with django_assert_num_queries(4):
        api.get("/api/v1/templates/?language=en&is_active=true")
    TemplateFactory.create_batch(29, brand=brand)
    with django_assert_num_queries(4):
        rows = api.get("/api/v1/templates/?language=en&is_active=true").json()["results"]

    assert len(rows) == 30
