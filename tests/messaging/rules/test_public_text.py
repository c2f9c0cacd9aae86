"""Plain text as the public reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.rules.public_text import Segment, paragraphs_of


def _addresses(text: str) -> list[str]:
    return [
        one.address
        for paragraph in paragraphs_of(text)
        for line in paragraph
        for one in line
        if one.address
    ]


def test_blank_lines_part_paragraphs_and_single_breaks_lines() -> None:
    found = paragraphs_of("One\r\ntwo\n \n\nThree\n")

    assert [[line[0].text for line in paragraph] for paragraph in found] == [
        ["One", "two"],
        ["Three"],
    ]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("See https://rimon.example/k2.", "https://rimon.example/k2"),
        ("(https://rimon.example/k2)", "https://rimon.example/k2"),
        ("https://en.wikipedia.org/wiki/Kettle_(disambiguation)!", None),
        ("פרטים: https://rimon.example/k2?a=1&b=2, ותודה", "https://rimon.example/k2?a=1&b=2"),
        ("\u2066https://rimon.example/k2\u2069", "https://rimon.example/k2"),
    ],
)
def test_an_address_ends_where_the_sentence_goes_on(text: str, address: str | None) -> None:
    wanted = address or "https://en.wikipedia.org/wiki/Kettle_(disambiguation)"

    assert _addresses(text) == [wanted]


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "ftp://rimon.example",
        "data:text/html,x",
        "mailto:a@b.example",
        "www.",
    ],
)
def test_nothing_but_the_web_becomes_a_link(text: str) -> None:
    assert _addresses(text) == []


def test_markup_stays_text() -> None:
    [[line]] = paragraphs_of('<a href="https://x.example">x</a>')

    assert line[1] == Segment("https://x.example", "https://x.example")
    assert line[0].text == '<a href="'


@given(st.text(max_size=300))
def test_no_character_but_white_space_is_lost(text: str) -> None:
    shown = "".join(
        one.text for paragraph in paragraphs_of(text) for line in paragraph for one in line
    )

    assert "".join(shown.split()) == "".join(text.split())
