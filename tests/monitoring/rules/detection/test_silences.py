"""Silence of a query: by the clock of the brand, from counts of five minutes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from monitoring.rules.arrays import Numbers
from monitoring.rules.detection.judging import Counted, Judgement, Kind
from monitoring.rules.detection.silences import judge_silence
from monitoring.rules.detection.usual import DAY
from tests.monitoring.rules.detection.streams import counted

JERUSALEM = ZoneInfo("Asia/Jerusalem")
HOUR = timedelta(hours=1)
START = datetime(2026, 3, 15, 22, tzinfo=UTC)  # midnight there; clocks go forward on the 27th


def _busy_by_day(days: int, *, start: datetime = START, an_hour: float = 40) -> Numbers:
    """Return 40 mentions an hour from eight to twenty by the clock, hardly any by night."""
    moments = [
        (start + place * HOUR / 12).astimezone(JERUSALEM).hour for place in range(days * DAY)
    ]
    random = np.random.default_rng(1)
    means = np.where([8 <= hour < 20 for hour in moments], an_hour / 12, 0.02)
    return random.poisson(means).astype(float)


def _silence(
    counts: Numbers, *, until: timedelta, missing: bool = False, start: datetime = START
) -> Judgement | None:
    """Return what is said so long after the last count, from which on nothing came."""
    series = np.concatenate([counts, np.zeros(until // (HOUR / 12))])
    heard = replace(counted(series), started_at=start)
    if missing:
        heard.missing[len(counts) :] = True
    return _told(heard)


def _told(series: Counted) -> Judgement | None:
    now = series.moment(len(series.mentions))
    return judge_silence(series, now=now, zone=JERUSALEM)


def _until(hour: int, *, days: int = 9) -> Numbers:
    return _busy_by_day(days + 1)[: days * DAY + hour * 12]


def test_a_query_that_brings_forty_an_hour_is_missed_within_the_hour() -> None:
    told = _silence(_until(10), until=HOUR)

    assert told is not None
    assert told.kind is Kind.SILENCE
    assert told.observed == pytest.approx(1, abs=0.2)
    assert told.usual == pytest.approx(40, rel=0.2)
    assert (told.unusual or 0) > 0.999
    assert told.is_over


@pytest.mark.parametrize("missing", [False, True])
def test_nothing_for_six_hours_of_the_day_is_a_silence_of_six_hours(*, missing: bool) -> None:
    told = _silence(_until(10), until=6 * HOUR, missing=missing)

    assert told is not None
    assert told.observed == pytest.approx(6, abs=0.2)
    assert told.at == START + timedelta(days=9, hours=16) - timedelta(hours=told.observed or 0)


def test_night_is_no_silence() -> None:
    assert _silence(_until(20), until=10 * HOUR) is None


def test_the_morning_after_clocks_went_forward_is_no_silence() -> None:
    """It comes an hour earlier in UTC; a detector of fixed hours would miss the first one."""
    counts = _busy_by_day(12)[: 11 * DAY + 19 * 12]  # the 27th: an hour short

    assert _silence(counts, until=timedelta(hours=11, minutes=50)) is None


def test_two_days_of_history_tell_nothing() -> None:
    assert _silence(_until(10, days=2), until=6 * HOUR) is None


def test_nothing_ever_heard_is_no_silence() -> None:
    assert _silence(np.zeros(9 * DAY), until=6 * HOUR) is None


def test_before_the_first_that_was_heard_nothing_is_known() -> None:
    counts = _until(10)
    series = replace(counted(np.concatenate([counts, np.zeros(72)])), started_at=START)
    series.missing[: 7 * DAY] = True

    assert _told(series) is None


def test_a_query_that_is_rarely_talked_of_is_not_missed_for_a_day() -> None:
    counts = np.random.default_rng(2).poisson(5 / DAY, 9 * DAY).astype(float)
    counts[-1] = 1

    assert _silence(counts, until=24 * HOUR) is None
