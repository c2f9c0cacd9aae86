"""What success stories are found by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.rules.story_words import MOST_ASKED, MOST_WORDS, asked, indexed, words_of


@pytest.mark.parametrize("said", ["קומקום", "הקומקום", "שבקומקום", "בַּקּוּמְקוּם"])
def test_hebrew_is_found_with_and_without_what_is_glued_to_it(said: str) -> None:
    found = set(indexed(["החזרנו כל אחד מהקומקומים, וגם את הקומקום האחרון"]))

    (forms,) = asked(said)

    assert found & set(forms)


@pytest.mark.parametrize(
    ("story", "question"), [("kettles", "kettle"), ("kettle", "kettles"), ("Rimon's", "rimon")]
)
def test_english_is_found_in_one_and_in_many(story: str, question: str) -> None:
    (forms,) = asked(question)

    assert set(indexed([story])) & set(forms)


def test_words_are_without_marks() -> None:
    assert words_of("\u2068K2-4\u2069, צה״ל!") == ["k2", "4", 'צה"ל']


def test_nothing_is_endless() -> None:
    assert len(indexed([" ".join(f"w{n}" for n in range(5_000))])) == MOST_WORDS
    assert len(asked("a " * 500)) == MOST_ASKED


@given(st.text())
def test_whatever_is_asked_can_stand_between_quotation_marks(text: str) -> None:
    assert not [form for forms in asked(text) for form in forms if set(form) & set("'\\ :&|!()")]
