"""Quiet hours and digests in the brand's own time."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from messaging.rules.quiet_hours import awake_at, digest_at

JERUSALEM = ZoneInfo("Asia/Jerusalem")  # UTC+2 in winter, UTC+3 in summer


def _awake(text: str, quiet_from: str = "22:00", quiet_until: str = "07:00") -> str:
    moment = awake_at(
        datetime.fromisoformat(text),
        quiet_from=time.fromisoformat(quiet_from),
        quiet_until=time.fromisoformat(quiet_until),
        zone=JERUSALEM,
    )
    return moment.isoformat()


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-01-10T12:00:00+00:00", "2026-01-10T12:00:00+00:00"),
        ("2026-01-10T20:00:00+00:00", "2026-01-11T05:00:00+00:00"),
        ("2026-01-10T23:30:00+00:00", "2026-01-11T05:00:00+00:00"),
        ("2026-01-11T05:00:00+00:00", "2026-01-11T05:00:00+00:00"),
        ("2026-07-10T20:00:00+00:00", "2026-07-11T04:00:00+00:00"),
    ],
)
def test_what_comes_at_night_waits_for_the_morning(moment: str, expected: str) -> None:
    assert _awake(moment) == expected


def test_the_hour_that_spring_takes_is_not_waited_for() -> None:
    # On 27 March 2026 the clock goes from 02:00 to 03:00.
    assert _awake("2026-03-26T20:30:00+00:00") == "2026-03-27T04:00:00+00:00"


def test_quiet_hours_may_lie_within_a_day() -> None:
    assert _awake("2026-01-10T11:00:00+00:00", "13:00", "15:00") == "2026-01-10T13:00:00+00:00"


def test_hours_that_end_where_they_begin_are_none() -> None:
    assert _awake("2026-01-10T20:00:00+00:00", "22:00", "22:00") == "2026-01-10T20:00:00+00:00"


def test_without_quiet_hours_nothing_waits() -> None:
    moment = datetime(2026, 1, 10, 20, tzinfo=UTC)

    assert awake_at(moment, quiet_from=None, quiet_until=None, zone=JERUSALEM) == moment


@pytest.mark.parametrize(
    ("moment", "minutes", "expected"),
    [
        ("2026-01-10T12:07:00+00:00", 60, "2026-01-10T13:00:00+00:00"),
        ("2026-01-10T12:00:00+00:00", 60, "2026-01-10T13:00:00+00:00"),
        ("2026-01-10T12:07:00+00:00", 15, "2026-01-10T12:15:00+00:00"),
        ("2026-01-10T12:07:00+00:00", 1440, "2026-01-10T22:00:00+00:00"),
    ],
)
def test_a_digest_leaves_at_a_full_step_of_the_day(
    moment: str, minutes: int, expected: str
) -> None:
    due = digest_at(datetime.fromisoformat(moment), minutes=minutes, zone=JERUSALEM)

    assert due.isoformat() == expected
