"""Blocks in bodies."""

import pytest

from messaging.rules.blocks import BadBlock, blocks_used, expanded
from messaging.rules.placeholders import filled, names_of


def test_a_block_stands_where_it_is_named() -> None:
    parts = expanded("{a}. {block:ask}!", {"ask": "Call {phone}"})

    assert names_of(parts) == ["a", "phone"]
    assert filled(parts, {"a": "1", "phone": "2"}) == "1. Call 2!"


def test_chosen_blocks_follow_the_body_in_their_order() -> None:
    parts = expanded("First.", {"one": "1", "two": "2"}, ["two", "one"])

    assert filled(parts, {}) == "First.\n\n2\n\n1"


def test_chosen_blocks_stand_where_the_body_has_room_for_them() -> None:
    parts = expanded("First. {block:*} Last.", {"one": "1"}, ["one"])

    assert filled(parts, {}) == "First. 1 Last."


def test_room_for_chosen_blocks_stays_empty_without_any() -> None:
    assert filled(expanded("First.{block:*}", {}), {}) == "First."


def test_braces_of_a_block_are_literal_once() -> None:
    assert filled(expanded("{block:a}", {"a": "{{b}} {c}"}), {"c": "{d}"}) == "{b} {d}"


@pytest.mark.parametrize(
    ("bodies", "code", "name"),
    [
        ({}, "unknown", "a"),
        ({"a": "{block:a}"}, "circular", "a"),
        ({"a": "{block:b}", "b": "{block:a}"}, "circular", "a"),
        (
            {"a": "{block:b}", "b": "{block:c}", "c": "{block:d}", "d": "deep"},
            "too_deep",
            "d",
        ),
    ],
)
def test_a_block_that_cannot_stand_there_is_refused(
    bodies: dict[str, str], code: str, name: str
) -> None:
    with pytest.raises(BadBlock) as refused:
        expanded("{block:a}", bodies)

    assert (refused.value.code, refused.value.name) == (code, name)


def test_blocks_in_blocks_are_used_too() -> None:
    bodies = {"a": "{block:b}", "b": "x", "c": "y", "d": "z"}

    assert blocks_used("{block:a}{block:*}", bodies, ["c"]) == ["a", "c", "b"]
