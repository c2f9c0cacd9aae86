"""What rules would have raised, side by side, and how long before people knew."""

from datetime import timedelta

import numpy as np
import pytest

from monitoring.rules.detection.backtest import (
    SENSITIVITIES,
    Known,
    Outcome,
    backtest,
    side_by_side,
)
from monitoring.rules.detection.detector import alerts, detect
from monitoring.rules.detection.judging import Counted, Kind, Measure, Threshold, Unusual
from monitoring.rules.detection.usual import DAY
from tests.monitoring.rules.detection.streams import counted, cut, usual

RULE = Unusual(Kind.BURST)
STORMS = (10 * DAY + 100, 15 * DAY + 40)
TEN = Threshold(Measure.MENTIONS, 10, minutes=5)


def _series(seed: int = 1) -> Counted:
    counts = usual(seed)
    for at in STORMS:
        counts[at : at + 24] += 120
    return counted(counts)


def _known(series: Counted, *, after: int = 12, lasts: int | None = None) -> list[Known]:
    return [
        Known(
            series.moment(at + after),
            None if lasts is None else series.moment(at + after + lasts),
        )
        for at in STORMS
    ]


def test_each_storm_is_told_with_its_moments_and_numbers() -> None:
    series = _series()

    outcome = backtest(RULE, series)

    near = [one for one in outcome.fired if one.raised.at >= series.moment(STORMS[0])]
    first = near[0]
    assert first.raised.at < series.moment(STORMS[0] + 6)
    assert (first.peak.observed or 0) > (first.raised.observed or 0)
    assert first.ended_at is not None
    assert series.moment(STORMS[0] + 24) < first.ended_at < series.moment(STORMS[0] + 72)


def test_it_raises_what_the_command_does_where_storms_are_short() -> None:
    series = _series()

    outcome = backtest(RULE, series)

    raised = alerts(np.nan_to_num(detect(series.mentions).unusual), alarms_a_week=1)
    assert [series.place(one.raised.at) for one in outcome.fired] == np.flatnonzero(raised).tolist()


def test_what_came_before_people_knew_has_a_lead() -> None:
    series = _series()

    outcome = backtest(RULE, series, known=_known(series))

    assert (outcome.knowable, outcome.found) == (2, 2)
    assert outcome.lead is not None
    assert timedelta(minutes=40) <= outcome.lead <= timedelta(hours=1)
    assert [one.known for one in outcome.fired if one.known is not None] == [0, 1]


def test_what_came_later_has_a_lead_below_nothing() -> None:
    series = _series()

    outcome = backtest(RULE, series, known=_known(series, after=-24, lasts=48))

    assert outcome.found == 2
    assert (outcome.lead or timedelta()) < timedelta(0)


def test_what_is_about_nothing_known_is_false() -> None:
    series = _series()

    outcome = backtest(RULE, series, known=_known(series)[:1])

    assert outcome.found == 1
    assert outcome.false == len(outcome.fired) - 1
    assert outcome.false_a_week == pytest.approx(outcome.false / outcome.weeks)


def test_where_nobody_says_what_is_known_nothing_is_false() -> None:
    outcome = backtest(RULE, _series())

    assert (outcome.false, outcome.false_a_week, outcome.lead) == (None, None, None)
    assert outcome.alerts_a_week == pytest.approx(len(outcome.fired) / outcome.weeks)


def test_weeks_are_those_that_could_be_judged() -> None:
    outcome = backtest(RULE, counted(usual(1, days=8)))

    assert outcome.weeks == pytest.approx((8 * DAY - 108) / (7 * DAY), abs=0.01)


def test_what_could_not_be_judged_counts_for_nothing() -> None:
    series = cut(_series(), 60)

    outcome = backtest(RULE, series, known=[Known(series.moment(30))])

    assert (outcome.fired, outcome.weeks, outcome.knowable) == ([], 0, 0)
    assert (outcome.alerts_a_week, outcome.false_a_week) == (None, None)


def test_sensitivities_stand_side_by_side_the_most_cautious_first() -> None:
    series = _series(2)

    outcomes = side_by_side(Unusual(Kind.BURST, 3.0), series, known=_known(series))

    rules = [outcome.rule for outcome in outcomes]
    assert rules == [Unusual(Kind.BURST, alarms) for alarms in sorted({*SENSITIVITIES, 3.0})]
    numbers = [len(outcome.fired) for outcome in outcomes]
    assert numbers == sorted(numbers)
    assert numbers[0] < numbers[-1]


def test_a_threshold_stands_alone() -> None:
    [outcome] = side_by_side(TEN, counted(np.array([20.0] + [0.0] * 40)))

    assert outcome == Outcome(
        rule=TEN,
        fired=outcome.fired,
        weeks=41 / (7 * DAY),
        knowable=0,
        found=0,
        false=None,
        lead=None,
    )
    assert len(outcome.fired) == 1


def test_a_shorter_pause_raises_more() -> None:
    counts = np.zeros(DAY)
    counts[[0, 100, 200]] = 20

    often, seldom = (backtest(TEN, counted(counts), pause=pause) for pause in (24, DAY))

    assert (len(often.fired), len(seldom.fired)) == (3, 1)


def test_of_two_things_an_alert_is_about_the_nearer_one() -> None:
    series = counted(np.array([0.0] * 30 + [20.0] + [0.0] * 40))
    known = [Known(series.moment(0)), Known(series.moment(40)), Known(series.moment(70))]

    [fired] = backtest(TEN, series, known=known).fired

    assert (fired.known, fired.lead) == (1, timedelta(minutes=50))
