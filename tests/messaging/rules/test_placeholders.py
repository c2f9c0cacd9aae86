"""Placeholders in a body."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.rules.placeholders import BadBody, fill, is_name, names_in


def test_names_come_in_order_and_once() -> None:
    assert names_in("{b} and {a} and {b}") == ["b", "a"]


def test_hebrew_names_are_names() -> None:
    assert fill("שלום {שם}!", {"שם": "נועה"}) == "שלום נועה!"


def test_doubled_braces_are_literal() -> None:
    assert fill("{{product}} is {product}", {"product": "K2"}) == "{product} is K2"


def test_a_literal_brace_may_touch_a_placeholder() -> None:
    assert fill("{{{product}}}", {"product": "K2"}) == "{K2}"


def test_a_value_is_never_read_again() -> None:
    assert fill("{a}{b}", {"a": "{b}", "b": "{{"}) == "{b}{{"


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "}",
        "a { b",
        "a } b",
        "{}",
        "{a.__class__}",
        "{a[0]}",
        "{a!r}",
        "{a:>10}",
        "{0}",
        "{two words}",
        "{a\n}",
        "{block:}",
        "{block:A}",
        "{block:a b}",
        "{" + "a" * 41 + "}",
    ],
)
def test_what_is_no_placeholder_is_refused(body: str) -> None:
    with pytest.raises(BadBody):
        names_in(body)


@pytest.mark.parametrize("name", ["", "1a", "a b", "a-b", "a\n", None, 1, ["a"]])
def test_what_is_no_name_is_none(name: object) -> None:
    assert not is_name(name)


@given(st.text())
def test_any_text_comes_through_with_its_braces_doubled(text: str) -> None:
    body = text.replace("{", "{{").replace("}", "}}")

    assert (names_in(body), fill(body, {})) == ([], text)


@given(st.text(), st.text(), st.text())
def test_any_value_stands_between_what_was_around_it(before: str, value: str, after: str) -> None:
    def literal(text: str) -> str:
        return text.replace("{", "{{").replace("}", "}}")

    body = f"{literal(before)}{{x}}{literal(after)}"

    assert fill(body, {"x": value}) == before + value + after


@given(st.text(alphabet="{}ax "))
def test_a_body_without_tricks_is_filled_as_str_format_does(body: str) -> None:
    try:
        names = names_in(body)
    except BadBody:
        return

    values = dict.fromkeys(names, "a value")

    assert fill(body, values) == body.format(**values)
