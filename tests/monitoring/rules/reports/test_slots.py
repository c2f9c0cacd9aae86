"""When the next report of a schedule is due."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.rules.reports.slots import next_slot

ISRAEL = ZoneInfo("Asia/Jerusalem")
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("after", "hours", "slot"),
    [
        ("2026-06-09T05:10+03:00", 4, "2026-06-09T08:00+03:00"),
        ("2026-06-09T08:00+03:00", 4, "2026-06-09T12:00+03:00"),
        ("2026-06-09T23:59+03:00", 5, "2026-06-10T00:00+03:00"),
    ],
)
def test_every_few_hours_begin_at_full_hours_of_the_day(after: str, hours: int, slot: str) -> None:
    found = next_slot(
        hours=hours, at=None, weekday=None, after=datetime.fromisoformat(after), zone=ISRAEL
    )

    assert found == datetime.fromisoformat(slot)


def test_nine_o_clock_stays_nine_o_clock_when_the_clock_is_changed() -> None:
    before = datetime(2026, 10, 24, 9, 1, tzinfo=ISRAEL)

    found = next_slot(hours=None, at=time(9), weekday=None, after=before, zone=ISRAEL)

    assert (found.day, found.hour) == (25, 9)
    assert found.timestamp() - before.timestamp() == 86_400 + 3_540


def test_a_week_waits_for_its_day() -> None:
    monday = datetime(2026, 6, 8, 9, tzinfo=ISRAEL)

    found = next_slot(hours=None, at=time(9), weekday=1, after=monday, zone=ISRAEL)

    assert found == monday + timedelta(days=7)


@given(MOMENTS, st.integers(1, 24))
def test_the_next_slot_is_always_later_and_never_far(after: datetime, hours: int) -> None:
    found = next_slot(hours=hours, at=None, weekday=None, after=after, zone=ISRAEL)

    assert 0 < found.timestamp() - after.timestamp() <= 25 * 3600


@given(MOMENTS, st.times(), st.integers(1, 7))
def test_each_week_has_one_slot(after: datetime, at: time, weekday: int) -> None:
    terms: dict[str, Any] = {"hours": None, "at": at, "weekday": weekday, "zone": ISRAEL}

    first = next_slot(after=after, **terms)
    second = next_slot(after=first, **terms)

    assert after.timestamp() < first.timestamp() < second.timestamp()
    assert (second.date() - first.date()).days == 7
