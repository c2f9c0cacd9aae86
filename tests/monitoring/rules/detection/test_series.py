"""Uploaded series: on the grid, or refused with the row."""

from datetime import UTC, datetime

import pytest

from monitoring.rules.detection.series import BadSeries, series_of


def test_rows_are_put_on_the_grid_that_the_first_begins() -> None:
    series = series_of([("2026-03-04 09:02:53", "3"), ("2026-03-04T09:12:53", "5.0")])

    assert series.counts.tolist() == [3, 0, 5]
    assert series.missing.tolist() == [False, True, False]
    assert series.places == [0, 2]


def test_an_hour_that_the_clock_tells_twice_is_two_hours() -> None:
    before, after = "2026-10-25T01:55:00+03:00", "2026-10-25T01:00:00+02:00"

    series = series_of([(before, "1"), (after, "2")])

    assert series.places == [0, 1]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([("2026-03-04 09:00", "1"), ("soon", "1")], "row 2: “soon” is no time"),
        ([("2026-03-04 09:00", "many")], "row 1: “many” is no number"),
        ([("2026-03-04 09:00", "inf")], "row 1: “inf” is no number"),
        ([("2026-03-04 09:00", "1"), ("2026-03-04 09:04", "1")], "row 2: .* five minutes after"),
        ([("2026-03-04 09:00", "1"), ("2026-03-04 08:00", "1")], "row 2: .* five minutes after"),
        ([("2026-03-04 09:00", "1"), ("2046-03-04 08:00", "1")], "row 2: .* ten years"),
        ([("0001-01-01T00:00:00+14:00", "1")], "row 1: .* is no time"),
    ],
)
def test_what_cannot_be_judged_is_refused_with_its_row(
    rows: list[tuple[str, str]], reason: str
) -> None:
    with pytest.raises(BadSeries, match=reason):
        series_of(rows)


def test_a_series_without_rows_is_empty() -> None:
    assert len(series_of([]).counts) == 0


def test_rows_are_judged_from_the_time_of_the_first_on() -> None:
    counted = series_of(
        [("2026-03-04 09:00+02:00", "3"), ("2026-03-04 09:10+02:00", "5")]
    ).counted()

    assert counted.started_at == datetime(2026, 3, 4, 7, tzinfo=UTC)
    assert counted.mentions.tolist() == [3, 0, 5]
    assert counted.missing.tolist() == [False, True, False]
    assert counted.reach.sum() == counted.known.sum() == 0


def test_what_has_no_rows_cannot_be_judged() -> None:
    with pytest.raises(BadSeries, match="no rows"):
        series_of([]).counted()
