"""Templates, as people and integrators meet them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from incidents.models import Incident
from messaging.models import Message, Template
from tests.factories.incidents import FactFactory
from tests.factories.messaging import BlockFactory, TemplateFactory
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

PRODUCT = {
    "name": "product",
    "type": "text",
    "label": {},
    "required": True,
    "example": "",
    "choices": [],
    "max_length": None,
}


@pytest.fixture
def template(brand: Brand) -> Template:
    return TemplateFactory(brand=brand)


def test_an_approver_prepares_a_template(client_of: ClientOf, approver: User) -> None:
    response = post(client_of(approver), "templates/", **FIELDS)

    answer = response.json()
    assert response.status_code == 201
    assert {name: answer[name] for name in FIELDS} == FIELDS | {"placeholders": [PRODUCT]}
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


def test_a_template_is_filled_without_a_message(
    client_of: ClientOf, viewer: User, brand: Brand
) -> None:
    BlockFactory(brand=brand, name="ask", language="he", body="לשאלות: {phone}")
    template = TemplateFactory(
        brand=brand,
        language="he",
        body="נעדכן עד {by}.",
        placeholders=[{"name": "by", "type": "datetime", "example": "2026-05-03T11:00:00Z"}],
    )

    response = post(
        client_of(viewer),
        f"templates/{template.pk}/render/",
        blocks=["ask"],
        values={"phone": 1800},
        use_examples=True,
    )

    answer = response.json()
    assert response.status_code == 200, answer
    assert answer["body"] == "נעדכן עד 3 במאי 2026, 14:00.\n\nלשאלות: 1800"
    assert answer["blocks"] == [{"name": "ask", "version": 1}]
    assert [one["name"] for one in answer["placeholders"]] == ["by", "phone"]
    assert Message.objects.count() == 0


def test_one_call_makes_drafts_in_two_languages(
    api: APIClient, brand: Brand, incident: Incident
) -> None:
    english = TemplateFactory(brand=brand, name="holding")
    TemplateFactory(brand=brand, name="holding", language="he", body="שמענו על {product}.")

    response = post(
        api,
        f"templates/{english.pk}/drafts/",
        incident=incident.pk,
        values={"product": "Rimon K2"},
        values_by_language={"he": {"product": "רימון K2"}},
    )

    messages = response.json()["messages"]
    assert response.status_code == 201
    assert {one["language"]: one["body"] for one in messages} == {
        "en": "We heard about Rimon K2 and look into it.",
        "he": "שמענו על רימון K2.",
    }
    assert {one["status"] for one in messages} == {"draft"}


def test_a_language_nobody_wrote_in_makes_no_draft_at_all(
    api: APIClient, template: Template, incident: Incident
) -> None:
    response = post(
        api,
        f"templates/{template.pk}/drafts/",
        incident=incident.pk,
        languages=["en", "ar"],
        values={"product": "K2"},
    )

    assert (response.status_code, set(response.json()["errors"])) == (400, {"languages.ar"})
    assert Message.objects.count() == 0


def test_an_approver_says_that_a_template_still_holds(
    client_of: ClientOf, approver: User, template: Template
) -> None:
    Template.objects.update(due_at=timezone.now() - timedelta(days=1))
    client = client_of(approver)
    expired = client.get("/api/v1/templates/?expired=true").json()["results"]

    until = timezone.now() + timedelta(days=180)
    response = post(client, f"templates/{template.pk}/review/", review_by=until.isoformat())

    answer = response.json()
    assert [row["is_expired"] for row in expired] == [True]
    assert (response.status_code, answer["is_expired"]) == (200, False)
    assert answer["reviewed_by"] == str(approver.pk)
    assert client.get("/api/v1/templates/?expired=true").json()["results"] == []
    assert len(client.get("/api/v1/templates/?expired=false").json()["results"]) == 1


def test_every_wording_of_a_template_is_kept(
    client_of: ClientOf, approver: User, brand: Brand
) -> None:
    client = client_of(approver)
    pk = post(client, "templates/", **FIELDS).json()["id"]
    patch(client, f"templates/{pk}/", body="קראנו על {product}.", reason="Shorter")

    rows = client.get(f"/api/v1/templates/{pk}/revisions/").json()["results"]

    assert [(row["number"], row["body"], row["reason"]) for row in rows] == [
        (2, "קראנו על {product}.", "Shorter"),
        (1, "שמענו על {product}.", ""),
    ]
