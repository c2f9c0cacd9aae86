"""Blocks: prepared and changed."""

from collections.abc import Callable
from typing import Any

import pytest

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import InvalidInput, StaleVersion
from crisisapi.events.models import Event
from messaging.models import Block
from messaging.services.blocks import BlockExists, add_block, change_block
from tests.messaging.conftest import NOW

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]


def add(brand: Brand, name: str = "ask", body: str = "Call us.", **fields: Any) -> Block:
    said = {"name": name, "title": "Where to ask", "language": "en", "body": body, **fields}
    return add_block(brand=brand, **said, actor=SYSTEM, now=NOW)


def test_a_block_is_added(brand: Brand) -> None:
    block = add(brand, body="Call {phone}.", placeholders=["phone"])

    event = Event.objects.get(object_id=block.pk)
    assert (event.verb, event.data["body"]) == ("block.added", "Call {phone}.")
    assert block.placeholders[0]["type"] == "text"


def test_a_name_stands_once_in_a_language(brand: Brand) -> None:
    add(brand)
    add(brand, language="he")

    with pytest.raises(BlockExists):
        add(brand)


def test_a_block_may_bring_in_another(brand: Brand) -> None:
    add(brand)

    assert add(brand, "closing", "Thank you. {block:ask}").version == 1


def test_a_block_never_contains_itself(brand: Brand, approver: User, by: By) -> None:
    ask = add(brand)
    add(brand, "closing", "Thank you. {block:ask}")

    with pytest.raises(InvalidInput) as refused:
        change_block(block=ask, body="{block:closing}", **by(approver))

    assert set(refused.value.errors) == {"body"}


@pytest.mark.parametrize("body", ["{block:ask}", "{block:nobody}", "{block:*}", "{phone}", "{"])
def test_a_body_that_cannot_be_filled_is_refused(brand: Brand, body: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        add(brand, body=body)

    assert set(refused.value.errors) == {"body"}


def test_a_change_of_nothing_leaves_no_trace(brand: Brand, approver: User, by: By) -> None:
    block = change_block(block=add(brand), body="Call us.", **by(approver))

    assert block.version == 1
    assert Event.objects.count() == 1


def test_a_change_of_another_version_is_refused(brand: Brand, approver: User, by: By) -> None:
    with pytest.raises(StaleVersion):
        change_block(block=add(brand), body="Write to us.", **by(approver, expected_version=7))
