"""Polls: options, ballots, and counts that give nobody away."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.rules.polls import flaws_of_options, is_ballot, told, wording_hash

TWO = [{"en": "Yes"}, {"en": "No"}]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("yes", "options"),
        (TWO[:1], "options"),
        ([{"en": str(n)} for n in range(13)], "options"),
        ([{"en": "Yes"}, {"he": "לא"}], "languages"),
        ([{"en": "Yes"}, {"en": " "}], "length"),
        ([{"en": "Yes"}, {"en": 7}], "length"),
        ([{"en": "Yes"}, {"en": "x" * 151}], "length"),
        ([{"en": "Yes"}, {"en": "yes"}], "same"),
    ],
)
def test_options_are_told_what_is_wrong(options: Any, code: str) -> None:
    assert next(flaws_of_options(options, ["en"])).code == code


def test_good_options_have_no_flaw() -> None:
    assert list(flaws_of_options(TWO, ["en"])) == []


@pytest.mark.parametrize("choices", [[], [0], [3], [1, 1], [1, 2], [True], ["1"], None])
def test_what_is_no_ballot_is_none(choices: Any) -> None:
    assert not is_ballot(choices, options=2, is_multiple=False)


def test_several_options_are_a_ballot_where_several_may_be_named() -> None:
    assert is_ballot([2, 1], options=2, is_multiple=True)


def test_another_wording_has_another_hash() -> None:
    assert wording_hash({"en": "A?"}, TWO, "single") != wording_hash({"en": "B?"}, TWO, "single")
    assert wording_hash({"en": "A?"}, TWO, "single") != wording_hash({"en": "A?"}, TWO, "multiple")


def test_shares_are_of_all_ballots() -> None:
    counts = told({1: 3, 2: 1}, options=3, ballots=4, least=0)

    assert [(one.count, one.share) for one in counts] == [(3, 0.75), (1, 0.25), (0, 0.0)]


def test_below_the_least_nothing_is_told() -> None:
    assert {one.count for one in told({1: 4}, options=2, ballots=4, least=5)} == {None}


def test_the_only_small_count_takes_another_along() -> None:
    counts = told({1: 90, 2: 8, 3: 2}, options=3, ballots=100, least=5)

    assert [one.count for one in counts] == [90, None, None]


@given(st.lists(st.integers(0, 30), min_size=2, max_size=6), st.integers(1, 10))
def test_no_small_count_can_be_worked_out(counts: list[int], least: int) -> None:
    said = told(
        dict(enumerate(counts, start=1)), options=len(counts), ballots=sum(counts), least=least
    )

    hidden = [counts[one.option - 1] for one in said if one.count is None]
    assert not any(0 < one.count < least for one in said if one.count is not None)
    assert len(hidden) != 1
