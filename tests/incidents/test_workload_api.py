"""Who has how much to do."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM
from incidents.models import Incident
from incidents.services.incidents import change_incident
from tests.checks import problem_of, queries_of
from tests.factories.accounts import BrandFactory, MemberFactory
from tests.factories.incidents import (
    AssignmentFactory,
    CommitmentFactory,
    IncidentFactory,
    TaskFactory,
)

pytestmark = pytest.mark.django_db

PATH = "/api/v1/workload/"


@pytest.fixture
def incident(brand: Brand) -> Incident:
    return IncidentFactory(brand=brand)


def _of(api: APIClient, person: User) -> dict[str, Any]:
    members = api.get(PATH).json()["members"]
    found: dict[str, Any] = next(one for one in members if one["person"] == str(person.pk))
    return found


def _departments(api: APIClient) -> dict[str, int]:
    rows = api.get(PATH).json()["departments"]
    return {row["department"]: row["open_tasks"] for row in rows if row["open_tasks"]}


def test_a_members_work_is_counted(api: APIClient, incident: Incident, responder: User) -> None:
    now = timezone.now()
    late = now - timedelta(hours=1)
    TaskFactory(incident=incident, owner=responder)
    TaskFactory(incident=incident, owner=responder, due_at=late, department="legal")
    CommitmentFactory(incident=incident, owner=responder)
    done = {"status": "done", "done_at": now, "ended_at": now}
    TaskFactory(incident=incident, owner=responder, due_at=late - timedelta(days=1), **done)

    load = _of(api, responder)

    assert (load["open_tasks"], load["late_tasks"], load["open_commitments"]) == (3, 1, 1)
    assert load["oldest_due_at"] == late.isoformat().replace("+00:00", "Z")


def test_roles_count_while_the_incident_lasts(
    api: APIClient, brand: Brand, incident: Incident, responder: User
) -> None:
    AssignmentFactory(incident=incident, person=responder, role="lead")
    AssignmentFactory(incident=incident, person=responder, role="spokesperson")
    AssignmentFactory(
        incident=IncidentFactory(brand=brand, status="closed"), person=responder, role="lead"
    )

    load = _of(api, responder)

    assert (load["led_incidents"], [held["role"] for held in load["roles"]]) == (
        1,
        ["lead", "spokesperson"],
    )
    assert load["roles"][0]["reference"] == incident.reference


def test_a_department_has_what_names_it_and_what_its_members_own(
    api: APIClient, brand: Brand, incident: Incident
) -> None:
    lawyer = MemberFactory(brand=brand, department="legal").user
    TaskFactory(incident=incident, owner=lawyer)
    TaskFactory(incident=incident, department="legal")
    TaskFactory(incident=incident, owner=lawyer, department="pr")
    TaskFactory(incident=incident)

    assert _departments(api) == {"legal": 2, "pr": 1}


def test_the_most_pressed_come_first(api: APIClient, brand: Brand, incident: Incident) -> None:
    busy, pressed = (MemberFactory(brand=brand).user for _ in range(2))
    for _ in range(3):
        TaskFactory(incident=incident, owner=busy)
    TaskFactory(incident=incident, owner=pressed, due_at=timezone.now() - timedelta(hours=1))

    first, second, *_rest = api.get(PATH).json()["members"]

    assert (first["person"], second["person"]) == (str(pressed.pk), str(busy.pk))


def test_what_one_may_not_see_does_not_count(
    api: APIClient, client_of: Any, incident: Incident, responder: User, manager: User
) -> None:
    TaskFactory(incident=incident, owner=manager, department="legal")
    AssignmentFactory(incident=incident, person=manager, role="lead")
    change_incident(
        incident=incident,
        visibility="restricted",
        actor=SYSTEM,
        now=timezone.now(),
        expected_version=None,
    )

    outside, inside = _of(api, manager), _of(client_of(manager), manager)

    assert (outside["open_tasks"], outside["roles"], _departments(api)) == (0, [], {})
    assert (inside["open_tasks"], inside["led_incidents"]) == (1, 1)


def test_a_person_of_two_brands_names_one(api: APIClient, responder: User) -> None:
    MemberFactory(user=responder)

    problem_of(api.get(PATH), 400)
    problem_of(api.get(f"{PATH}?brand={BrandFactory().slug}"), 400)
    assert api.get(f"{PATH}?brand=rimon").json()["brand"] == "rimon"


def test_it_costs_the_same_for_one_and_for_thirty(
    api: APIClient, brand: Brand, incident: Incident, responder: User
) -> None:
    TaskFactory(incident=incident, owner=responder)
    AssignmentFactory(incident=incident, person=responder)
    few = len(queries_of(api, PATH))
    for _ in range(29):
        member = MemberFactory(brand=brand)
        TaskFactory(incident=incident, owner=member.user)
        AssignmentFactory(incident=incident, person=member.user)

    assert len(queries_of(api, PATH)) == few
