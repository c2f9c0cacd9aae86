"""Goals: set with sense, measured, judged."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from incidents.models import Goal
from incidents.services.goals import change_goal, record_measurement, set_goal
from tests.factories.incidents import GoalFactory, IncidentFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOMORROW = NOW + timedelta(days=1)


def _set(**fields: Any) -> Goal:
    said = {
        "incident": IncidentFactory(),
        "title": "Calm",
        "metric": "mentions.negative_share",
        "baseline": 0.8,
        "target": 0.3,
        "deadline": TOMORROW,
    }
    return set_goal(**(said | fields), actor=SYSTEM, now=NOW)


def _changed(goal: Goal, **fields: Any) -> Goal:
    return change_goal(goal=goal, actor=SYSTEM, now=NOW, expected_version=None, **fields)


def test_a_new_goal_is_measured_at_once() -> None:
    goal = _set()

    assert (goal.state, goal.next_measure_at) == ("unmeasured", NOW)
    assert Event.objects.get().verb == "goal.set"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"target": 0.9}, "target"),
        ({"target": 0.8}, "target"),
        ({"target": -0.1}, "target"),
        ({"baseline": 1.1}, "baseline"),
        ({"metric": "mentions.positive_share", "target": 0.7}, "target"),
        ({"metric": "mentions.positive_share", "target": 1.01}, "target"),
        ({"metric": "mentions.count", "baseline": 100.0, "target": -1.0}, "target"),
        ({"metric": "mentions.count", "target": float("-inf")}, "target"),
        ({"metric": "mentions.count", "baseline": float("inf")}, "baseline"),
        ({"baseline": float("nan")}, "baseline"),
        ({"deadline": NOW}, "deadline"),
        ({"deadline": NOW - timedelta(seconds=1)}, "deadline"),
    ],
)
def test_a_senseless_goal_is_refused(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _set(**fields)

    assert set(refusal.value.errors) == {field}


@pytest.mark.parametrize(
    "fields",
    [
        {"metric": "mentions.positive_share", "baseline": 0.1, "target": 1.0},
        {"metric": "mentions.count", "baseline": 5_000.0, "target": 0.0},
    ],
)
def test_a_goal_at_the_edge_is_fine(fields: dict[str, Any]) -> None:
    assert _set(**fields).target == fields["target"]


def test_a_changed_goal_is_measured_again_at_once() -> None:
    goal = GoalFactory(next_measure_at=TOMORROW)

    assert _changed(goal, target=0.2).next_measure_at == NOW


def test_the_title_of_an_overdue_goal_may_change_its_deadline_not_into_the_past() -> None:
    goal = GoalFactory(deadline=NOW - timedelta(days=1))

    assert _changed(goal, title="New").title == "New"
    with pytest.raises(InvalidInput):
        _changed(goal, deadline=NOW - timedelta(hours=1))


def test_a_change_to_the_wrong_side_is_refused() -> None:
    with pytest.raises(InvalidInput):
        _changed(GoalFactory(baseline=0.8, target=0.3), baseline=0.2)


def test_a_measurement_moves_no_version_and_a_new_state_is_an_event() -> None:
    goal = _set()

    for value in (0.79, 0.3, 0.31):
        goal = record_measurement(goal=goal, value=value, now=NOW + timedelta(hours=12))

    verbs = list(Event.objects.order_by("position").values_list("verb", flat=True))
    assert verbs == ["goal.set", "goal.at_risk", "goal.achieved", "goal.on_track"]
    assert (goal.version, goal.current) == (1, 0.31)


def test_the_same_state_again_is_no_event() -> None:
    goal = _set()

    for _ in range(3):
        record_measurement(goal=goal, value=0.79, now=NOW + timedelta(hours=12))

    assert Event.objects.count() == 2


def test_nothing_to_measure_is_not_zero() -> None:
    goal = record_measurement(goal=_set(), value=None, now=NOW + timedelta(hours=1))

    assert (goal.state, goal.current, goal.measured_at) == ("unmeasured", None, None)
    assert goal.next_measure_at == NOW + timedelta(hours=1, minutes=1)


@pytest.mark.parametrize("value", [None, 0.5])
def test_at_the_deadline_a_goal_not_reached_is_missed_and_measured_no_more(
    value: float | None,
) -> None:
    goal = record_measurement(goal=_set(), value=value, now=TOMORROW)

    assert (goal.state, goal.next_measure_at) == ("missed", None)


def test_the_last_measurement_is_at_the_deadline() -> None:
    goal = record_measurement(goal=_set(), value=0.5, now=TOMORROW - timedelta(seconds=10))

    assert goal.next_measure_at == TOMORROW


def test_due_goals_are_those_whose_time_has_come() -> None:
    due = GoalFactory(next_measure_at=timezone.now())
    GoalFactory(next_measure_at=timezone.now() + timedelta(hours=1))
    GoalFactory(next_measure_at=None)

    assert list(Goal.objects.due(now=timezone.now())) == [due]
