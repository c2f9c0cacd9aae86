"""Roles and the shift log, as their clients see them."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from incidents.models import Incident
from incidents.services.assignments import end_assignment
from tests.checks import codes_of, problem_of, queries_of
from tests.factories.incidents import AssignmentFactory, IncidentFactory, ShiftNoteFactory
from tests.incidents.test_assignment_services import CHANGE

pytestmark = pytest.mark.django_db

API = "/api/v1/"


@pytest.fixture
def incident(brand: Brand) -> Incident:
    return IncidentFactory(brand=brand)


def test_a_role_is_given_and_handed_over(
    api: APIClient, incident: Incident, responder: User, approver: User
) -> None:
    body = {"incident": str(incident.pk), "person": str(responder.pk), "role": "lead"}

    made = api.post(f"{API}assignments/", body)
    said = {"person": str(approver.pk), "note": "המעבדה חוזרת בארבע"}
    handed = api.post(f"{made['Location']}hand-over/", said).json()

    assert made.status_code == 201, made.content
    assert (handed["person"], handed["taken_over_from"]) == (str(approver.pk), made.json()["id"])
    assert api.get(f"{API}incidents/{incident.pk}/").json()["lead"] == str(approver.pk)
    (note,) = api.get(f"{API}shift-notes/?incident={incident.pk}").json()["results"]
    assert (note["kind"], note["text"], note["author"]) == (
        "handover",
        "המעבדה חוזרת בארבע",
        str(responder.pk),
    )


def test_a_role_ends_once(api: APIClient, incident: Incident) -> None:
    path = f"{API}assignments/{AssignmentFactory(incident=incident).pk}/end/"

    assert api.post(path).json()["ended_at"] is not None
    problem_of(api.post(path), 409, "assignment_ended")


def test_nobody_has_a_role_twice(api: APIClient, incident: Incident, responder: User) -> None:
    AssignmentFactory(incident=incident, person=responder, role="monitor")
    body = {"incident": str(incident.pk), "person": str(responder.pk), "role": "monitor"}

    problem_of(api.post(f"{API}assignments/", body), 409, "already_assigned")


@pytest.mark.parametrize("field", ["person", "role", "incident"])
def test_a_role_needs_somebody_and_something(
    api: APIClient, incident: Incident, responder: User, field: str
) -> None:
    body = {"incident": str(incident.pk), "person": str(responder.pk), "role": "scribe"}
    del body[field]

    response = api.post(f"{API}assignments/", body)

    assert codes_of(problem_of(response, 400)) == {field: ["required"]}


def test_a_stranger_takes_no_role(api: APIClient, incident: Incident, stranger: User) -> None:
    body = {"incident": str(incident.pk), "person": str(stranger.pk), "role": "scribe"}

    response = api.post(f"{API}assignments/", body)

    assert codes_of(problem_of(response, 400)) == {"person": ["does_not_exist"]}


def test_a_stale_hand_over_is_refused(api: APIClient, incident: Incident, approver: User) -> None:
    path = f"{API}assignments/{AssignmentFactory(incident=incident).pk}/hand-over/"

    response = api.post(path, {"person": str(approver.pk)}, headers={"if-match": '"v7"'})

    problem_of(response, 412)


def test_assignments_are_filtered(api: APIClient, incident: Incident, responder: User) -> None:
    AssignmentFactory(incident=incident, person=responder, role="scribe")
    ended = AssignmentFactory(incident=incident, role="expert")
    end_assignment(assignment=ended, **CHANGE)
    AssignmentFactory(incident__brand=incident.brand, role="legal")

    def roles(query: str) -> set[str]:
        return {row["role"] for row in api.get(f"{API}assignments/?{query}").json()["results"]}

    assert roles(f"person={responder.pk}") == roles("role=scribe") == {"scribe"}
    assert roles(f"incident={incident.pk}&current=true") == {"scribe"}
    assert roles("current=false") == {"expert"}


def test_a_note_is_written_and_stays(api: APIClient, incident: Incident, responder: User) -> None:
    body = {"incident": str(incident.pk), "text": "The lab calls at four."}

    made = api.post(f"{API}shift-notes/", body)

    read = api.get(made["Location"]).json()
    assert read.items() >= {**body, "kind": "note", "author": str(responder.pk)}.items()
    problem_of(api.patch(made["Location"], {"text": "x"}, headers={"if-match": "*"}), 405)
    problem_of(api.delete(made["Location"], headers={"if-match": "*"}), 405)


@pytest.mark.parametrize("text", ["", "  ", None])
def test_an_empty_note_is_refused(api: APIClient, incident: Incident, text: Any) -> None:
    response = api.post(f"{API}shift-notes/", {"incident": str(incident.pk), "text": text})

    assert list(codes_of(problem_of(response, 400))) == ["text"]


@pytest.mark.parametrize(
    ("noun", "factory"), [("assignments", AssignmentFactory), ("shift-notes", ShiftNoteFactory)]
)
def test_a_list_costs_the_same_for_one_and_thirty(
    api: APIClient, brand: Brand, noun: str, factory: Any
) -> None:
    factory(incident__brand=brand)
    few = len(queries_of(api, f"{API}{noun}/"))
    for _ in range(29):
        factory(incident__brand=brand)

    assert len(queries_of(api, f"{API}{noun}/")) == few
