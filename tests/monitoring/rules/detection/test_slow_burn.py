"""Slow burns: talk that climbs for days without a peak."""

import numpy as np
import pytest

from monitoring.rules.arrays import Numbers
from monitoring.rules.detection.judging import Kind, Unusual, judge
from monitoring.rules.detection.usual import DAY
from tests.monitoring.rules.detection.streams import counted, usual

AT = 16 * DAY + 50
RARELY = Unusual(Kind.SLOW_BURN, 0.5)


def _climbing(seed: int, *, times: float, days: int) -> Numbers:
    counts = usual(seed, days=20)
    climb = np.exp(np.log(times) * np.clip((np.arange(len(counts)) - AT) / (days * DAY), 0, 1))
    return np.round(counts * climb)


@pytest.mark.parametrize(("times", "days"), [(2, 1), (2, 2), (2, 3), (3, 2)])
def test_a_climb_is_found_before_a_day_at_its_height_is_over(times: float, days: int) -> None:
    found = [
        judge(RARELY, counted(_climbing(seed, times=times, days=days))).first_over(AT)
        for seed in range(6)
    ]

    judged = judge(RARELY, counted(usual(0, days=20)))
    latest = judged.moment(AT + (days + 1) * DAY)
    assert all(one is not None and one.at < latest for one in found)


def test_a_short_storm_is_none() -> None:
    counts = usual(3, days=20)
    counts[AT : AT + 6] += 60

    assert judge(Unusual(Kind.BURST), counted(counts)).is_over[AT : AT + 12].any()
    assert not judge(RARELY, counted(counts)).is_over[AT : AT + DAY].any()


def test_nobody_can_tell_in_the_first_day_and_a_half() -> None:
    judged = judge(RARELY, counted(usual(4, days=3)))

    assert np.isnan(judged.observed[:71]).all()
    assert np.isnan(judged.unusual[: DAY + 72 + DAY // 3 - 2]).all()
    assert np.isfinite(judged.unusual[DAY + 72 + DAY // 3])


def test_a_brand_whose_nights_nobody_hears_is_judged() -> None:
    counts = _climbing(5, times=3, days=2)
    nights = np.arange(len(counts)) % DAY < 100

    judged = judge(RARELY, counted(np.where(nights, 0, counts), missing=nights))

    assert judged.first_over(AT) is not None
    assert not judged.is_over[:AT].any()


def test_the_first_two_days_of_a_brand_are_no_climb() -> None:
    for seed in range(20):
        judged = judge(Unusual(Kind.SLOW_BURN), counted(usual(seed, days=3)))

        assert not judged.is_over[: 2 * DAY].any()
