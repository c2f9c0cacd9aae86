"""Templates: prepared, changed, filled."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import InvalidInput, StaleVersion
from crisisapi.events.models import Event
from incidents.models import Notification
from incidents.services.deadlines import due_alarms, raise_alarm
from messaging.models import Template
from messaging.services.rendering import Filling, render_template
from messaging.services.templates import (
    TemplateExists,
    add_template,
    change_template,
    review_template,
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


def filled(template: Template, **values: str) -> str:
    return render_template(template=template, filling=Filling(values)).body


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
        ({"placeholders": ["product", "product"]}, {"placeholders.1.name"}),
        ({"placeholders": ["two words"]}, {"placeholders.0.name"}),
        ({"placeholders": "product"}, {"placeholders"}),
        ({"placeholders": [["product"]]}, {"placeholders.0"}),
        ({"body": "{product} {block:nobody}"}, {"body"}),
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

    assert (changed.version, filled(changed, city="Haifa")) == (2, "In Haifa.")


def test_a_change_of_another_version_is_refused(brand: Brand, approver: User, by: By) -> None:
    with pytest.raises(StaleVersion):
        change_template(template=add(brand), title="Other", **by(approver, expected_version=7))


def test_a_filled_template_has_no_placeholders_left() -> None:
    template = TemplateFactory.build(body="{{{a}}} and {a}, {b}", placeholders=["a", "b"])

    assert filled(template, a="1", b="{a}") == "{1} and 1, {a}"


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({}, "values.product"),
        ({"product": " "}, "values.product"),
        ({"product": "K2", "city": "Haifa"}, "values.city"),
        ({"product": "x" * 5_001}, "values.product"),
    ],
)
def test_missing_unknown_and_endless_values_are_refused(values: dict[str, str], error: str) -> None:
    template = TemplateFactory.build(body="About {product}", placeholders=["product"])

    with pytest.raises(InvalidInput) as refused:
        filled(template, **values)

    assert set(refused.value.errors) == {error}


def test_many_long_values_make_no_endless_body() -> None:
    names = [f"a{n}" for n in range(5)]
    body = " ".join(f"{{{name}}}" for name in names)
    template = TemplateFactory.build(body=body, placeholders=names)

    with pytest.raises(InvalidInput) as refused:
        filled(template, **dict.fromkeys(names, "x" * 5_000))

    assert set(refused.value.errors) == {"values"}


def test_what_is_not_required_leaves_nothing_behind() -> None:
    note = {"name": "note", "required": False}
    template = TemplateFactory.build(body="First.\n\n{note}\n\nLast.", placeholders=[note])

    assert filled(template) == "First.\n\nLast."


def test_a_change_of_nothing_leaves_no_trace(brand: Brand, approver: User, by: By) -> None:
    template = add(brand)

    same = change_template(template=template, placeholders=["product"], **by(approver))

    assert (same.version, same.revision) == (1, 1)
    assert Event.objects.filter(object_id=template.pk).count() == 1


def test_only_another_wording_is_another_revision(brand: Brand, approver: User, by: By) -> None:
    template = add(brand)

    retired = change_template(template=template, is_active=False, **by(approver))
    reworded = change_template(template=template, title="We heard you", **by(approver))

    assert (retired.revision, reworded.revision) == (1, 2)
    assert list(template.revisions.order_by("number").values_list("title", flat=True)) == [
        FIELDS["title"],
        "We heard you",
    ]


def test_a_template_cannot_be_due_in_the_past(brand: Brand, approver: User, by: By) -> None:
    with pytest.raises(InvalidInput) as refused:
        review_template(template=add(brand), due_at=NOW, **by(approver))

    assert set(refused.value.errors) == {"review_by"}


def test_managers_are_told_once_that_a_template_is_due(
    brand: Brand, approver: User, manager: User, by: By
) -> None:
    due_at = NOW + timedelta(days=30)
    template = review_template(template=add(brand), due_at=due_at, **by(approver))

    for now in (due_at - timedelta(hours=23), due_at, due_at + timedelta(hours=1)):
        for thing in due_alarms(now=now, limit=9):
            raise_alarm(thing, now=now)

    told = Notification.objects.filter(object_id=template.pk).order_by("created_at")
    assert [(one.verb, one.recipient) for one in told] == [
        ("template.due_soon", manager),
        ("template.late", manager),
    ]
    assert str(FIELDS["title"]) in told[0].sentence


def test_a_review_ends_the_alarm(brand: Brand, approver: User, by: By) -> None:
    due_at = NOW + timedelta(days=30)
    template = review_template(template=add(brand), due_at=due_at, **by(approver))
    raise_alarm(template, now=due_at)

    reviewed = review_template(template=template, due_at=None, **by(approver, now=due_at))

    assert (reviewed.alarm, reviewed.alarm_at, reviewed.reviewed_at) == ("none", None, due_at)
