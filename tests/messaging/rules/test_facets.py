"""Facets: what is a link, a tag or a mention, at which bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.rules.facets import facets_of
from tests.work import growth


def _parts(text: str) -> list[tuple[str, str]]:
    raw = text.encode()
    return [(one.kind, raw[one.start : one.end].decode()) for one in facets_of(text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("read https://a.example/k2.", [("link", "https://a.example/k2")]),
        ("(https://a.example/k_(2))", [("link", "https://a.example/k_(2)")]),
        ("קראו www.a.example, עכשיו", [("link", "www.a.example")]),
        ("\u2068https://a.example/x\u2069.", [("link", "https://a.example/x")]),
        ("👩‍👩‍👧 #קומקום! #K2_4", [("tag", "#קומקום"), ("tag", "#K2_4")]),
        ("#123 #! # no#tag", []),
        ("@rimon.example, @two", [("mention", "@rimon.example")]),
        ("mail a@b.example", []),
        ("https://a.example/#top", [("link", "https://a.example/#top")]),
        ("http:// https://", []),
    ],
)
def test_parts_are_found_at_their_bytes(text: str, parts: list[tuple[str, str]]) -> None:
    assert _parts(text) == parts


def test_an_address_without_a_scheme_is_given_one() -> None:
    assert facets_of("www.a.example/x")[0].value == "https://www.a.example/x"


def test_a_tag_of_more_than_64_graphemes_is_text() -> None:
    assert _parts("#" + "א" * 64) == [("tag", "#" + "א" * 64)]
    assert _parts("#" + "א" * 65) == []


@given(st.text(alphabet="#@.:/()אa1 \u2066\u2069👩\u200d", max_size=60))
def test_spans_are_whole_characters_in_order_and_apart(text: str) -> None:
    end = 0
    for facet in facets_of(text):
        assert end <= facet.start < facet.end <= len(text.encode())
        text.encode()[facet.start : facet.end].decode()
        end = facet.end


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("https://a/" + ")" * 100_000, 1),
        ("#1" * 50_000, 0),
        ("@a." * 33_000, 0),
        ("#" * 100_000, 0),
        (" #a" * 33_000, 33_000),
    ],
)
def test_hostile_texts_are_read_in_linear_time(text: str, count: int) -> None:
    assert growth(facets_of, text[:4_000]) < 5
    assert len(facets_of(text)) == count
