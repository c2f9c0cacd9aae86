"""The share of negative talk: of many it tells soon, of few nothing."""

import numpy as np
import pytest

from monitoring.rules.detection.judging import Counted, Judged, Kind, Unusual, judge
from monitoring.rules.detection.usual import DAY
from tests.monitoring.rules.detection.streams import counted, usual

RULE = Unusual(Kind.NEGATIVE_SHARE)
AT = 16 * DAY + 150


def _usual_shares(seed: int, *, level: float = 10.0, share: float = 0.2) -> Counted:
    random = np.random.default_rng(seed)
    known = usual(seed, days=20, level=level)
    return counted(known, negative=random.binomial(known.astype(int), share).astype(float))


def _turning(seed: int, *, to: float, share: float = 0.2) -> Judged:
    series = _usual_shares(seed, share=share)
    random = np.random.default_rng(seed + 100)
    turned = series.known[AT:].astype(int)
    series.negative[AT:] = random.binomial(turned, to)
    return judge(RULE, series)


def test_talk_that_turns_is_found_within_an_hour() -> None:
    for seed in range(6):
        found = _turning(seed, to=0.6).first_over(AT)

        assert found is not None
        assert found.at < _turning(seed, to=0.6).moment(AT + 12)


def test_a_brand_that_is_hardly_ever_blamed_is_told_earlier() -> None:
    blamed = _turning(1, to=0.35, share=0.3)
    liked = _turning(1, to=0.35, share=0.03)

    assert not blamed.is_over[AT : AT + 24].any()
    assert liked.is_over[AT : AT + 24].any()


def test_three_of_four_at_night_are_nothing() -> None:
    series = _usual_shares(2)
    for night in range(20):
        series.known[night * DAY : night * DAY + 120] = 0
        series.negative[night * DAY : night * DAY + 120] = 0
    at = 17 * DAY + 110
    series.known[at], series.negative[at] = 4, 3

    assert not judge(RULE, series).is_over[at : at + 24].any()


@pytest.mark.parametrize("alarms_a_week", [1.0, 2.0])
def test_usual_days_raise_no_more_alarms_than_were_asked_for(alarms_a_week: float) -> None:
    rule, false = Unusual(Kind.NEGATIVE_SHARE, alarms_a_week), 0
    for seed in range(20):
        over = judge(rule, _usual_shares(seed)).is_over
        false += int(over.reshape(-1, DAY).any(axis=1).sum())

    assert false / (20 * 20 / 7) <= alarms_a_week


def test_more_negative_than_known_is_all_of_them() -> None:
    series = _usual_shares(3)
    more = counted(series.mentions, negative=series.known + 5)
    every = counted(series.mentions, negative=series.known)

    found, other = judge(RULE, more).observed, judge(RULE, every).observed

    assert np.array_equal(found, other)
    assert found.max() < 1


def test_where_nobody_talks_the_share_is_what_it_usually_is() -> None:
    series = _usual_shares(4)
    for part in (series.known, series.negative):
        part[AT:] = 0

    judged = judge(RULE, series)

    assert judged.observed[AT + 144] == pytest.approx(0.2, abs=0.02)


def test_its_numbers_are_shares() -> None:
    judged = judge(RULE, _usual_shares(5))

    told = ~np.isnan(judged.usual)
    for numbers in (judged.observed[told], judged.usual[told], judged.limit[told]):
        assert ((numbers > 0) & (numbers < 1)).all()
    assert (judged.usual[told] < judged.limit[told]).all()
