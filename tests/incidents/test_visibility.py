"""A restricted incident: who sees it and what is part of it, and who does not."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, Circle, Role, User
from tests.checks import problem_of, queries_of
from tests.factories.accounts import MemberFactory
from tests.factories.incidents import AssignmentFactory, FactFactory, IncidentFactory
from tests.factories.messaging import MessageFactory, PublicationFactory

pytestmark = pytest.mark.django_db

API = "/api/v1/"


@pytest.fixture
def confidential(api: APIClient) -> str:
    """The address of an incident that `responder` opened in confidence."""
    body = {"title": "Conduct of a director", "visibility": "restricted"}
    made = api.post(f"{API}incidents/", body)
    assert made.status_code == 201, made.content
    return str(made["Location"])


def _titles(client: APIClient) -> list[str]:
    return [row["title"] for row in client.get(f"{API}incidents/").json()["results"]]


def test_who_opens_it_in_confidence_goes_on_seeing_it(
    api: APIClient, responder: User, confidential: str
) -> None:
    read = api.get(confidential).json()

    assert (read["visibility"], read["lead"]) == ("restricted", str(responder.pk))


def test_a_colleague_finds_nothing(client_of: Any, approver: User, confidential: str) -> None:
    colleague = client_of(approver)

    problem_of(colleague.get(confidential), 404, "not_found")
    assert _titles(colleague) == []
    assert colleague.get(f"{API}events/").json()["results"] == []


def test_a_manager_sees_it(client_of: Any, manager: User, confidential: str) -> None:
    assert client_of(manager).get(confidential).status_code == 200


def test_a_manager_elsewhere_who_is_a_colleague_here_does_not(
    client_of: Any, approver: User, confidential: str
) -> None:
    MemberFactory(user=approver, role=Role.MANAGER)

    problem_of(client_of(approver).get(confidential), 404)


def test_what_is_part_of_it_is_hidden_with_it(
    client_of: Any, brand: Brand, approver: User, responder: User
) -> None:
    incident = IncidentFactory(brand=brand)
    parts = {
        "facts": FactFactory(incident=incident),
        "messages": MessageFactory(incident=incident),
        "publications": PublicationFactory(message__incident=incident),
    }
    AssignmentFactory(incident=incident, person=responder)
    inside, outside = client_of(responder), client_of(approver)

    inside.patch(
        f"{API}incidents/{incident.pk}/",
        {"visibility": "restricted"},
        headers={"if-match": "*"},
    )

    for noun, part in parts.items():
        assert inside.get(f"{API}{noun}/{part.pk}/").status_code == 200
        problem_of(outside.get(f"{API}{noun}/{part.pk}/"), 404)
        assert outside.get(f"{API}{noun}/").json()["results"] == []


def test_nothing_is_added_to_it_from_outside(
    client_of: Any, approver: User, confidential: str
) -> None:
    incident = confidential.rstrip("/").rsplit("/", 1)[1]
    body = {"incident": incident, "statement": "I know about it."}

    problem_of(client_of(approver).post(f"{API}facts/", body), 400)


def test_who_closes_it_to_others_stays_inside(
    api: APIClient, responder: User, brand: Brand
) -> None:
    path = f"{API}incidents/{IncidentFactory(brand=brand).pk}/"

    api.patch(path, {"visibility": "restricted"}, headers={"if-match": "*"})

    assert api.get(path).status_code == 200
    assert list(Circle.objects.get().readers.all()) == [responder]


def test_opened_again_it_is_everybodys(
    api: APIClient, client_of: Any, approver: User, confidential: str
) -> None:
    api.patch(confidential, {"visibility": "team"}, headers={"if-match": "*"})

    assert client_of(approver).get(confidential).status_code == 200
    assert not Circle.objects.exists()


def test_who_leaves_the_brand_sees_it_no_more(
    client_of: Any, brand: Brand, responder: User, confidential: str
) -> None:
    responder.memberships.filter(brand=brand).delete()

    problem_of(client_of(responder).get(confidential), 404)


def test_circles_cost_no_query_of_their_own(api: APIClient, brand: Brand) -> None:
    IncidentFactory(brand=brand)
    few = len(queries_of(api, f"{API}incidents/"))
    for _ in range(10):
        incident = IncidentFactory(brand=brand, visibility="restricted")
        Circle.objects.create(subject_id=incident.pk, brand=brand)

    assert len(queries_of(api, f"{API}incidents/")) == few
    assert len(_titles(api)) == 1


def test_what_is_merged_into_a_restricted_one_is_hidden_with_it(
    client_of: Any, brand: Brand, approver: User, responder: User
) -> None:
    storm, confidential = IncidentFactory(brand=brand), IncidentFactory(brand=brand)
    AssignmentFactory(incident=confidential, person=responder)
    inside, outside = client_of(responder), client_of(approver)
    inside.patch(
        f"{API}incidents/{confidential.pk}/",
        {"visibility": "restricted"},
        headers={"if-match": "*"},
    )

    merged = inside.post(
        f"{API}incidents/{storm.pk}/merge/",
        {"into": str(confidential.pk), "reason": "The same director"},
    )

    assert merged.status_code == 200, merged.content
    assert inside.get(f"{API}incidents/{storm.pk}/").json()["visibility"] == "restricted"
    problem_of(outside.get(f"{API}incidents/{storm.pk}/"), 404)
    assert outside.get(f"{API}events/").json()["results"] == []
