"""The detector: online, honest about how often it errs, and quiet where nobody can tell."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.rules.arrays import Numbers
from monitoring.rules.detection.detector import Detected, alerts, detect
from monitoring.rules.detection.usual import DAY, UsualDays

WEEK = 7 * DAY


def _usual(seed: int, days: int = 21, level: float = 10.0) -> Numbers:
    """Return counts with a day's and a week's course, more spread than chance alone makes."""
    random = np.random.default_rng(seed)
    hours = np.arange(days * DAY) / 12
    means = level * np.exp(0.6 * np.sin(2 * np.pi * hours / 24))
    means *= np.where(hours // 24 % 7 >= 5, 0.7, 1)
    return random.poisson(means * random.gamma(5, 1 / 5, len(means))).astype(float)


def _raised(counts: Numbers, alarms_a_week: float = 1.0) -> Numbers:
    unusual = np.nan_to_num(detect(counts).unusual)
    return np.flatnonzero(alerts(unusual, alarms_a_week=alarms_a_week))


def _same(one: Detected, other: Detected) -> bool:
    pairs = ((one.observed, other.observed), (one.usual, other.usual), (one.unusual, other.unusual))
    return all(np.array_equal(left, right, equal_nan=True) for left, right in pairs)


@given(
    st.lists(st.integers(0, 40), min_size=1, max_size=3 * DAY),
    st.integers(0, 3 * DAY),
    st.data(),
)
@settings(max_examples=40)
def test_what_is_said_of_a_bucket_does_not_depend_on_later_ones(
    told: list[int], cut: int, data: st.DataObject
) -> None:
    counts = np.array(told, dtype=float)
    cut = min(cut, len(counts))
    missing = np.array(data.draw(st.lists(st.booleans(), min_size=len(told), max_size=len(told))))

    whole = detect(counts, missing)
    part = detect(counts[:cut], missing[:cut])

    days = UsualDays(whole.days.place[:cut], whole.days.scale[:cut])
    assert _same(Detected(whole.observed[:cut], whole.unusual[:cut], days, whole.value), part)


def test_a_storm_is_found_while_it_rises() -> None:
    counts = _usual(1)
    at = 16 * DAY + 100
    counts[at : at + 36] += np.linspace(10, 120, 36)

    found = [place for place in _raised(counts) if at <= place < at + DAY]

    assert found
    assert found[0] - at <= 12


@pytest.mark.parametrize("alarms_a_week", [0.5, 1.0, 2.0])
def test_usual_days_raise_no_more_alarms_than_were_asked_for(alarms_a_week: float) -> None:
    weeks = 0.0
    false = 0
    for seed in range(20):
        counts = _usual(seed, days=35)
        false += len(_raised(counts, alarms_a_week))
        weeks += (len(counts) - DAY) / WEEK

    assert false / weeks <= alarms_a_week


def test_a_brand_that_has_storms_of_its_own_is_not_alarmed_by_one_more() -> None:
    counts = _usual(2, days=15)
    for day in range(15):
        counts[day * DAY + 150 : day * DAY + 160] += 100

    assert not [place for place in _raised(counts) if place >= 10 * DAY]


def test_nobody_can_tell_before_a_third_of_a_day_is_heard() -> None:
    counts = np.zeros(DAY)
    counts[50:] = 1000

    found = detect(counts)

    assert np.isnan(found.unusual[:100]).all()
    assert np.isnan(found.usual[:100]).all()


def test_the_limits_of_a_brand_with_one_day_of_history_are_wide() -> None:
    counts = _usual(3, days=15)

    short = detect(counts[: DAY + DAY // 2])
    long = detect(counts)

    assert short.days.scale[-1] > 1.5 * long.days.scale[-1]
    assert short.limit(1)[-1] / short.usual[-1] > long.limit(1)[-1] / long.usual[-1]


def test_buckets_that_nobody_heard_say_nothing_and_are_no_calm() -> None:
    counts = _usual(4, days=15)
    missing = np.zeros(len(counts), dtype=bool)
    gap = slice(14 * DAY, 14 * DAY + 60)
    missing[gap] = True

    found = detect(np.where(missing, 0, counts), missing)

    assert np.isnan(found.unusual[gap]).all()
    assert found.observed[gap.stop - 1] == found.observed[gap.start - 1]


def test_counts_corrected_below_zero_are_none() -> None:
    counts = _usual(5, days=3)
    corrected = counts.copy()
    corrected[300:310] = -5
    none = counts.copy()
    none[300:310] = 0

    assert _same(detect(corrected), detect(none))


def test_the_limit_is_what_raises_an_alert() -> None:
    found = detect(_usual(6))
    told = ~np.isnan(found.unusual)

    above = found.observed[told] >= found.limit(2)[told]

    assert np.array_equal(above, found.unusual[told] >= 1 - 2 / 7)
    assert above.any()


def test_half_of_the_usual_days_exceed_what_is_usual() -> None:
    found = detect(_usual(7))
    told = ~np.isnan(found.usual)

    assert found.limit(3.5)[told] == pytest.approx(found.usual[told])


def test_after_an_alert_none_follows_for_a_day() -> None:
    unusual = np.ones(2 * DAY + 1)

    assert np.flatnonzero(alerts(unusual, alarms_a_week=1)).tolist() == [0, DAY, 2 * DAY]


@pytest.mark.parametrize("alarms_a_week", [0, 7, -1, 8])
def test_a_rate_of_alarms_must_be_possible(alarms_a_week: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 7"):
        alerts(np.zeros(3), alarms_a_week=alarms_a_week)


def test_a_series_of_nothing_is_judged() -> None:
    assert len(detect(np.zeros(0)).unusual) == 0
