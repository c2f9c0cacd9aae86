"""Stakeholders over HTTP: the grid, contacts, history, and what restricted incidents hide."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM
from incidents.services.incidents import open_incident
from tests.checks import codes_of, problem_of, queries_of
from tests.factories.incidents import IncidentFactory, InvolvementFactory, StakeholderFactory
from tests.incidents.test_stakeholder_services import NOW

pytestmark = pytest.mark.django_db

PATH = "/api/v1/stakeholders/"


def _restricted(brand: Brand) -> Any:
    return open_incident(brand=brand, title="x", visibility="restricted", actor=SYSTEM, now=NOW)


def test_a_stakeholder_shows_how_to_treat_and_reach_them(api: APIClient, brand: Brand) -> None:
    contacts = [{"kind": "phone", "value": "+972 3 555 0100"}]
    body = {"name": "המועצה", "influence": 5, "interest": 2, "contacts": contacts}

    made = api.post(PATH, body)

    assert made.status_code == 201, made.content
    assert made.json()["strategy"] == "keep_satisfied"
    assert made.json()["contacts"] == [{**contacts[0], "label": ""}]
    assert api.get(made["Location"]).json() == made.json()
    assert len(api.get(f"{PATH}?strategy=keep_satisfied").json()["results"]) == 1
    assert api.get(f"{PATH}?strategy=monitor").json()["results"] == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"interest": 6}, "interest"),
        ({"influence": 0}, "influence"),
        ({"contacts": [{"kind": "email", "value": "nobody"}]}, "contacts.0.value"),
        ({"contacts": [{"kind": "fax", "value": "1"}]}, "contacts.0.kind"),
        ({"contacts": "x"}, "contacts"),
    ],
)
def test_a_senseless_stakeholder_is_refused(
    api: APIClient, fields: dict[str, Any], field: str
) -> None:
    found = codes_of(problem_of(api.post(PATH, {"name": "x", **fields}), 400))

    assert [name for name in found if name.startswith(field)] == list(found)


def test_a_new_stance_is_kept_with_its_note(api: APIClient, brand: Brand) -> None:
    stakeholder = StakeholderFactory(brand=brand, stance="neutral")
    path = f"{PATH}{stakeholder.pk}/"
    incident = str(IncidentFactory(brand=brand).pk)
    body = {
        "stance": "critical",
        "stance_note": "Asked hard questions",
        "stance_incident": incident,
    }

    problem_of(api.patch(path, body, headers={"if-match": '"v9"'}), 412)
    changed = api.patch(path, body, headers={"if-match": '"v1"'})

    assert changed.status_code == 200, changed.content
    [row] = api.get(f"{path}stances/").json()["results"]
    assert (row["before"], row["after"], row["note"], row["incident"]) == (
        "neutral",
        "critical",
        "Asked hard questions",
        incident,
    )


def test_incidents_are_shown_only_as_far_as_the_caller_sees_them(
    client_of: Any, brand: Brand, responder: User, manager: User
) -> None:
    stakeholder = StakeholderFactory(brand=brand)
    open_one = IncidentFactory(brand=brand)
    secret = _restricted(brand)
    InvolvementFactory(stakeholder=stakeholder, incident=open_one)
    InvolvementFactory(stakeholder=stakeholder, incident=secret)
    InvolvementFactory(stakeholder=stakeholder, incident__brand=brand, ended_at=NOW)

    def shown(user: User, query: str = "") -> list[list[str]]:
        rows = client_of(user).get(f"{PATH}{query}").json()["results"]
        return [row["incidents"] for row in rows]

    assert shown(responder) == [[str(open_one.pk)]]
    assert shown(manager) == [[str(open_one.pk), str(secret.pk)]]
    assert shown(responder, f"?incident={secret.pk}") == []
    assert len(shown(manager, f"?incident={secret.pk}")) == 1


def test_a_stance_of_a_restricted_incident_is_only_for_its_circle(
    client_of: Any, brand: Brand, responder: User, manager: User
) -> None:
    path = f"{PATH}{StakeholderFactory(brand=brand).pk}/"
    said = {"stance": "hostile", "stance_incident": str(_restricted(brand).pk)}

    changed = client_of(manager).patch(path, said, headers={"if-match": "*"})

    assert changed.status_code == 200, changed.content
    assert client_of(responder).get(f"{path}stances/").json()["results"] == []
    assert len(client_of(manager).get(f"{path}stances/").json()["results"]) == 1


def test_stakeholders_of_many_incidents_cost_no_more(api: APIClient, brand: Brand) -> None:
    InvolvementFactory(incident__brand=brand)
    few = len(queries_of(api, PATH))
    for _ in range(10):
        stakeholder = StakeholderFactory(brand=brand)
        for _ in range(2):
            InvolvementFactory(incident__brand=brand, stakeholder=stakeholder)

    assert len(queries_of(api, PATH)) == few
