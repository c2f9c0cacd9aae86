"""Words of one direction within a sentence of the other."""

import pytest

from crisisapi.common.directions import kept_apart


@pytest.mark.parametrize(
    ("words", "is_rtl", "told"),
    [
        ("Kettles", False, "Kettles"),
        ("קומקומים", False, "\u2068קומקומים\u2069"),
        # The end counts as much as the beginning: a number behind it would join the Hebrew.
        ("K2 קומקומים", False, "\u2068K2 קומקומים\u2069"),
        ("غلاية", False, "\u2068غلاية\u2069"),
        ("קומקומים", True, "קומקומים"),
        ("INC-2026-0007", True, "\u2068INC-2026-0007\u2069"),
        ("340", True, "340"),
        ("", True, ""),
    ],
)
def test_words_against_the_direction_of_a_sentence_are_isolated(
    *, words: str, is_rtl: bool, told: str
) -> None:
    assert kept_apart(words, is_rtl=is_rtl) == told
