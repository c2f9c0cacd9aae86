"""Measuring goals from what was pushed."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from crisisapi.common.actors import SYSTEM
from crisisapi.events.models import Event
from incidents.models import Goal, Incident
from incidents.rules.metrics import METRICS
from incidents.services.goals import set_goal
from monitoring.models import Source
from monitoring.rules.incoming import as_json
from monitoring.services.analysis import analyse_batch
from monitoring.services.deliveries import receive_delivery
from monitoring.services.goals import MEASURES, RECOVERY_MEASURES, due_goals, measure_goal
from tests.factories.incidents import GoalFactory, IncidentFactory
from tests.monitoring.pushing import mention

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
BAD, GOOD, PLAIN = "terrible, dangerous kettle!", "I love it, great", "The shop opens on Sunday"


@pytest.fixture
def incident(source: Source) -> Incident:
    return IncidentFactory(brand=source.brand, started_at=NOW - timedelta(hours=10))


def _receive(source: Source, *mentions: dict[str, Any]) -> None:
    receive_delivery(source=source, external_id="msg_1", body=as_json(list(mentions)), now=NOW)
    while analyse_batch(now=NOW):
        pass


def _goal(incident: Incident, metric: str, **fields: Any) -> Goal:
    baseline, target = (1.0, 0.5) if METRICS[metric].better == "lower" else (0.1, 0.5)
    return set_goal(
        incident=incident,
        title="Calm the talk",
        metric=metric,
        **{"baseline": baseline, "target": target, "deadline": NOW + timedelta(days=1), **fields},
        actor=SYSTEM,
        now=NOW - timedelta(hours=1),
    )


def _measured(goal: Goal, now: datetime = NOW) -> Goal:
    measured = measure_goal(goal=goal, now=now)
    assert measured is not None
    return measured


def test_every_metric_a_goal_can_aim_at_is_measured() -> None:
    assert set(MEASURES) | set(RECOVERY_MEASURES) == {
        name for name, metric in METRICS.items() if not metric.is_manual
    }


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("mentions.count", 8.0),
        ("mentions.per_hour", 0.8),
        ("mentions.negative_share", 0.5),
        ("mentions.positive_share", 0.25),
        ("mentions.engagement", 8 * (3 + 2 + 1)),
    ],
)
def test_a_metric_is_measured_from_what_was_pushed(
    incident: Incident, source: Source, metric: str, value: float
) -> None:
    texts = [BAD] * 4 + [GOOD] * 2 + [PLAIN] * 2
    _receive(
        source,
        *(mention(n, text=text, likes=3, comments=2, shares=1) for n, text in enumerate(texts)),
    )

    goal = _measured(_goal(incident, metric))

    assert (goal.current, goal.measured_at) == (value, NOW)


def test_a_share_of_nothing_is_not_measured(incident: Incident, source: Source) -> None:
    receive_delivery(source=source, external_id="1", body=as_json([mention(1)]), now=NOW)

    goal = _measured(_goal(incident, "mentions.negative_share"))

    assert (goal.current, goal.state) == (None, "unmeasured")
    assert goal.next_measure_at == NOW + timedelta(minutes=1)


def test_only_the_last_day_is_measured(source: Source) -> None:
    incident = IncidentFactory(brand=source.brand, started_at=NOW - timedelta(days=9))
    _receive(
        source,
        mention(1, published_at="2026-03-03T11:59:00Z"),
        mention(2, published_at="2026-03-03T12:00:00Z"),
    )

    assert _measured(_goal(incident, "mentions.count")).current == 1


def test_reaching_the_target_is_an_event(incident: Incident, source: Source) -> None:
    _receive(source, mention(1, text=GOOD))

    goal = _measured(_goal(incident, "mentions.positive_share"))

    event = Event.objects.get(verb="goal.achieved", object_id=goal.pk)
    assert (goal.state, float(event.data["value"])) == ("achieved", 1.0)


@pytest.mark.parametrize("mentions", [[], [mention(1, text=BAD)]])
def test_at_the_deadline_a_goal_not_reached_is_missed_and_measured_no_more(
    incident: Incident, source: Source, mentions: list[dict[str, Any]]
) -> None:
    _receive(source, *mentions)
    goal = _goal(incident, "mentions.negative_share", deadline=NOW + timedelta(minutes=5))

    goal = _measured(goal, now=NOW + timedelta(minutes=5))

    assert (goal.state, goal.next_measure_at) == ("missed", None)
    assert Event.objects.filter(verb="goal.missed", object_id=goal.pk).exists()
    assert measure_goal(goal=goal, now=NOW + timedelta(hours=9)) is None


def test_a_goal_just_measured_is_left_until_it_is_due_again(incident: Incident) -> None:
    goal = _measured(_goal(incident, "mentions.count"))

    assert measure_goal(goal=goal, now=NOW + timedelta(seconds=30)) is None
    assert measure_goal(goal=goal, now=NOW + timedelta(seconds=61)) is not None


def test_the_goal_that_waits_longest_comes_first() -> None:
    later, sooner, not_yet, over = (
        GoalFactory(next_measure_at=at and NOW + timedelta(minutes=at)) for at in (-1, -2, 1, None)
    )

    assert due_goals(now=NOW, limit=5) == [sooner, later]
    assert due_goals(now=NOW, limit=1) == [sooner]
    assert {not_yet.state, over.state} == {"unmeasured"}


def _at_once(number: int, work: Callable[[], Any]) -> list[Any]:
    """Run the work in so many threads that start together."""
    barrier, results = threading.Barrier(number), []

    def run() -> None:
        try:
            barrier.wait()
            results.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_measure_a_goal_once(incident: Incident) -> None:
    goal = _goal(incident, "mentions.count", baseline=20, target=10)

    results = _at_once(4, lambda: measure_goal(goal=goal, now=NOW))

    assert [result.current for result in results if result] == [0]
    assert len(results) == 4
    assert Event.objects.filter(verb="goal.achieved").count() == 1
