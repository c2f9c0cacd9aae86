"""Questions that ask the same."""

import tomllib
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.rules.asking import (
    SAME_FROM,
    Asked,
    asked_in,
    bands_of,
    question_in,
    sameness,
)

GROUPS = Path(__file__).with_name("questions.toml")
SECRET = b"0123456789abcdef"


def _asked(text: str) -> Asked:
    found = asked_in(text, secret=SECRET)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("I love it. When will it be back? Thanks!", "When will it be back?"),
        ("Where is it? Who has it??", "Where is it? Who has it??"),
        ("Somebody please tell me the price", "Somebody please tell me the price"),
        ("", ""),
        ("???", ""),
    ],
)
def test_the_question_is_what_ends_in_a_question_mark(text: str, question: str) -> None:
    assert question_in(text) == question


@pytest.mark.parametrize("text", ["", "why?", "🔥?", "is it?", "please help me"])
def test_too_few_words_ask_nothing(text: str) -> None:
    assert asked_in(text, secret=SECRET) is None


def test_when_and_how_are_different_questions() -> None:
    assert sameness(_asked("When do I get a refund?"), _asked("How do I get a refund?")) == 0


def test_the_numbers_are_others_with_another_key() -> None:
    other = asked_in("When do I get a refund?", secret=b"another key, quite")

    assert other is not None
    assert not other.terms & _asked("When do I get a refund?").terms


@pytest.mark.parametrize(
    ("part", "language", "precise", "found"),
    [
        ("tuning", "en", 1.0, 1.0),
        ("tuning", "he", 1.0, 0.8),
        ("closed", "en", 1.0, 0.9),
        ("closed", "he", 1.0, 0.6),
    ],
)
def test_groups_of_questions_are_told_apart(
    part: str, language: str, precise: float, found: float
) -> None:
    groups = tomllib.loads(GROUPS.read_text())[part]["groups"]
    asked = [
        (number, _asked(text))
        for number, group in enumerate(groups)
        for text in group
        if any("א" <= letter <= "ת" for letter in text) == (language == "he")
    ]

    judged = [
        (one[0] == other[0], sameness(one[1], other[1]) >= SAME_FROM)
        for one, other in combinations(asked, 2)
    ]

    right = judged.count((True, True))
    assert right >= precise * sum(is_found for _is_same, is_found in judged)
    assert right >= found * sum(is_same for is_same, _is_found in judged)


@given(st.sets(st.integers(-(2**63), 2**63 - 1), min_size=2, max_size=12), st.data())
def test_those_who_ask_the_same_share_a_band(numbers: set[int], data: st.DataObject) -> None:
    most = sorted(numbers)
    less = most[: max(1, (len(most) * 4 + 4) // 5)]

    shared = set(bands_of(Asked(frozenset(most), frozenset()))) & set(
        bands_of(Asked(frozenset(less), frozenset()))
    )

    # Four of five words: a miss once in 10^10 draws; the draws are the same always.
    assert shared or len(less) / len(most) < 0.8


@given(st.text(max_size=300))
def test_any_text_may_ask(text: str) -> None:
    found = asked_in(text, secret=SECRET)

    assert found is None or found.terms
