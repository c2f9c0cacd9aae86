"""Involvements and the contact log over HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from tests.checks import codes_of, problem_of, queries_of
from tests.factories.incidents import (
    ContactEntryFactory,
    IncidentFactory,
    InvolvementFactory,
    StakeholderFactory,
)

pytestmark = pytest.mark.django_db

API = "/api/v1/"


def _ids(brand: Brand) -> dict[str, str]:
    incident, stakeholder = IncidentFactory(brand=brand), StakeholderFactory(brand=brand)
    return {"incident": str(incident.pk), "stakeholder": str(stakeholder.pk)}


def test_an_involvement_is_begun_changed_and_ended(api: APIClient, brand: Brand) -> None:
    body = {**_ids(brand), "part": "עדים", "needs": "תשובה", "contact_every_hours": 24}

    made = api.post(f"{API}involvements/", body)

    assert made.status_code == 201, made.content
    path = made["Location"]
    assert api.get(path).json() == made.json()
    assert {name: made.json()[name] for name in body} == body
    assert made.json()["due_at"] is not None
    changed = api.patch(path, {"contact_every_hours": None}, headers={"if-match": made["ETag"]})
    assert (changed.json()["due_at"], changed.json()["version"]) == (None, 2)
    problem_of(api.patch(path, {"needs": "x"}, headers={"if-match": made["ETag"]}), 412)
    assert api.post(f"{path}end/").json()["ended_at"] is not None
    problem_of(api.post(f"{path}end/"), 409, "involvement_ended")


def test_nobody_is_involved_twice(api: APIClient, brand: Brand) -> None:
    body = _ids(brand)
    api.post(f"{API}involvements/", body)

    problem_of(api.post(f"{API}involvements/", body), 409, "already_involved")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"contact_every_hours": 0}, "contact_every_hours"),
        ({"contact_every_hours": 721}, "contact_every_hours"),
        ({"due_at": "2020-01-01T00:00:00Z"}, "due_at"),
        ({"part": "x" * 201}, "part"),
    ],
)
def test_a_senseless_involvement_is_refused(
    api: APIClient, brand: Brand, fields: dict[str, Any], field: str
) -> None:
    response = api.post(f"{API}involvements/", {**_ids(brand), **fields})

    assert set(codes_of(problem_of(response, 400))) == {field}


def test_involvements_are_filtered(api: APIClient, brand: Brand) -> None:
    soon = timezone.now() + timedelta(hours=1)
    due = InvolvementFactory(incident__brand=brand, due_at=soon)
    InvolvementFactory(incident__brand=brand, ended_at=timezone.now())

    def found(**query: Any) -> int:
        return len(api.get(f"{API}involvements/", query).json()["results"])

    later = (soon + timedelta(minutes=1)).isoformat()
    queries: list[dict[str, Any]] = [
        {"ended": "false"},
        {"incident": due.incident_id},
        {"stakeholder": due.stakeholder_id},
        {"due_before": later},
        {"alarm": "late"},
    ]
    assert [found(**query) for query in queries] == [1, 1, 1, 1, 0]


def test_a_contact_is_written_down_and_counts(
    api: APIClient, brand: Brand, responder: User
) -> None:
    ids = _ids(brand)
    involvement = api.post(f"{API}involvements/", {**ids, "contact_every_hours": 1})["Location"]
    body = {**ids, "channel": "email", "direction": "out", "summary": "נשלחו המספרים"}

    made = api.post(f"{API}contact-entries/", body)

    assert made.status_code == 201, made.content
    assert api.get(made["Location"]).json() == made.json()
    assert (made.json()["by"], made.json()["summary"]) == (str(responder.pk), "נשלחו המספרים")
    assert api.get(involvement).json()["last_informed_at"] == made.json()["at"]


def test_a_contact_to_come_is_refused(api: APIClient, brand: Brand) -> None:
    later = (timezone.now() + timedelta(hours=1)).isoformat()
    body = {**_ids(brand), "channel": "fax", "direction": "out", "summary": "x", "at": later}

    assert set(codes_of(problem_of(api.post(f"{API}contact-entries/", body), 400))) == {"channel"}
    response = api.post(f"{API}contact-entries/", {**body, "channel": "phone"})
    assert set(codes_of(problem_of(response, 400))) == {"at"}


def test_the_contact_log_is_only_added_to(api: APIClient, brand: Brand) -> None:
    path = f"{API}contact-entries/{ContactEntryFactory(incident__brand=brand).pk}/"

    problem_of(api.patch(path, {"summary": "x"}, headers={"if-match": "*"}), 405)
    problem_of(api.delete(path), 405)


@pytest.mark.parametrize(
    ("noun", "factory"),
    [("involvements", InvolvementFactory), ("contact-entries", ContactEntryFactory)],
)
def test_a_list_costs_the_same_for_one_and_thirty(
    api: APIClient, brand: Brand, noun: str, factory: Any
) -> None:
    factory(incident__brand=brand)
    few = len(queries_of(api, f"{API}{noun}/"))
    factory.create_batch(29, incident__brand=brand)

    assert len(queries_of(api, f"{API}{noun}/")) == few
