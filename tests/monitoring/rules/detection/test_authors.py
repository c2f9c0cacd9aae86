"""Single authors: one who alone brings more than the loudest of any usual day."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.rules.arrays import Numbers
from monitoring.rules.detection.authors import MOST_AUTHORS, Brought, Loud, loud_authors
from monitoring.rules.detection.judging import Judgement, Kind, Measure
from tests.monitoring.rules.detection.streams import START

USUALLY = np.array([40_000.0, 60_000, 25_000, 90_000, 30_000, 50_000, 70_000])


def _loud(amounts: list[float], highest: Numbers = USUALLY, alarms: float = 1.0) -> list[Loud]:
    authors = np.arange(100, 100 + len(amounts))
    brought = Brought(Measure.REACH, authors, np.array(amounts), highest)
    return loud_authors(brought, at=START, alarms_a_week=alarms)


def test_an_author_whom_millions_see_is_told_with_what_is_usual() -> None:
    [loud] = _loud([30_000, 2_000_000, 50_000])

    assert (loud.author, loud.measure) == (101, Measure.REACH)
    told = loud.judgement
    assert (told.kind, told.at, told.observed) == (Kind.AUTHOR, START, 2_000_000)
    assert 25_000 < (told.usual or 0) < 70_000 < (told.limit or 0) < 200_000
    assert 0.99 < (told.unusual or 0) <= 1


def test_the_loudest_of_a_usual_day_is_nobody_to_tell_of() -> None:
    assert _loud([60_000, 50_000]) == []


def test_the_loudest_come_first_and_no_more_than_a_few() -> None:
    told = _loud([1e6 * number for number in range(1, 9)])

    assert [loud.author for loud in told] == [107, 106, 105, 104, 103][:MOST_AUTHORS]


def test_nobody_can_tell_without_a_day_before() -> None:
    assert _loud([5e6], np.array([])) == []
    assert _loud([5e6], np.full(14, np.nan)) == []


def test_one_day_before_makes_wide_limits() -> None:
    [short], [long] = (_loud([9e6], np.full(days, 50_000.0)) for days in (1, 14))

    assert (short.judgement.limit or 0) > 1.3 * (long.judgement.limit or 0)


def test_where_hardly_anybody_speaks_three_posts_of_one_are_nothing() -> None:
    brought = Brought(Measure.MENTIONS, np.array([1, 2]), np.array([3.0, 40.0]), np.zeros(14))

    told = loud_authors(brought, at=START, alarms_a_week=1)

    assert [loud.author for loud in told] == [2]


def test_nobody_spoke() -> None:
    assert _loud([]) == []


@pytest.mark.parametrize("alarms_a_week", [0.5, 1.0])
def test_usual_days_raise_about_as_many_alarms_as_were_asked_for(alarms_a_week: float) -> None:
    random = np.random.default_rng(1)
    days = 14 + 350
    highest = np.array(
        [np.exp(7 + 1.5 * random.normal(size=random.poisson(200))).max() for _day in range(days)]
    )

    told = [
        _loud([highest[day]], highest[day - 14 : day], alarms_a_week) for day in range(14, days)
    ]

    assert 0.5 * alarms_a_week < sum(map(bool, told)) / 50 < 1.5 * alarms_a_week


@given(st.lists(st.floats(-1e6, 1e300), max_size=20), st.lists(st.floats(0, 1e300), max_size=14))
def test_any_numbers_are_judged(amounts: list[float], highest: list[float]) -> None:
    for loud in _loud(amounts, np.array(highest)):
        assert isinstance(loud.judgement, Judgement)
        assert (loud.judgement.observed or 0) >= (loud.judgement.limit or 0) * (1 - 1e-9)


@pytest.mark.parametrize("alarms", [0.0, 7.0])
def test_a_rate_of_alarms_must_be_possible(alarms: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 7"):
        _loud([1.0], alarms=alarms)
