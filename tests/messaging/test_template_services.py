"""Templates: prepared, changed, filled."""

from collections.abc import Callable
from typing import Any

import pytest

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import InvalidInput, StaleVersion
from crisisapi.events.models import Event
from messaging.models import Template
from messaging.services.templates import (
    TemplateExists,
    add_template,
    change_template,
    render_template,
)
from tests.factories.messaging import TemplateFactory
from tests.messaging.conftest import NOW

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]
FIELDS = {
    "name": "holding",
    "title": "We are looking into it",
    "purpose": "holding",
    "language": "en",
    "body": "We heard about {product}.",
    "placeholders": ["product"],
}


def add(brand: Brand, **fields: Any) -> Template:
    return add_template(brand=brand, **FIELDS | fields, actor=SYSTEM, now=NOW)


def test_a_template_is_added(brand: Brand) -> None:
    template = add(brand)

    event = Event.objects.get(object_id=template.pk)
    assert (event.verb, event.brand) == ("template.added", brand)
    assert template.is_active


def test_one_name_may_stand_for_each_language(brand: Brand) -> None:
    english = add(brand)
    hebrew = add(brand, language="he")

    assert english.name == hebrew.name


def test_a_name_stands_once_in_a_language(brand: Brand) -> None:
    add(brand)

    with pytest.raises(TemplateExists):
        add(brand)


def test_a_name_cannot_be_changed_to_one_that_stands(brand: Brand, approver: User, by: By) -> None:
    add(brand)
    other = add(brand, name="other")

    with pytest.raises(TemplateExists):
        change_template(template=other, name="holding", **by(approver))


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"body": "No placeholder."}, {"placeholders"}),
        ({"placeholders": []}, {"body"}),
        ({"body": "{city}"}, {"placeholders", "body"}),
        ({"body": "{product.__class__}"}, {"body"}),
        ({"body": "{product"}, {"body"}),
        ({"placeholders": ["product", "product"]}, {"placeholders"}),
        ({"placeholders": ["two words"]}, {"placeholders"}),
        ({"placeholders": "product"}, {"placeholders"}),
        ({"placeholders": [["product"]]}, {"placeholders"}),
    ],
)
def test_placeholders_and_body_must_agree(
    brand: Brand, fields: dict[str, Any], errors: set[str]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        add(brand, **fields)

    assert set(refused.value.errors) == errors


def test_a_changed_body_must_keep_the_placeholders(brand: Brand, approver: User, by: By) -> None:
    template = add(brand)

    with pytest.raises(InvalidInput) as refused:
        change_template(template=template, body="Nothing to fill.", **by(approver))

    assert set(refused.value.errors) == {"placeholders"}


def test_body_and_placeholders_change_together(brand: Brand, approver: User, by: By) -> None:
    template = add(brand)

    changed = change_template(
        template=template, body="In {city}.", placeholders=["city"], **by(approver)
    )

    assert (changed.version, render_template(template=changed, values={"city": "Haifa"})) == (
        2,
        "In Haifa.",
    )


def test_a_change_of_another_version_is_refused(brand: Brand, approver: User, by: By) -> None:
    with pytest.raises(StaleVersion):
        change_template(template=add(brand), title="Other", **by(approver, expected_version=7))


def test_a_filled_template_has_no_placeholders_left() -> None:
    template = TemplateFactory.build(body="{{{a}}} and {a}, {b}", placeholders=["a", "b"])

    assert render_template(template=template, values={"a": "1", "b": "{a}"}) == "{1} and 1, {a}"


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({}, "values.product"),
        ({"product": " "}, "values.product"),
        ({"product": "K2", "city": "Haifa"}, "values.city"),
        ({"product": "x" * 20_001}, "values"),
    ],
)
def test_missing_unknown_and_endless_values_are_refused(values: dict[str, str], error: str) -> None:
    template = TemplateFactory.build(body="About {product}", placeholders=["product"])

    with pytest.raises(InvalidInput) as refused:
        render_template(template=template, values=values)

    assert set(refused.value.errors) == {error}
