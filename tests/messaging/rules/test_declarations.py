"""What a template says of its placeholders."""

from typing import Any

import pytest

from messaging.rules.declarations import declared, flaws_of


def test_a_bare_name_stands_for_a_text() -> None:
    (one,) = declared(["product"])

    assert (one["name"], one["type"], one["required"]) == ("product", "text", True)
    assert flaws_of([one]) == []


@pytest.mark.parametrize(
    ("said", "flaw"),
    [
        ("product", ("", "not_a_list")),
        ([3], ("0", "not_an_object")),
        ([["product"]], ("0", "not_an_object")),
        (["two words"], ("0.name", "not_a_name")),
        ([{"type": "text"}], ("0.name", "not_a_name")),
        (["a", "a"], ("1.name", "twice")),
        ([{"name": "a", "type": "colour"}], ("0.type", "not_a_type")),
        ([{"name": "a", "type": ["text"]}], ("0.type", "not_a_type")),
        ([{"name": "a", "label": {"hebrew": "x"}}], ("0.label", "not_a_label")),
        ([{"name": "a", "required": "yes"}], ("0.required", "not_a_bool")),
        ([{"name": "a", "example": 3}], ("0.example", "not_a_text")),
        ([{"name": "a", "type": "choice"}], ("0.choices", "not_choices")),
        ([{"name": "a", "choices": ["x"]}], ("0.choices", "not_choices")),
        ([{"name": "a", "type": "choice", "choices": ["x", "x"]}], ("0.choices", "not_choices")),
        ([{"name": "a", "max_length": True}], ("0.max_length", "not_a_length")),
        ([{"name": "a", "max_length": 0}], ("0.max_length", "not_a_length")),
        ([{"name": "a", "colour": "red"}], ("0.colour", "unknown_field")),
        (["a"] * 51, ("", "too_many")),
    ],
)
def test_a_flaw_has_its_place_and_its_word(said: Any, flaw: tuple[str, str]) -> None:
    assert flaws_of(declared(said)) == [flaw]
