"""Goals that aim at the talk of before the crisis."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from crisisapi.accounts.models import Brand
from incidents.models import Goal, Incident
from monitoring.services.goals import measure_goal
from tests.factories.incidents import GoalFactory
from tests.monitoring.storming import SCENE, tell_storm

pytestmark = pytest.mark.django_db


def _measured(incident: Incident, metric: str, now: datetime) -> Goal:
    goal = GoalFactory(
        incident=incident,
        brand=incident.brand,
        metric=metric,
        baseline=5.0,
        target=0.3,
        next_measure_at=now,
        deadline=now + timedelta(days=9),
    )
    measured = measure_goal(goal=goal, now=now)
    assert measured is not None
    return measured


def test_the_distance_from_the_usual_talk_is_measured(brand: Brand) -> None:
    incident, _, until = tell_storm(brand)

    goal = _measured(incident, "mentions.distance_to_baseline", until)

    assert goal.current is not None
    assert 0.3 < goal.current < 3


def test_the_time_to_recovery_is_not_known_before_it(brand: Brand) -> None:
    incident, _, until = tell_storm(brand)

    assert _measured(incident, "mentions.hours_to_recovery", until).current is None


def test_the_time_to_recovery_is_measured_when_the_talk_stayed_usual(brand: Brand) -> None:
    incident, _, until = tell_storm(brand, replace(SCENE, horizon=72, fall=3))

    goal = _measured(incident, "mentions.hours_to_recovery", until)

    assert goal.current == pytest.approx(18, abs=10)
