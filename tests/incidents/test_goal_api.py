"""Goals over HTTP: what they can aim at, what was measured, giving them up."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand
from tests.checks import codes_of, problem_of, queries_of
from tests.factories.incidents import GoalFactory, GoalMeasurementFactory, IncidentFactory

pytestmark = pytest.mark.django_db

API = "/api/v1/"


def _manual(brand: Brand, **more: Any) -> Any:
    said = {"metric": "manual.complaints", "baseline": 60.0, "target": 10.0, **more}
    return GoalFactory(incident__brand=brand, **said)


def test_the_metrics_are_listed_in_the_language_asked_for(api: APIClient) -> None:
    rows = api.get(f"{API}goal-metrics/", headers={"accept-language": "en"}).json()["results"]

    by_name = {row["name"]: row for row in rows}
    assert by_name["mentions.negative_share"] == {
        "name": "mentions.negative_share",
        "label": "share of negative mentions",
        "unit": "share",
        "better": "lower",
        "is_manual": False,
        "least": 0.0,
        "most": 1.0,
    }
    assert by_name["manual.trust"]["most"] == 100.0


def test_a_goal_without_a_baseline_waits_for_the_first_measurement(
    api: APIClient, brand: Brand
) -> None:
    body = {
        "incident": str(IncidentFactory(brand=brand).pk),
        "title": "Calm",
        "metric": "mentions.count",
        "target": 100,
        "deadline": (timezone.now() + timedelta(days=1)).isoformat(),
    }

    made = api.post(f"{API}goals/", body)

    assert made.status_code == 201, made.content
    assert (made.json()["baseline"], made.json()["baseline_from"]) == (None, "data")


def test_an_unknown_metric_is_told_which_there_are(api: APIClient) -> None:
    response = api.post(f"{API}goals/", {"metric": "mentions.mood"})

    [error] = problem_of(response, 400)["errors"]["metric"]
    assert "manual.complaints" in error["message"]


def test_a_measurement_is_written_down_and_listed(api: APIClient, brand: Brand) -> None:
    goal = _manual(brand)
    path = f"{API}goals/{goal.pk}/"

    made = api.post(f"{path}measurements/", {"value": 9, "note": "Service system"})

    assert made.status_code == 201, made.content
    [row] = api.get(f"{path}measurements/").json()["results"]
    assert row == made.json()
    assert (row["value"], row["note"], row["goal"]) == (9.0, "Service system", str(goal.pk))
    assert api.get(path).json()["state"] == "achieved"


def test_nobody_types_what_is_counted(api: APIClient, brand: Brand) -> None:
    path = f"{API}goals/{GoalFactory(incident__brand=brand).pk}/measurements/"

    problem_of(api.post(path, {"value": 0.5}), 409, "measured_by_workers")


def test_a_senseless_measurement_is_refused_at_its_field(api: APIClient, brand: Brand) -> None:
    path = f"{API}goals/{_manual(brand).pk}/measurements/"
    later = (timezone.now() + timedelta(hours=1)).isoformat()

    assert set(codes_of(problem_of(api.post(path, {}), 400))) == {"value"}
    response = api.post(path, {"value": -1, "measured_at": later})
    assert set(codes_of(problem_of(response, 400))) == {"value", "measured_at"}


def test_measurements_are_listed_at_one_cost(api: APIClient, brand: Brand) -> None:
    goal = _manual(brand)
    path = f"{API}goals/{goal.pk}/measurements/"
    GoalMeasurementFactory(goal=goal)
    few = len(queries_of(api, path))
    GoalMeasurementFactory.create_batch(29, goal=goal)

    assert len(queries_of(api, path)) == few


def test_a_goal_is_given_up_with_a_reason(api: APIClient, brand: Brand) -> None:
    path = f"{API}goals/{_manual(brand).pk}/"

    problem_of(api.post(f"{path}withdraw/", {}), 400)
    problem_of(api.post(f"{path}withdraw/", {"reason": "x"}, headers={"if-match": '"v9"'}), 412)
    withdrawn = api.post(f"{path}withdraw/", {"reason": "The survey was cancelled"}).json()

    assert withdrawn["withdrawn_reason"] == "The survey was cancelled"
    problem_of(api.patch(path, {"title": "x"}, headers={"if-match": "*"}), 409, "goal_withdrawn")
    assert api.get(f"{API}goals/?withdrawn=false").json()["results"] == []
