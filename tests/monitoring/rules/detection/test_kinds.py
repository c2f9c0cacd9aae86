"""What holds of whatever is watched for: online, honest, and blind to clocks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.rules.detection.judging import (
    Counted,
    Kind,
    Measure,
    Rule,
    Threshold,
    Unusual,
    judge,
)
from monitoring.rules.detection.usual import DAY
from tests.monitoring.rules.detection.streams import START, counted, cut, same, usual

DETECTORS = [Kind.BURST, Kind.SLOW_BURN, Kind.NEGATIVE_SHARE, Kind.REACH]
RULES: list[Rule] = [Unusual(kind) for kind in DETECTORS]
RULES += [Threshold(measure, 0.5, minutes=30) for measure in Measure]
DAYS = 4


def _spoken(seed: int, *, days: int = DAYS, gaps: float = 0.1, level: float = 4.0) -> Counted:
    """Return talk of which some is negative and some reaches many, with stretches nobody heard."""
    random = np.random.default_rng(seed)
    mentions = usual(seed, days=days, level=level)
    known = random.binomial(mentions.astype(int), 0.9).astype(float)
    negative = random.binomial(known.astype(int), 0.2).astype(float)
    reach = np.round(mentions * np.exp(6 + 1.5 * random.normal(size=len(mentions))))
    missing = np.repeat(random.random(len(mentions) // 12) < gaps, 12)
    return counted(mentions, known=known, negative=negative, reach=reach, missing=missing)


def _all(series: Counted, numbers: Any) -> Counted:
    """Return the same series with numbers in place of all counts."""
    return replace(series, mentions=numbers, known=numbers, negative=numbers, reach=numbers)


@pytest.mark.parametrize("rule", RULES)
@given(seed=st.integers(0, 50), length=st.integers(0, DAYS * DAY))
@settings(max_examples=15)
def test_what_is_said_of_a_bucket_does_not_depend_on_later_ones(
    rule: Rule, seed: int, length: int
) -> None:
    series = _spoken(seed)

    assert same(judge(rule, series), judge(rule, cut(series, length)))


@pytest.mark.parametrize("rule", RULES)
@given(seed=st.integers(0, 50), at=st.integers(0, DAYS * DAY - 1), late=st.integers(1, 500))
@settings(max_examples=15)
def test_what_arrives_late_changes_nothing_of_before_it_was_said(
    rule: Rule, seed: int, at: int, late: int
) -> None:
    series = _spoken(seed)
    more = series.mentions.copy()
    more[at] += late

    judged = judge(rule, replace(series, mentions=more, known=more, reach=more))

    before = judge(rule, replace(series, known=series.mentions, reach=series.mentions))
    assert same(judged, before, until=at)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("hours", [-5, 1, 24, 1000])
def test_a_shift_by_whole_hours_moves_the_moments_and_nothing_else(rule: Rule, hours: int) -> None:
    series, shift = _spoken(1), timedelta(hours=hours)

    here, there = judge(rule, series), judge(rule, replace(series, started_at=START + shift))

    assert same(here, there)
    assert there.moment(7) - here.moment(7) == shift


@pytest.mark.parametrize("rule", RULES)
def test_the_zone_of_a_brand_and_its_change_of_clocks_say_nothing(rule: Rule) -> None:
    at = datetime(2026, 3, 26, tzinfo=UTC)  # clocks in Jerusalem go forward on the 27th
    series = replace(_spoken(2), started_at=at)
    there = replace(series, started_at=at.astimezone(ZoneInfo("Asia/Jerusalem")))

    judged = judge(rule, there)

    assert same(judge(rule, series), judged)
    assert judged.at(2 * DAY).at == at + timedelta(days=2)
    assert (there.place(at + timedelta(days=2)), there.moment(2 * DAY)) == (
        2 * DAY,
        at + timedelta(days=2),
    )


@pytest.mark.parametrize("kind", DETECTORS)
def test_what_is_counted_where_nobody_listened_does_not_matter(kind: Kind) -> None:
    rule, series = Unusual(kind), _spoken(3)
    wild: dict[str, Any] = {
        name: np.where(series.missing, 999.0, getattr(series, name))
        for name in ("mentions", "known", "negative", "reach")
    }

    assert same(judge(rule, series), judge(rule, replace(series, **wild)))


@pytest.mark.parametrize("rule", RULES)
def test_counts_corrected_below_zero_are_none(rule: Rule) -> None:
    series = _spoken(4)
    below, none = series.mentions.copy(), series.mentions.copy()
    below[300:320], none[300:320] = -7, 0

    assert same(judge(rule, _all(series, below)), judge(rule, _all(series, none)))


@pytest.mark.parametrize("kind", DETECTORS)
@pytest.mark.parametrize("count", [0, 1, 40, 1e12])
def test_what_is_always_the_same_raises_nothing(kind: Kind, count: float) -> None:
    series = counted(np.full(20 * DAY, count), reach=np.full(20 * DAY, count))

    judged = judge(Unusual(kind, 2.0), series)

    assert not judged.is_over.any()
    assert np.isfinite(judged.unusual[-1])


@pytest.mark.parametrize("rule", RULES)
def test_numbers_as_large_as_can_be_are_judged(rule: Rule) -> None:
    series = _spoken(5, days=16)
    huge = series.mentions.copy()
    huge[-20:] = 1e300

    judged = judge(rule, _all(series, huge))

    told = judged.at(len(huge) - 1)
    assert told.is_over
    assert told.observed is not None


@pytest.mark.parametrize("kind", DETECTORS)
def test_the_first_hours_of_a_brand_cannot_be_judged(kind: Kind) -> None:
    series = _spoken(6, days=1, gaps=0)
    series.mentions[40:] = 5_000

    judged = judge(Unusual(kind, 6.0), cut(series, 96))

    assert not judged.is_over.any()
    assert np.isnan(judged.unusual).all()


@pytest.mark.parametrize("kind", DETECTORS)
def test_the_limits_of_a_brand_with_little_history_are_wide(kind: Kind) -> None:
    series = _spoken(7, days=18, gaps=0, level=20)

    judged = judge(Unusual(kind), series)

    def width(place: int) -> float:
        return float(np.log(judged.limit[place] / judged.usual[place]))

    assert np.mean([width(2 * DAY + at) for at in range(0, DAY, 12)]) > 1.1 * np.mean(
        [width(17 * DAY + at) for at in range(0, DAY, 12)]
    )


@pytest.mark.parametrize("rule", RULES)
def test_a_series_of_nothing_is_judged(rule: Rule) -> None:
    judged = judge(rule, cut(_spoken(8), 0))

    assert judged.first_over() is None
    assert len(judged.calm) == 0


@pytest.mark.parametrize("kind", DETECTORS)
def test_what_is_said_is_above_the_limit_exactly_when_it_raises_an_alert(kind: Kind) -> None:
    series = _spoken(9, days=20)

    judged = judge(Unusual(kind, 3.0), series)

    told = judged.heard & ~np.isnan(judged.unusual)
    assert np.array_equal(judged.is_over[told], judged.observed[told] >= judged.limit[told])
    assert judged.is_over.any()


@pytest.mark.parametrize("kind", DETECTORS)
def test_sixteen_days_of_history_tell_what_more_would(kind: Kind) -> None:
    series = _spoken(10, days=24, gaps=0)
    late = replace(
        series,
        **{
            name: getattr(series, name)[8 * DAY :]
            for name in ("mentions", "known", "negative", "reach", "missing")
        },
    )

    whole, short = judge(Unusual(kind), series), judge(Unusual(kind), late)

    assert short.unusual[-12:] == pytest.approx(whole.unusual[-12:], abs=0.02)
    assert short.limit[-12:] == pytest.approx(whole.limit[-12:], rel=0.02)
