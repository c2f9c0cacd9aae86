"""Goals at the desk: measured and given up by actions."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from incidents.models import Goal
from tests.factories.accounts import UserFactory
from tests.factories.incidents import GoalFactory

pytestmark = pytest.mark.django_db

LIST = reverse("admin:incidents_goal_changelist")


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def _acted(desk: Client, goal: Goal, action: str, reason: str) -> list[str]:
    said: dict[str, Any] = {"action": action, "_selected_action": [str(goal.pk)], "reason": reason}
    shown = desk.post(LIST, said, follow=True).context["messages"]
    goal.refresh_from_db()
    return [str(message) for message in shown]


def test_a_measurement_is_recorded_by_an_action(desk: Client) -> None:
    goal = GoalFactory(metric="manual.trust", baseline=40, target=60)

    refused = _acted(desk, goal, "measure", "much")
    _acted(desk, goal, "measure", "45,5")

    assert "Write the number" in refused[0]
    assert goal.current == 45.5
    page = desk.get(reverse("admin:incidents_goal_change", args=[goal.pk])).content.decode()
    assert "45.5" in page


def test_what_the_workers_measure_is_refused(desk: Client) -> None:
    assert "measured by the workers" in _acted(desk, GoalFactory(), "measure", "0.5")[0]


def test_a_goal_is_given_up_by_an_action_with_a_reason(desk: Client) -> None:
    goal = GoalFactory()

    refused = _acted(desk, goal, "withdraw_goal", "")
    _acted(desk, goal, "withdraw_goal", "The survey was cancelled")

    assert "Say why." in refused[0]
    assert goal.withdrawn_reason == "The survey was cancelled"
