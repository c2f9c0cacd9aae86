import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.rules.analysis import analyse
from monitoring.rules.language import ISO_639_1
from monitoring.rules.sentiment import CHARACTERS_READ
from tests.work import steps


def test_language_and_sentiment_come_together() -> None:
    analysis = analyse("שירות גרוע, הקומקום נסדק ואף אחד לא עונה")

    assert (analysis.language, analysis.sentiment) == ("he", "negative")


@pytest.mark.parametrize("declared", ["en", "EN", "en-GB"])
def test_a_declared_language_wins_over_detection(declared: str) -> None:
    analysis = analyse("הקומקום נסדק", declared)

    assert (analysis.language, analysis.language_confidence) == ("en", 1.0)


@pytest.mark.parametrize("declared", ["", "und", "klingon", "xx", "\ud800"])
def test_a_declared_language_that_is_none_is_ignored(declared: str) -> None:
    assert analyse("הקומקום נסדק לי ביד", declared).language == "he"


@settings(deadline=None)  # the first call loads the model
@given(st.text(st.characters(), max_size=300), st.text(st.characters(), max_size=12))
def test_any_string_is_analysed_within_bounds(text: str, declared: str) -> None:
    analysis = analyse(text, declared)

    assert analysis.language in ISO_639_1 | {"und"}
    assert 0 <= analysis.language_confidence <= 1
    assert -1 <= analysis.sentiment_score <= 1
    assert 0 <= analysis.sentiment_confidence <= 1


@pytest.mark.parametrize(
    "text",
    ["\x00\x1b[31m bad", "\ud800\udfff רע", "\u202eרע\u202c", "ﷺ" * 50, "נ" + "\u05b8" * 5000],
)
def test_odd_characters_are_no_reason_to_fail(text: str) -> None:
    assert analyse(text).sentiment in {"positive", "neutral", "negative", "unknown"}


@pytest.mark.parametrize("piece", ["a", "א", "bad ", "לא טוב! ", "😡", "@", "https://", "\u0301"])
def test_a_megabyte_costs_no_more_than_its_beginning(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    beginning = text[:CHARACTERS_READ]

    # The first look at a word is remembered, so it counts for neither.
    assert analyse(text) == analyse(beginning)
    assert steps(lambda: analyse(text)) < 1.5 * steps(lambda: analyse(beginning))
