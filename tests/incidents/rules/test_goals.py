"""When a goal is on track, at risk, achieved or missed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.rules.goals import Better, is_ahead, judge, progress

START = datetime(2026, 3, 1, tzinfo=UTC)
END = START + timedelta(days=10)
VALUES = st.floats(min_value=0, max_value=1e9)


def _judged(current: float, days: float, **more: Any) -> str:
    said: dict[str, Any] = {"baseline": 100.0, "target": 0.0, "better": "lower"} | more
    now = START + timedelta(days=days)
    return judge(**said, current=current, began_at=START, deadline=END, now=now)


@pytest.mark.parametrize(
    ("current", "days", "state"),
    [
        (100, 0, "on_track"),
        (50, 5, "on_track"),
        (50.1, 5, "at_risk"),
        (120, 1, "at_risk"),
        (0, 1, "achieved"),
        (0, 11, "achieved"),
        (0.1, 10, "missed"),
        (0.1, 9.99, "on_track"),
    ],
)
def test_on_track_means_as_far_as_the_time(current: float, days: float, state: str) -> None:
    assert _judged(current, days) == state


@pytest.mark.parametrize(
    ("current", "state"), [(0.5, "on_track"), (0.4, "at_risk"), (0.9, "achieved")]
)
def test_higher_may_be_better(current: float, state: str) -> None:
    assert _judged(current, 5, baseline=0.1, target=0.8, better="higher") == state


def test_a_deadline_that_is_the_beginning_is_no_division_by_zero() -> None:
    state = judge(
        baseline=1,
        target=0,
        current=0.5,
        better="lower",
        began_at=END,
        deadline=END,
        now=END - timedelta(days=1),
    )

    assert state == "at_risk"


@given(baseline=VALUES, target=VALUES, current=VALUES)
def test_progress_is_a_share(baseline: float, target: float, current: float) -> None:
    assert 0 <= progress(baseline=baseline, target=target, current=current) <= 1


@given(baseline=VALUES, target=VALUES, better=st.sampled_from(["lower", "higher"]))
def test_from_the_baseline_nothing_is_done_and_at_the_target_all(
    baseline: float, target: float, better: Better
) -> None:
    if is_ahead(baseline=baseline, target=target, better=better):
        assert progress(baseline=baseline, target=target, current=baseline) == 0
        assert progress(baseline=baseline, target=target, current=target) == 1


@given(worse=VALUES, nearer=VALUES, days=st.floats(min_value=0, max_value=9.9))
def test_a_better_value_never_judges_worse(worse: float, nearer: float, days: float) -> None:
    order = ["at_risk", "on_track", "achieved"]
    low, high = sorted([worse, nearer])

    assert order.index(_judged(low, days)) >= order.index(_judged(high, days))
