"""Tasks and commitments, as their clients see them."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from incidents.models import Incident
from tests.checks import codes_of, problem_of, queries_of
from tests.factories.incidents import CommitmentFactory, IncidentFactory, TaskFactory

pytestmark = pytest.mark.django_db

TASKS = "/api/v1/tasks/"


@pytest.fixture
def incident(brand: Brand) -> Incident:
    return IncidentFactory(brand=brand)


def _later(**ahead: int) -> str:
    return (timezone.now() + timedelta(**ahead)).isoformat()


def test_a_task_reads_back_as_it_was_said(
    api: APIClient, incident: Incident, responder: User
) -> None:
    body = {
        "incident": str(incident.pk),
        "title": "להתקשר לחנויות",
        "owner": str(responder.pk),
        "department": "support",
        "priority": "high",
    }

    made = api.post(TASKS, body | {"due_at": _later(hours=2)})

    assert made.status_code == 201, made.content
    read = api.get(made["Location"]).json()
    assert read == made.json()
    assert read.items() >= body.items()
    assert read.items() >= {"kind": "task", "status": "open", "public_state": None}.items()
    assert (read["is_late"], read["possible_actions"]) == (
        False,
        ["start", "block", "finish", "cancel"],
    )


def test_a_commitment_lives_until_it_is_kept(api: APIClient, incident: Incident) -> None:
    body = {"incident": str(incident.pk), "promise": "A refund for all", "due_at": _later(days=3)}

    made = api.post(f"{TASKS}promise/", body)
    path = f"{TASKS}{made.json()['id']}/"
    bare = api.post(f"{path}finish/")
    kept = api.post(f"{path}finish/", {"evidence": "https://example.org/refunds"})

    assert (made.status_code, made.json()["public_state"]) == (201, "open")
    assert codes_of(problem_of(bare, 400)) == {"evidence": ["invalid"]}
    assert (kept.json()["public_state"], kept.json()["status"]) == ("kept", "done")


@pytest.mark.parametrize("missing", ["promise", "due_at", "incident"])
def test_a_commitment_says_what_and_when(api: APIClient, incident: Incident, missing: str) -> None:
    body = {"incident": str(incident.pk), "promise": "A refund", "due_at": _later(days=3)}
    del body[missing]

    assert codes_of(problem_of(api.post(f"{TASKS}promise/", body), 400)) == {missing: ["required"]}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"due_at": "2020-01-01T00:00:00Z"}, "due_at"),
        ({"title": ""}, "title"),
        ({"department": "circus"}, "department"),
        ({"promise": "A refund"}, "promise"),
        ({"status": "done"}, "status"),
    ],
)
def test_a_senseless_task_is_refused(
    api: APIClient, incident: Incident, fields: dict[str, Any], field: str
) -> None:
    body = {"incident": str(incident.pk), "title": "Call", **fields}

    assert list(codes_of(problem_of(api.post(TASKS, body), 400))) == [field]


def test_a_task_goes_through_its_steps(api: APIClient, incident: Incident) -> None:
    path = f"{TASKS}{TaskFactory(incident=incident).pk}/"
    seen = []

    for step, body in [
        ("start", {}),
        ("block", {"reason": "No van"}),
        ("start", {}),
        ("finish", {}),
        ("reopen", {"reason": "Not in Haifa"}),
        ("cancel", {"reason": "The shops close"}),
    ]:
        seen.append(api.post(f"{path}{step}/", body).json()["status"])

    assert seen == ["in_progress", "blocked", "in_progress", "done", "open", "cancelled"]
    problem_of(api.post(f"{path}start/"), 409, "wrong_status")
    problem_of(api.patch(path, {"title": "x"}, headers={"if-match": "*"}), 409, "task_over")


def test_what_was_promised_stands(api: APIClient, incident: Incident) -> None:
    path = f"{TASKS}{CommitmentFactory(incident=incident).pk}/"

    refused = api.patch(path, {"due_at": _later(days=90)}, headers={"if-match": "*"})
    changed = api.patch(path, {"promised_in": "Channel 12"}, headers={"if-match": "*"})

    problem_of(refused, 409, "promise_stands")
    assert changed.json()["promised_in"] == "Channel 12"


def test_a_stale_change_is_refused(api: APIClient, incident: Incident) -> None:
    path = f"{TASKS}{TaskFactory(incident=incident).pk}/"

    problem_of(api.patch(path, {"title": "x"}, headers={"if-match": '"v7"'}), 412)
    problem_of(api.patch(path, {"title": "x"}), 428)


def test_tasks_are_filtered(api: APIClient, incident: Incident, responder: User) -> None:
    now = timezone.now()
    ended = {"status": "done", "done_at": now, "ended_at": now}
    tasks: dict[str, dict[str, Any]] = {
        "mine": {"owner": responder},
        "legal": {"department": "legal", "status": "blocked"},
        "late": {"due_at": now - timedelta(hours=1)},
        "late but done": {"due_at": now - timedelta(hours=1), **ended},
    }
    for title, fields in tasks.items():
        TaskFactory(incident=incident, title=title, **fields)
    CommitmentFactory(incident=incident, title="promised")
    TaskFactory(incident__brand=incident.brand, title="elsewhere", priority="urgent")

    def titles(query: str) -> set[str]:
        return {row["title"] for row in api.get(f"{TASKS}?{query}").json()["results"]}

    soon = (now + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert titles(f"owner={responder.pk}") == {"mine"}
    assert titles("department=legal") == {"legal"}
    assert titles("status=blocked&status=done") == {"legal", "late but done"}
    assert titles("late=true") == {"late"}
    assert titles(f"late=false&incident={incident.pk}&status=open&kind=task") == {"mine"}
    assert titles("kind=commitment") == titles("is_public=true") == {"promised"}
    assert titles(f"due_before={soon}") == {"late", "late but done"}
    assert titles("priority=urgent") == {"elsewhere"}


def test_a_list_costs_the_same_for_one_and_thirty(
    api: APIClient, incident: Incident, responder: User
) -> None:
    TaskFactory(incident=incident, owner=responder)
    few = len(queries_of(api, TASKS))
    for _ in range(29):
        CommitmentFactory(incident__brand=incident.brand)

    assert len(queries_of(api, TASKS)) == few


def test_an_incident_is_closed_with_what_it_still_owes(api: APIClient, brand: Brand) -> None:
    incident = IncidentFactory(brand=brand, status="learning")
    promised = CommitmentFactory(incident=incident)
    TaskFactory(incident=incident)

    closed = api.post(f"/api/v1/incidents/{incident.pk}/close/")
    kept = api.post(f"{TASKS}{promised.pk}/finish/", {"evidence": "Seen in every shop"})

    told = api.get("/api/v1/events/?verb=incident.closed").json()["results"][0]["data"]
    assert (closed.json()["status"], told["open_commitments"]) == ("closed", 1)
    assert kept.json()["public_state"] == "kept"
