"""Values of placeholders, written in the language of the template."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.rules.declarations import TYPES, declared
from messaging.rules.values import BadValue, written

JERUSALEM = ZoneInfo("Asia/Jerusalem")
NBSP = "\N{NO-BREAK SPACE}"


def _written(kind: str, value: str, language: str = "he", **limits: object) -> str:
    (one,) = declared([{"name": "x", "type": kind, **limits}])
    return written(value, one, language=language, zone=JERUSALEM)


@pytest.mark.parametrize(
    ("kind", "value", "hebrew", "english"),
    [
        ("date", "2026-05-03", "3 במאי 2026", "3 May 2026"),
        ("time", "14:00", "14:00", "14:00"),
        ("datetime", "2026-05-03T11:00:00Z", "3 במאי 2026, 14:00", "3 May 2026, 14:00"),
        (
            "datetime",
            "2026-01-31T23:30:00+00:00",
            "1 בפברואר 2026, 01:30",
            "1 February 2026, 01:30",
        ),
        ("number", "1250", "1,250", "1,250"),
        ("number", "1250.50", "1,250.50", "1,250.50"),
        ("money", "1200", f"1,200{NBSP}₪", "₪1,200"),
        ("money", "19.90 USD", f"19.90{NBSP}$", "$19.90"),
        ("url", "https://example.org/k2", "https://example.org/k2", "https://example.org/k2"),
        ("email", "help@example.org", "help@example.org", "help@example.org"),
        ("text", " שלום ", "שלום", "\u2068שלום\u2069"),
        ("text", "K2-114", "\u2068K2-114\u2069", "K2-114"),
        ("phone", "03-123-4567", "\u206603-123-4567\u2069", "03-123-4567"),
        ("phone", "1800", "1800", "1800"),
    ],
)
def test_each_type_is_written_as_the_language_does(
    kind: str, value: str, hebrew: str, english: str
) -> None:
    assert (_written(kind, value), _written(kind, value, "en")) == (hebrew, english)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("date", "3.5.2026"),
        ("date", "2026-02-30"),
        ("time", "25:00"),
        ("time", "2 pm"),
        ("datetime", "2026-05-03T11:00:00"),
        ("datetime", "tomorrow"),
        ("number", "many"),
        ("number", "٣"),
        ("number", "1e9"),
        ("money", "120 XYZ"),
        ("money", "12.345"),
        ("url", "example.org"),
        ("url", "javascript:alert(1)"),
        ("url", "https://"),
        ("url", "http://[::1"),
        ("phone", "call us"),
        ("email", "help@"),
    ],
)
def test_what_is_no_value_of_the_type_is_refused(kind: str, value: str) -> None:
    with pytest.raises(BadValue) as refused:
        _written(kind, value)

    assert refused.value.code == kind


def test_a_choice_is_one_of_those_offered() -> None:
    assert _written("choice", "החזר", choices=["החזר", "החלפה"]) == "החזר"
    with pytest.raises(BadValue):
        _written("choice", "זיכוי", choices=["החזר", "החלפה"])


def test_a_value_is_no_longer_than_it_may_be() -> None:
    with pytest.raises(BadValue) as refused:
        _written("text", "קומקומים", max_length=3)

    assert refused.value.code == "too_long"


def test_another_language_has_its_days_as_the_standard_has_them() -> None:
    assert _written("date", "2026-05-03", "fr") == "2026-05-03"


@given(st.sampled_from([kind for kind in TYPES if kind != "choice"]), st.text(max_size=40))
def test_whatever_is_said_is_written_or_refused(kind: str, value: str) -> None:
    try:
        text = _written(kind, value)
    except BadValue:
        return

    assert isinstance(text, str)
