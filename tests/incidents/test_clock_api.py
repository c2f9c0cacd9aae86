"""Clocks, and whom an incident waited on, as their clients see them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM
from incidents.models import Incident
from incidents.services.incidents import open_incident
from incidents.services.tasks import add_task
from messaging.services.approvals import approve_message
from messaging.services.messages import submit_message
from tests.checks import problem_of, queries_of
from tests.factories.incidents import ClockFactory, IncidentFactory
from tests.factories.messaging import MessageFactory, PublicationFactory

pytestmark = pytest.mark.django_db

API = "/api/v1/"
NOW = datetime(2026, 6, 9, 8, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def incident(brand: Brand) -> Incident:
    return open_incident(brand=brand, title="Cracks", severity=2, actor=SYSTEM, now=NOW)


def _clocks(api: APIClient, query: str) -> dict[str, dict[str, Any]]:
    rows = api.get(f"{API}clocks/?{query}").json()["results"]
    return {row["kind"]: row for row in rows}


def test_a_clock_tells_what_is_left(api: APIClient, incident: Incident) -> None:
    with time_machine.travel(NOW + 20 * MINUTE, tick=False):
        clocks = _clocks(api, f"incident={incident.pk}&state=running")

    acknowledge, approval = clocks["acknowledge"], clocks["first_approval"]
    assert (acknowledge["remaining_seconds"], acknowledge["late_by_seconds"]) == (0, 300)
    assert (approval["remaining_seconds"], approval["late_by_seconds"]) == (40 * 60, 0)


def test_acknowledging_ends_nobodys_time(
    api: APIClient, incident: Incident, responder: User
) -> None:
    with time_machine.travel(NOW + MINUTE, tick=False):
        shown = api.post(f"{API}incidents/{incident.pk}/acknowledge/").json()
        clock = _clocks(api, "kind=acknowledge")["acknowledge"]

    assert (shown["acknowledged_by"], shown["version"]) == (str(responder.pk), 2)
    assert (clock["state"], clock["remaining_seconds"], clock["late_by_seconds"]) == (
        "met",
        None,
        0,
    )


def test_a_merged_incident_is_acknowledged_no_more(api: APIClient, brand: Brand) -> None:
    target = IncidentFactory(brand=brand)
    merged = IncidentFactory(brand=brand, status="merged", merged_into=target)

    response = api.post(f"{API}incidents/{merged.pk}/acknowledge/")

    problem_of(response, 409, "incident_merged")


def test_a_stale_acknowledgement_is_refused(api: APIClient, incident: Incident) -> None:
    path = f"{API}incidents/{incident.pk}/acknowledge/"

    problem_of(api.post(path, headers={"if-match": '"v7"'}), 412)


def test_reopening_shows_when_the_public_hears_from_us(api: APIClient, brand: Brand) -> None:
    incident = IncidentFactory(brand=brand, status="closed", severity=1)

    with time_machine.travel(NOW, tick=False):
        path = f"{API}incidents/{incident.pk}/"
        shown = api.post(f"{path}reopen/", {"reason": "It is back"}).json()

    assert shown["next_update_due_at"] == "2026-06-09T09:20:00Z"
    assert api.get(path).json()["next_update_due_at"] == shown["next_update_due_at"]


def test_clocks_are_run_by_nobody(api: APIClient, incident: Incident) -> None:
    path = f"{API}clocks/{incident.clocks.earliest('id').pk}/"

    problem_of(api.post(f"{API}clocks/", {}), 405)
    problem_of(api.patch(path, {}, headers={"if-match": "*"}), 405)


def test_a_list_costs_the_same_for_one_and_thirty(api: APIClient, brand: Brand) -> None:
    ClockFactory(incident__brand=brand)
    few = len(queries_of(api, f"{API}clocks/"))
    for _ in range(29):
        ClockFactory(incident__brand=brand)

    assert len(queries_of(api, f"{API}clocks/")) == few


@pytest.fixture
def waited(api: APIClient, incident: Incident, responder: User, approver: User) -> dict[str, Any]:
    """What is told after: 5 minutes on the lead, 10 on the reviewers, a task since minute 2."""
    by: dict[str, Any] = {"actor": SYSTEM, "expected_version": None}
    add_task(incident=incident, title="Ask", department="legal", actor=SYSTEM, now=NOW + 2 * MINUTE)
    with time_machine.travel(NOW + 5 * MINUTE, tick=False):
        api.post(f"{API}incidents/{incident.pk}/acknowledge/")
    message = MessageFactory(incident=incident, author=responder)
    submit_message(message=message, **by | {"now": NOW + 10 * MINUTE})
    reviewer = by | {"actor": _person(approver), "now": NOW + 20 * MINUTE}
    approve_message(message=message, revision=1, **reviewer)
    publication = PublicationFactory(message=message, status="awaiting_person")
    with time_machine.travel(NOW + 30 * MINUTE, tick=False):
        posted = {"url": "https://example.org/statement"}
        api.post(f"{API}publications/{publication.pk}/record/", posted)
    with time_machine.travel(NOW + 60 * MINUTE, tick=False):
        told: dict[str, Any] = api.get(f"{API}incidents/{incident.pk}/waiting/").json()
    return told


def _person(user: User) -> Any:
    return type(SYSTEM)("user", user.pk)


def test_it_tells_how_long_was_waited_on_whom(waited: dict[str, Any]) -> None:
    totals = {(one["kind"], one["name"]): one["seconds"] // 60 for one in waited["totals"]}

    assert totals == {
        ("department", "legal"): 58,
        ("role", "approver"): 10,
        ("role", "lead"): 5,
    }
    assert waited["waited_seconds"] == 60 * 60


def test_it_tells_what_waits_still(waited: dict[str, Any]) -> None:
    (still,) = waited["now"]

    assert (still["object_type"], still["seconds"]) == ("task", 58 * 60)
    assert still["waits_on"] == [
        {"kind": "department", "name": "legal", "display_name": "legal"},
    ]


def test_it_tells_what_decided_when_the_first_message_was_out(waited: dict[str, Any]) -> None:
    path = [
        ([on["name"] for on in leg["waits_on"]], leg["seconds"] // 60)
        for leg in waited["critical_path_to_publication"]
    ]

    assert waited["first_publication_at"] == "2026-06-09T08:50:00Z"
    assert path == [(["lead"], 5), ([], 5), (["approver"], 10), ([], 10)]


def test_before_anything_is_out_there_is_no_path_to_it(api: APIClient, incident: Incident) -> None:
    told = api.get(f"{API}incidents/{incident.pk}/waiting/").json()

    assert told["critical_path_to_publication"] is None
    assert [leg["object_type"] for leg in told["critical_path"]] == ["incident"]


def test_what_was_merged_into_it_counts(api: APIClient, brand: Brand, incident: Incident) -> None:
    other = open_incident(brand=brand, title="More", actor=SYSTEM, now=NOW)
    add_task(incident=other, title="Ask", department="hr", actor=SYSTEM, now=NOW)
    Incident.objects.filter(pk=other.pk).update(status="merged", merged_into=incident)

    told = api.get(f"{API}incidents/{incident.pk}/waiting/").json()

    assert "hr" in {one["name"] for one in told["totals"]}


def test_waiting_costs_the_same_however_much_happened(
    api: APIClient, incident: Incident, responder: User
) -> None:
    path = f"{API}incidents/{incident.pk}/waiting/"
    add_task(incident=incident, title="Ask", owner=responder, actor=SYSTEM, now=NOW)
    few = len(queries_of(api, path))
    for _ in range(20):
        add_task(incident=incident, title="Ask", owner=responder, actor=SYSTEM, now=NOW)

    assert len(queries_of(api, path)) == few
