"""Goals: set with sense, measured, judged."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from incidents.models import Goal, GoalMeasurement
from incidents.rules.metrics import METRICS
from incidents.services.goals import GoalWithdrawn, change_goal, set_goal, withdraw_goal
from incidents.services.measurements import record_measurement
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
        ({"metric": "mentions.mood"}, "metric"),
        ({"metric": "manual.trust", "baseline": 40.0, "target": 101.0}, "target"),
        ({"metric": "manual.complaints", "baseline": None}, "baseline"),
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


def test_an_unknown_metric_is_told_which_there_are() -> None:
    with pytest.raises(InvalidInput) as refusal:
        _set(metric="mentions.mood")

    assert all(name in str(refusal.value.errors["metric"][0]) for name in METRICS)


def test_a_target_on_the_wrong_side_is_told_where_the_baseline_is() -> None:
    with pytest.raises(InvalidInput) as refusal:
        _set(target=0.9)

    assert "below the baseline, which is 0.8" in str(refusal.value.errors["target"][0])


def test_a_baseline_left_out_is_the_first_measurement() -> None:
    goal = _set(baseline=None)

    first = record_measurement(goal=goal, value=0.7, now=NOW + timedelta(minutes=1))
    second = record_measurement(goal=first, value=0.6, now=NOW + timedelta(minutes=2))

    assert (goal.baseline, goal.baseline_from, goal.progress) == (None, "data", None)
    assert (second.baseline, second.current, second.baseline_from) == (0.7, 0.6, "data")
    event = Event.objects.get(verb="goal.baseline_taken")
    assert float(event.data["baseline"]) == 0.7


def test_nothing_measured_is_no_baseline() -> None:
    goal = record_measurement(goal=_set(baseline=None), value=None, now=NOW)

    assert (goal.baseline, goal.state) == (None, "unmeasured")


@pytest.mark.parametrize("value", [0.3, 0.1])
def test_a_goal_that_is_reached_where_it_begins_is_achieved_at_once(value: float) -> None:
    goal = record_measurement(goal=_set(baseline=None), value=value, now=NOW)

    assert goal.state == "achieved"


def test_a_baseline_may_be_typed_later_and_taken_anew() -> None:
    goal = _changed(_set(baseline=None), baseline=0.9)
    assert (goal.baseline, goal.baseline_from) == (0.9, "typed")

    again = _changed(goal, baseline=None)

    measured = record_measurement(goal=again, value=0.5, now=NOW)
    assert (measured.baseline, measured.baseline_from) == (0.5, "data")


def test_what_was_reached_and_lost_again_is_told() -> None:
    goal = _set()

    for minute, value in enumerate([0.2, 0.7, 0.2]):
        goal = record_measurement(goal=goal, value=value, now=NOW + timedelta(hours=20 + minute))

    verbs = list(Event.objects.order_by("position").values_list("verb", flat=True))
    assert verbs == ["goal.set", "goal.achieved", "goal.at_risk", "goal.achieved"]


def test_a_goal_that_was_reached_stays_so_when_the_talk_falls_silent() -> None:
    goal = record_measurement(goal=_set(), value=0.2, now=NOW + timedelta(hours=1))

    assert record_measurement(goal=goal, value=None, now=TOMORROW).state == "achieved"


def test_a_value_is_kept_when_it_changes_and_once_an_hour() -> None:
    goal = _set()

    for minutes, value in [(0, 0.5), (1, 0.5), (2, 0.6), (3, 0.6), (62, 0.6), (63, 0.6)]:
        record_measurement(goal=goal, value=value, now=NOW + timedelta(minutes=minutes))

    kept = GoalMeasurement.objects.order_by("measured_at")
    assert [(row.measured_at - NOW).seconds // 60 for row in kept] == [0, 2, 62]
    assert {row.by for row in kept} == {None}


def test_a_withdrawn_goal_keeps_its_state_and_is_judged_no_more() -> None:
    goal = record_measurement(goal=_set(), value=0.75, now=NOW + timedelta(hours=12))
    said: dict[str, Any] = {"actor": SYSTEM, "now": NOW, "expected_version": None}

    withdrawn = withdraw_goal(goal=goal, reason="Another metric says more", **said)
    after = record_measurement(goal=withdrawn, value=0.1, now=TOMORROW)

    assert (after.state, after.current, after.next_measure_at) == ("at_risk", 0.75, None)
    with pytest.raises(GoalWithdrawn):
        _changed(withdrawn, title="x")
    with pytest.raises(GoalWithdrawn):
        withdraw_goal(goal=withdrawn, reason="x", **said)


def test_a_withdrawal_says_why() -> None:
    with pytest.raises(InvalidInput):
        withdraw_goal(goal=_set(), reason=" ", actor=SYSTEM, now=NOW, expected_version=None)
