"""Right-to-left text kept right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.rules.bidi import check_directions, isolate

_PIECES = st.sampled_from(
    [
        "קומקום",
        "K2",
        "Rimon Home",
        "@rimon",
        "#K2",
        "#רימון",
        "https://example.org/k2/",
        "example.org/קומקום",
        "+972-3-1234567",
        "(03) 123-4567",
        "-5%",
        "C++",
        "24/7",
        ".",
        ",",
        ": ",
        " ",
        "\n",
        "\u2066",
        "\u2069",
        "\u202e",
        "(",
        ")",
        "a",
        "א",
        "שָׁ",
        "👨\u200d👩\u200d👧",
    ]
)
_TEXTS = st.lists(_PIECES, max_size=25).map("".join) | st.text(max_size=60)
_ADDED = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("כתבו אל @rimon_help.", "כתבו אל \u2066@rimon_help\u2069."),
        ("חפשו #K2 ברשת", "חפשו \u2066#K2\u2069 ברשת"),
        ("התקשרו +972-3-1234567!", "התקשרו \u2066+972-3-1234567\u2069!"),
        ("התקשרו (03) 123-4567", "התקשרו \u2066(03) 123-4567\u2069"),
        ("ירידה של -5% בשבוע", "ירידה של \u2066-5%\u2069 בשבוע"),
        ("כאן: https://example.org/k2/ תודה", "כאן: \u2066https://example.org/k2/\u2069 תודה"),
        ("K2: ידיות נסדקות", "\u2066K2\u2069: ידיות נסדקות"),
        ("Rimon Home (K2): הודעה", "\u2066Rimon Home (K2)\u2069: הודעה"),
        ("נכתב ב-C++ בלבד", "נכתב ב-\u2066C++\u2069 בלבד"),
    ],
)
def test_what_would_jump_in_hebrew_is_isolated(text: str, expected: str) -> None:
    assert isolate(text, "he") == expected


@pytest.mark.parametrize(
    "text",
    [
        "הקומקום K2-4 נאסף ב-24/7, בשעה 10:30.",
        "כאן: https://example.org/k2.",
        "כתבו אל help@rimon.example בכל שאלה",
        "הנחה של 5% עד 1.2.2026",
        "",
        "Only English, @rimon and #K2.",
    ],
)
def test_what_stands_right_is_left_alone(text: str) -> None:
    assert isolate(text, "he") == text


def test_each_line_has_its_own_direction() -> None:
    text = "Rimon K2 שלום\nEnglish only @rimon\nשלום @rimon\r\n"

    assert isolate(text, "he") == (
        "\u2066Rimon K2\u2069 שלום\nEnglish only @rimon\nשלום \u2066@rimon\u2069\r\n"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Call רימון 24/7 now", "Call \u2068רימון\u2069 24/7 now"),
        ("Look for #רימון there", "Look for \u2068#רימון\u2069 there"),
        ("רימון is sorry", "\u2068רימון\u2069 is sorry"),
        ("We at רימון are sorry", "We at רימון are sorry"),
    ],
)
def test_hebrew_in_english_is_isolated_where_it_pulls_at_the_rest(text: str, expected: str) -> None:
    assert isolate(text, "en") == expected


def test_a_line_with_isolates_of_its_own_is_left_as_it_is() -> None:
    text = "כתבו אל \u2066@rimon\u2069 או @k2"

    assert isolate(text, "he") == text


@given(_TEXTS, st.sampled_from(["he", "en", "ar"]))
def test_isolating_twice_is_isolating_once_and_adds_nothing_else(text: str, language: str) -> None:
    once = isolate(text, language)

    assert isolate(once, language) == once
    assert once.translate(_ADDED) == text.translate(_ADDED)
    assert once.count("\u2069") - text.count("\u2069") == sum(
        once.count(opener) - text.count(opener) for opener in "\u2066\u2067\u2068"
    )


@given(_TEXTS)
def test_what_we_add_is_always_balanced(text: str) -> None:
    plain = text.translate(_ADDED | {0x202E: None})
    if any("\u202a" <= one <= "\u202e" for one in plain):
        return

    assert list(check_directions(isolate(plain, "he"))) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pay \u202e001\u202c", [("direction_overridden", 4)]),
        ("a \u2066b", [("direction_unbalanced", 2)]),
        ("a\u2069 b", [("direction_unbalanced", 1)]),
        ("\u2066a\nb\u2069", [("direction_unbalanced", 0), ("direction_unbalanced", 4)]),
        ("\u2066\u202ba\u2069", []),
        ("\u202b\u2066\u202c\u2069", [("direction_unbalanced", 2), ("direction_unbalanced", 0)]),
        ("\u2068א\u2069 \u202bב\u202c", []),
    ],
)
def test_controls_that_mislead_are_named_at_their_place(
    text: str, found: list[tuple[str, int]]
) -> None:
    assert [(one.code, one.start) for one in check_directions(text)] == found
