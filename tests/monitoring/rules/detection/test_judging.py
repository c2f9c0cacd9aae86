"""One shape for every question: what is seen, what is usual, what is too much."""

from datetime import timedelta

import numpy as np
import pytest

from monitoring.rules.detection.detector import alerts, detect
from monitoring.rules.detection.judging import (
    Judgement,
    Kind,
    Measure,
    Rule,
    Threshold,
    Unusual,
    judge,
)
from monitoring.rules.detection.usual import DAY
from tests.monitoring.rules.detection.streams import START, counted, usual

BURST = Unusual(Kind.BURST)


def test_a_burst_is_judged_as_the_detector_does() -> None:
    counts = usual(1)
    counts[5000:5020] += 100

    judged = judge(BURST, counted(counts))

    found = detect(counts)
    assert np.array_equal(judged.unusual, found.unusual, equal_nan=True)
    assert np.array_equal(judged.limit, found.limit(1), equal_nan=True)
    first = int(np.flatnonzero(alerts(found.unusual, alarms_a_week=1))[0])
    told = judged.first_over()
    assert told is not None
    assert told.at == START + first * timedelta(minutes=5)


def test_what_is_said_of_a_bucket_carries_its_numbers() -> None:
    counts = usual(2)
    counts[5000:5020] += 100

    told = judge(BURST, counted(counts)).at(5010)

    assert told.is_over
    assert None not in (told.observed, told.usual, told.limit, told.unusual)
    assert (told.usual or 0) < (told.limit or 0) < (told.observed or 0)
    assert 0.9 < (told.unusual or 0) <= 1


def test_where_nobody_can_tell_nothing_is_said() -> None:
    told = judge(BURST, counted(np.ones(10))).at(9)

    assert (told.usual, told.limit, told.unusual, told.is_over) == (None, None, None, False)


def test_no_alert_is_found_before_one_is_raised() -> None:
    series = counted(usual(3, days=1))

    assert judge(BURST, series).first_over() is None


def test_who_asks_from_later_on_is_told_of_later_ones() -> None:
    judged = judge(Threshold(Measure.MENTIONS, 5, minutes=5), counted(np.array([9.0, 0, 9, 9])))

    assert [judged.first_over(since) for since in (-3, 1, 3)] == [
        judged.at(place) for place in (0, 2, 3)
    ]


def test_a_threshold_counts_the_mentions_of_its_stretch() -> None:
    counts = np.array([4.0, 0, 3, 3, 0, 0])

    judged = judge(Threshold(Measure.MENTIONS, 6, minutes=15), counted(counts))

    assert judged.observed.tolist() == [4, 4, 7, 6, 6, 3]
    assert judged.is_over.tolist() == [False, False, True, True, True, False]
    assert judged.at(2) == Judgement(
        Kind.THRESHOLD, START + timedelta(minutes=10), 7, None, 6, None, True
    )


def test_a_threshold_adds_up_reach() -> None:
    series = counted(np.ones(3), reach=np.array([0.0, 40_000, 70_000]))

    judged = judge(Threshold(Measure.REACH, 100_000, minutes=10), series)

    assert judged.is_over.tolist() == [False, False, True]


def test_a_share_of_too_few_is_none() -> None:
    series = counted(np.array([3.0, 9, 0]), negative=np.array([3.0, 6, 0]))
    rule = Threshold(Measure.NEGATIVE_SHARE, 0.5, minutes=5, least_known=4)

    judged = judge(rule, series)

    assert judged.observed[1] == pytest.approx(2 / 3)
    assert np.isnan(judged.observed[[0, 2]]).all()
    assert judged.is_over.tolist() == [False, True, False]


@pytest.mark.parametrize("rule", [BURST, Threshold(Measure.MENTIONS, 1)])
def test_a_bucket_that_nobody_heard_raises_nothing(rule: Rule) -> None:
    counts = usual(4)
    missing = np.zeros(len(counts), dtype=bool)
    missing[5000:] = True
    counts[5000:] += 500

    judged = judge(rule, counted(counts, missing=missing))

    assert not judged.is_over[5000:].any()


def test_counts_corrected_below_zero_lower_no_stretch() -> None:
    counts = np.array([-5.0, 6])

    judged = judge(Threshold(Measure.MENTIONS, 6), counted(counts))

    assert judged.is_over.tolist() == [False, True]


@pytest.mark.parametrize("alarms_a_week", [0, 7, -1])
def test_a_rate_of_alarms_must_be_possible(alarms_a_week: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 7"):
        judge(Unusual(Kind.BURST, alarms_a_week), counted(usual(1, days=1)))


def test_a_moment_has_its_bucket() -> None:
    series = counted(np.zeros(2 * DAY))

    assert series.place(START + timedelta(days=1, minutes=4)) == DAY
    assert series.place(START - timedelta(minutes=1)) == -1
