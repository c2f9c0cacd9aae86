"""Waits: of what is asked from time to time, and of what stays open."""

from datetime import timedelta

import pytest

from monitoring.rules.backoff import next_connect, next_wait


def connects(code: str) -> list[float]:
    return [next_connect(code, failures=n).total_seconds() for n in range(1, 9)]


def test_the_interval_doubles_up_to_an_hour() -> None:
    waits = [next_wait(timedelta(minutes=10), failures=n) for n in (1, 2, 3, 4, 50)]

    assert [wait.total_seconds() / 60 for wait in waits] == [10, 20, 40, 60, 60]


def test_a_longer_interval_than_an_hour_stays() -> None:
    assert next_wait(timedelta(hours=6), failures=9) == timedelta(hours=6)


@pytest.mark.parametrize(("asked", "seconds"), [(77.0, 77), (0.0, 1), (1e9, 86_400)])
def test_what_the_platform_asks_for_is_kept_up_to_a_day(asked: float, seconds: int) -> None:
    assert next_wait(timedelta(minutes=5), failures=3, asked=asked).total_seconds() == seconds
    assert next_connect("cut", failures=3, asked=asked).total_seconds() == seconds


def test_a_stream_that_broke_is_opened_at_once_then_ever_later() -> None:
    assert connects("cut") == [0, 1, 2, 4, 8, 16, 16, 16]


def test_a_stream_that_was_refused_waits_longer() -> None:
    assert connects("server_error") == [5, 10, 20, 40, 80, 160, 320, 320]


def test_a_stream_that_was_too_much_waits_longest() -> None:
    assert connects("rate_limited") == [60, 120, 240, 480, 960, 960, 960, 960]


def test_what_needs_a_person_is_tried_seldom() -> None:
    waits = [next_connect("cut", failures=n, needs_person=True) for n in (1, 2, 20)]

    assert waits == [timedelta(minutes=5), timedelta(minutes=10), timedelta(hours=1)]
