"""Metrics that people read elsewhere and write down."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crisisapi.accounts.models import User
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from incidents.models import Goal, GoalMeasurement
from incidents.services.goals import GoalWithdrawn, set_goal
from incidents.services.measurements import (
    MeasuredByWorkers,
    add_measurement,
    record_measurement,
)
from tests.factories.incidents import GoalFactory, IncidentFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def goal() -> Goal:
    return set_goal(
        incident=IncidentFactory(),
        title="Fewer complaints",
        metric="manual.complaints",
        baseline=60,
        target=10,
        deadline=TOMORROW,
        actor=SYSTEM,
        now=NOW,
    )


def _added(goal: Goal, value: float, *, hours: float = 1, **more: Any) -> GoalMeasurement:
    said = {"actor": SYSTEM, "now": NOW + timedelta(hours=hours), **more}
    return add_measurement(goal=goal, value=value, **said)


def test_what_a_person_writes_down_moves_the_goal(goal: Goal, responder: User) -> None:
    by = Actor("user", responder.pk)

    kept = _added(goal, 55, actor=by, note="From the service system")

    goal.refresh_from_db()
    assert (kept.by, kept.note, kept.measured_at) == (
        responder,
        "From the service system",
        NOW + timedelta(hours=1),
    )
    assert (goal.current, goal.state, goal.version) == (55, "on_track", 1)
    told = list(Event.objects.order_by("position").values_list("verb", "actor_id"))
    assert told[1:] == [("goal.measured", responder.pk), ("goal.on_track", responder.pk)]


def test_the_latest_moment_counts_not_the_last_written(goal: Goal) -> None:
    _added(goal, 20, hours=3)
    _added(goal, 50, hours=4, measured_at=NOW + timedelta(hours=2))

    goal.refresh_from_db()
    assert (goal.current, goal.measurements.count()) == (20, 2)


def test_the_workers_measure_what_they_can_count() -> None:
    with pytest.raises(MeasuredByWorkers):
        _added(GoalFactory(deadline=TOMORROW), 0.5)


@pytest.mark.parametrize(
    ("value", "more", "field"),
    [
        (-1, {}, "value"),
        (float("nan"), {}, "value"),
        (5, {"measured_at": NOW + timedelta(hours=2)}, "measured_at"),
        (5, {"measured_at": TOMORROW + timedelta(hours=1), "hours": 30}, "measured_at"),
    ],
)
def test_a_senseless_measurement_is_refused(
    goal: Goal, value: float, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _added(goal, value, **more)

    assert set(refusal.value.errors) == {field}


def test_a_share_and_points_have_their_bounds() -> None:
    share = GoalFactory(metric="manual.refunds_done", baseline=0.1, target=0.9, deadline=TOMORROW)
    points = GoalFactory(metric="manual.trust", baseline=40, target=60, deadline=TOMORROW)

    for goal, value in [(share, 1.01), (points, 100.5)]:
        with pytest.raises(InvalidInput):
            _added(goal, value)


def test_nobody_measures_a_withdrawn_goal(goal: Goal) -> None:
    Goal.objects.update(withdrawn_at=NOW)

    with pytest.raises(GoalWithdrawn):
        _added(goal, 5)


def test_while_nobody_measures_time_puts_it_at_risk_and_ends_it(goal: Goal) -> None:
    _added(goal, 55)

    later = record_measurement(goal=goal, value=None, now=NOW + timedelta(hours=12))
    over = record_measurement(goal=goal, value=None, now=TOMORROW)

    assert (later.state, later.next_measure_at) == ("at_risk", NOW + timedelta(hours=13))
    assert (over.state, over.next_measure_at) == ("missed", None)


def test_a_goal_nobody_measured_is_missed_at_its_deadline(goal: Goal) -> None:
    assert record_measurement(goal=goal, value=None, now=TOMORROW).state == "missed"


def test_what_was_reached_in_time_and_written_down_late_counts(goal: Goal) -> None:
    record_measurement(goal=goal, value=None, now=TOMORROW)

    _added(goal, 8, hours=30, measured_at=TOMORROW - timedelta(hours=1))

    goal.refresh_from_db()
    assert (goal.state, goal.next_measure_at) == ("achieved", None)
