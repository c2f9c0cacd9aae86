"""When somebody is warned that something is due."""

from datetime import UTC, datetime, timedelta

import pytest

from incidents.rules.deadlines import warn_at

BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "ahead"),
    [
        (timedelta(minutes=50), timedelta(minutes=10)),
        (timedelta(days=30), timedelta(days=1)),
        (timedelta(minutes=2), timedelta(minutes=1)),
        (timedelta(seconds=30), timedelta(seconds=30)),
    ],
)
def test_the_warning_comes_when_a_fifth_of_the_time_is_left(
    given: timedelta, ahead: timedelta
) -> None:
    due_at = BEGAN + given

    assert warn_at(began_at=BEGAN, due_at=due_at) == due_at - ahead
