"""Axes: round numbers, and moments of the local day."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.rules.charts.scales import grouped, round_values, time_ticks, value_text

ISRAEL = ZoneInfo("Asia/Jerusalem")


@given(st.floats(0.001, 1e9), st.integers(2, 8))
def test_round_numbers_hold_the_highest_value_and_are_not_many(high: float, wanted: int) -> None:
    values = round_values(0, high, wanted)

    assert values[0] == 0
    assert values[-1] >= high * 0.999
    assert len(values) <= wanted + 2


def test_what_is_counted_is_never_half() -> None:
    assert round_values(0, 2, 6, whole=True) == [0, 1, 2]


@pytest.mark.parametrize(
    ("value", "said"), [(0, "0"), (1_250, "1,250"), (25_000, "25K"), (1_500_000, "1.5M")]
)
def test_numbers_at_an_axis_are_short(value: float, said: str) -> None:
    assert value_text(value, "count") == said


def test_ticks_stand_at_full_hours_of_the_local_day() -> None:
    start = datetime(2026, 8, 12, 3, 20, tzinfo=UTC)

    ticks = time_ticks(start, start + timedelta(hours=20), ISRAEL, 8)

    assert {(at.hour % 3, at.minute) for at, _begins_day in ticks} == {(0, 0)}
    assert [at.hour for at, begins_day in ticks if begins_day] == [0]


def test_a_day_of_25_hours_has_one_midnight() -> None:
    start = datetime(2026, 10, 24, 12, tzinfo=UTC)

    ticks = time_ticks(start, start + timedelta(days=2), ISRAEL, 10)

    assert [at.day for at, begins_day in ticks if begins_day] == [25, 26]


@given(st.integers(1, 900), st.integers(5, 72))
def test_every_bucket_is_in_exactly_one_group(count: int, most: int) -> None:
    start = datetime(2026, 8, 12, 3, tzinfo=UTC)
    starts = [start + place * timedelta(minutes=5) for place in range(count)]

    _step, groups = grouped(starts, starts[-1] + timedelta(minutes=5), ISRAEL, most)

    assert [place for _at, places in groups for place in places] == list(range(count))
    assert len(groups) <= most + 2


def test_days_are_put_together_at_local_midnight() -> None:
    start = datetime(2026, 8, 10, 12, tzinfo=UTC)
    starts = [start + place * timedelta(hours=1) for place in range(240)]

    step, groups = grouped(starts, starts[-1] + timedelta(hours=1), ISRAEL, 12)

    assert step == timedelta(days=1)
    assert {(at.hour, at.tzinfo) for at, _places in groups} == {(0, ISRAEL)}
