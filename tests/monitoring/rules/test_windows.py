from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.rules.windows import (
    DAY,
    FIVE_MINUTES,
    HOUR,
    align,
    bucket_start,
    cover,
    fitting_width,
)

moments = st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from(
        [
            UTC,
            ZoneInfo("Asia/Jerusalem"),
            ZoneInfo("Asia/Kathmandu"),
            ZoneInfo("Australia/Lord_Howe"),
            timezone(timedelta(hours=-9, minutes=-30)),
            timezone(timedelta(minutes=7)),
        ]
    ),
)
widths = st.sampled_from([FIVE_MINUTES, HOUR, DAY])


@given(moments, moments, widths)
def test_a_window_is_the_smallest_of_whole_buckets_that_holds_both(
    one: datetime, other: datetime, width: timedelta
) -> None:
    start, end = sorted([one, other])

    window = align(start, end, width)

    assert window.start <= start < window.start + width
    assert window.end - width < end <= window.end or window.end == window.start + width
    assert (window.end - window.start) % width == timedelta(0)
    assert window.start.utcoffset() == window.end.utcoffset() == timedelta(0)


@given(moments, widths)
def test_every_bucket_starts_on_a_round_time_of_utc(moment: datetime, width: timedelta) -> None:
    start = bucket_start(moment, width)

    assert start.timestamp() % width.total_seconds() == 0
    assert timedelta(0) <= moment - start < width


def test_a_moment_is_a_window_of_one_bucket() -> None:
    noon = datetime(2026, 3, 4, 12, tzinfo=UTC)

    assert list(align(noon, noon, HOUR).starts()) == [noon]


def test_an_end_on_the_edge_belongs_to_the_bucket_before() -> None:
    noon = datetime(2026, 3, 4, 12, tzinfo=UTC)

    window = align(noon, noon + HOUR, HOUR)

    assert (window.end, window.hours) == (noon + HOUR, 1.0)


@pytest.mark.parametrize(
    ("start", "hours"),
    [
        # Clocks in Israel go forward on 2026-03-27 and back on 2026-10-25.
        (datetime(2026, 3, 27, tzinfo=ZoneInfo("Asia/Jerusalem")), 23),
        (datetime(2026, 10, 25, tzinfo=ZoneInfo("Asia/Jerusalem")), 25),
    ],
)
def test_a_day_on_which_the_clock_changes_has_as_many_hours_as_it_lasts(
    start: datetime, hours: int
) -> None:
    end = (start + timedelta(days=1)).astimezone(UTC)

    window = align(start.astimezone(UTC), end, HOUR)

    assert len(list(window.starts())) == hours


def test_the_end_of_the_calendar_is_refused() -> None:
    with pytest.raises(OverflowError):
        align(datetime(2026, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC), HOUR)


@pytest.mark.parametrize(
    ("length", "width"),
    [
        (timedelta(hours=3), FIVE_MINUTES),
        (timedelta(days=1), FIVE_MINUTES),
        (timedelta(days=2), HOUR),
        (timedelta(days=400), DAY),
    ],
)
def test_a_width_fits_the_length(length: timedelta, width: timedelta) -> None:
    assert fitting_width(length) == width


@given(start=moments, minutes=st.integers(5, 200_000))
def test_a_cover_is_the_window_in_few_buckets(start: datetime, minutes: int) -> None:
    window = align(start, start + timedelta(minutes=minutes), FIVE_MINUTES)

    parts = cover(window)

    assert (parts[0].start, parts[-1].end) == (window.start, window.end)
    assert all(one.end == following.start for one, following in pairwise(parts))
    for part in parts:
        assert bucket_start(part.start, part.width) == part.start
        assert bucket_start(part.end, part.width) == part.end
    short = [part for part in parts if part.width < DAY]
    assert sum((part.end - part.start) / part.width for part in short) <= 2 * (11 + 23)
