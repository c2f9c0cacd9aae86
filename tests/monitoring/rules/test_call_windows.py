"""Calls in a rolling window: never more than allowed, few numbers kept, hardly longer waits."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.rules.call_windows import PARTS, Spent, UsedUp, spend

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
WINDOW = timedelta(seconds=600)
PART = WINDOW / PARTS
CALLS = 7

STEPS = st.lists(st.floats(0, 200) | st.floats(0, 12), max_size=120)


@given(steps=STEPS)
def test_no_window_holds_more_calls_than_allowed_and_none_waits_much_longer(
    steps: list[float],
) -> None:
    spent: list[Spent] = []
    made: list[datetime] = []
    waits: list[tuple[timedelta, timedelta]] = []
    now = NOW
    for step in steps:
        now += timedelta(seconds=step)
        try:
            spent = spend(spent, calls=CALLS, window=WINDOW, now=now)
            made.append(now)
        except UsedUp as used_up:
            waits.append((used_up.wait, made[-CALLS] + WINDOW - now))

    assert all(timedelta(0) < told <= exact + PART for told, exact in waits)
    for last in made:
        assert sum(last - WINDOW < one <= last for one in made) <= CALLS


@given(steps=STEPS)
def test_after_the_wait_that_was_told_a_call_is_free(steps: list[float]) -> None:
    spent: list[Spent] = []
    now = NOW
    for step in steps:
        now += timedelta(seconds=step)
        try:
            spent = spend(spent, calls=CALLS, window=WINDOW, now=now)
        except UsedUp as used_up:
            now += used_up.wait
            spent = spend(spent, calls=CALLS, window=WINDOW, now=now)


def test_what_is_kept_does_not_grow_with_the_calls() -> None:
    spent: list[Spent] = []
    for call in range(3000):
        now = NOW + call * timedelta(seconds=0.3)
        spent = spend(spent, calls=10_000, window=WINDOW, now=now)

    assert len(spent) <= PARTS + 1
    assert sum(count for _at, count in spent) >= 2000


def test_a_clock_that_was_set_back_frees_nothing() -> None:
    spent = spend([], calls=2, window=WINDOW, now=NOW)

    spent = spend(spent, calls=2, window=WINDOW, now=NOW - timedelta(seconds=90))

    assert spent == [(NOW, 2)]
    with pytest.raises(UsedUp):
        spend(spent, calls=2, window=WINDOW, now=NOW + WINDOW / 2)
