"""What the caller should know, as clients see it."""

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, Scope, User
from crisisapi.common.actors import SYSTEM
from incidents.models import Incident, Notification
from incidents.services.incidents import change_incident
from tests.checks import problem_of, queries_of
from tests.clients import with_key
from tests.factories.incidents import IncidentFactory, NotificationFactory
from tests.incidents.test_notification_services import NOW

pytestmark = pytest.mark.django_db

PATH = "/api/v1/notifications/"


@pytest.fixture
def incident(brand: Brand) -> Incident:
    return IncidentFactory(brand=brand, reference="INC-2026-0007")


@pytest.fixture
def told(incident: Incident, responder: User) -> Notification:
    return NotificationFactory(incident=incident, recipient=responder)


def _ids(api: APIClient, query: str = "") -> list[str]:
    return [row["id"] for row in api.get(f"{PATH}?{query}").json()["results"]]


def test_one_sees_ones_own_only(api: APIClient, told: Notification) -> None:
    other = NotificationFactory(incident=told.incident)

    assert _ids(api) == [str(told.pk)]
    problem_of(api.get(f"{PATH}{other.pk}/"), 404)
    problem_of(api.post(f"{PATH}{other.pk}/read/"), 404)


def test_it_says_what_to_know(api: APIClient, told: Notification) -> None:
    shown = api.get(f"{PATH}{told.pk}/").json()

    assert shown["sentence"] == "INC-2026-0007: a task for you, “Call the shops”."


def test_reading_takes_it_off_the_unread(api: APIClient, told: Notification) -> None:
    before = _ids(api, "unread=true")

    read = api.post(f"{PATH}{told.pk}/read/").json()

    assert (before, _ids(api, "unread=true")) == ([str(told.pk)], [])
    assert read["read_at"] is not None
    assert _ids(api, "unread=false") == [str(told.pk)]


def test_all_are_read_at_once(api: APIClient, told: Notification) -> None:
    other = NotificationFactory(incident=told.incident)

    first, again = (api.post(f"{PATH}read-all/").json() for _ in range(2))

    other.refresh_from_db()
    assert (first, again) == ({"read": 1}, {"read": 0})
    assert other.read_at is None


def test_who_is_outside_of_the_circle_now_finds_nothing(api: APIClient, told: Notification) -> None:
    change_incident(
        incident=told.incident,  # type: ignore[arg-type]  # it has one
        visibility="restricted",
        actor=SYSTEM,
        now=NOW,
        expected_version=None,
    )

    assert _ids(api) == []
    problem_of(api.get(f"{PATH}{told.pk}/"), 404)


def test_a_list_costs_the_same_for_one_and_thirty(
    api: APIClient, told: Notification, responder: User
) -> None:
    few = len(queries_of(api, PATH))
    for _ in range(29):
        NotificationFactory(incident__brand=told.brand, recipient=responder)

    assert len(queries_of(api, PATH)) == few


def test_a_key_has_no_notifications(brand: Brand) -> None:
    problem_of(with_key(brand, *Scope).get(PATH), 403)
