"""How a clock stands."""

from datetime import UTC, datetime, timedelta

import pytest

from incidents.rules.clocks import Standing, outcome_of, standing_of

DUE = datetime(2026, 6, 9, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_the_due_moment_itself_is_in_time() -> None:
    assert outcome_of(due_at=DUE, stopped_at=DUE) == "met"
    assert outcome_of(due_at=DUE, stopped_at=DUE + timedelta(microseconds=1)) == "met_late"


@pytest.mark.parametrize(
    ("state", "stopped_at", "now", "expected"),
    [
        ("running", None, DUE - MINUTE, Standing(60, 0)),
        ("running", None, DUE + MINUTE, Standing(0, 60)),
        ("met", DUE - MINUTE, DUE + 9 * MINUTE, Standing(None, 0)),
        ("met_late", DUE + 2 * MINUTE, DUE + 9 * MINUTE, Standing(None, 120)),
        ("cancelled", DUE + MINUTE, DUE + 9 * MINUTE, Standing(None, None)),
    ],
)
def test_a_clock_counts_until_it_is_stopped(
    state: str, stopped_at: datetime | None, now: datetime, expected: Standing
) -> None:
    assert standing_of(state=state, due_at=DUE, stopped_at=stopped_at, now=now) == expected
