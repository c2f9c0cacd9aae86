"""Verdicts of people: how often a rule was right, and which sensitivity would fit it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.rules.detection.learning import (
    LADDER,
    LEAST_MARKED,
    Learned,
    Marked,
    Reason,
    learn,
)


def _marked(true: list[float], false: list[float]) -> list[Marked]:
    return [Marked(peak, is_true=True) for peak in true] + [
        Marked(peak, is_true=False) for peak in false
    ]


def _learn(true: list[float], false: list[float], alarms: float = 1.0, missed: int = 0) -> Learned:
    return learn(_marked(true, false), alarms_a_week=alarms, missed=missed)


def test_without_verdicts_nothing_is_said() -> None:
    learned = _learn([], [])

    assert learned == Learned(None, 0, LEAST_MARKED, Reason.TOO_FEW)


def test_with_few_verdicts_more_are_asked_for() -> None:
    learned = _learn([0.9], [0.87, 0.88])

    assert (learned.reason, learned.to_mark, learned.suggested) == (Reason.TOO_FEW, 2, None)
    assert learned.precision is not None
    assert (round(learned.precision.low, 2), round(learned.precision.high, 2)) == (0.06, 0.79)


def test_a_more_cautious_rule_is_suggested_that_spares_false_alarms_and_no_true_one() -> None:
    learned = _learn([0.97, 0.99, 0.999], [0.87, 0.88, 0.98])

    assert (learned.reason, learned.suggested, learned.spared) == (Reason.SPARES_FALSE, 0.5, 2)


def test_of_several_that_spare_as_many_the_boldest_is_suggested() -> None:
    learned = _learn([0.999, 0.999, 0.999], [0.87, 0.88, 0.99])

    assert learned.suggested == 0.5


def test_nothing_is_suggested_that_would_have_missed_a_true_alarm() -> None:
    learned = _learn([0.86, 0.99, 0.999], [0.87, 0.88, 0.98])

    assert (learned.reason, learned.suggested) == (Reason.FITS, None)


def test_where_all_are_false_one_step_is_suggested_and_not_silence() -> None:
    learned = _learn([], [0.9] * 8)

    assert (learned.reason, learned.suggested, learned.spared) == (Reason.ALL_FALSE, 0.5, 8)


def test_where_nearly_all_are_true_earlier_warning_is_borne() -> None:
    few, many = (_learn([0.99] * number, []) for number in (8, 12))

    assert (few.reason, few.suggested) == (Reason.FITS, None)
    assert (many.reason, many.suggested) == (Reason.MOSTLY_TRUE, 2.0)


def test_who_missed_something_is_told_to_be_bolder_unless_half_is_false() -> None:
    right = _learn([0.9, 0.9, 0.9], [0.9, 0.9], missed=1)
    wrong = _learn([0.9, 0.9], [0.9, 0.9, 0.9], missed=1)

    assert (right.reason, right.suggested) == (Reason.MISSED, 2.0)
    assert wrong.suggested is None


def test_at_the_end_of_the_ladder_it_stays() -> None:
    assert _learn([0.999] * 20, [], alarms=6.0).reason == Reason.FITS
    assert _learn([], [0.999] * 20, alarms=0.05).reason == Reason.FITS


def test_a_rate_of_alarms_must_be_possible() -> None:
    with pytest.raises(ValueError, match="between 0 and 7"):
        _learn([0.9], [], alarms=7.0)


@given(
    st.lists(st.floats(0, 1), max_size=20),
    st.lists(st.floats(0, 1), max_size=20),
    st.floats(0.05, 6),
    st.integers(0, 3),
)
def test_what_is_suggested_is_near_and_never_worse_than_what_was_judged(
    true: list[float], false: list[float], alarms: float, missed: int
) -> None:
    learned = _learn(true, false, alarms, missed)

    if learned.suggested is None:
        assert learned.spared == 0
    else:
        assert learned.marked >= LEAST_MARKED
        steps = sorted({*LADDER, alarms})
        assert 0 < abs(steps.index(learned.suggested) - steps.index(alarms)) <= 2
    if learned.reason is Reason.SPARES_FALSE:
        assert all(peak >= 1 - (learned.suggested or 0) / 7 for peak in true)
        assert learned.spared > 0
