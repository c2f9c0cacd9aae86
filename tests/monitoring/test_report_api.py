"""Reports and their schedules over the API."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM
from incidents.models import Incident
from incidents.services.incidents import change_incident
from monitoring.models import Report, ReportSchedule
from monitoring.tasks import make_reports
from tests.checks import problem_of, queries_of
from tests.factories.incidents import IncidentFactory
from tests.factories.monitoring import (
    ReportFactory,
    ReportRecipientFactory,
    ReportScheduleFactory,
)

pytestmark = pytest.mark.django_db

REPORTS, SCHEDULES = "/api/v1/reports/", "/api/v1/report-schedules/"


@pytest.fixture
def client(client_of: Callable[[User], APIClient], viewer: User) -> APIClient:
    return client_of(viewer)


@pytest.fixture
def desk(client_of: Callable[[User], APIClient], manager: User) -> APIClient:
    return client_of(manager)


@pytest.fixture
def incident(brand: Brand) -> Incident:
    return IncidentFactory(brand=brand)


def _schedule(desk: APIClient, incident: Incident, **terms: Any) -> Any:
    body = {"incident": str(incident.pk), "cadence": "daily", "at": "09:00"}
    return desk.post(SCHEDULES, {**body, "addresses": ["board@example.org"], **terms})


def test_a_report_is_ordered_made_and_downloaded(client: APIClient, incident: Incident) -> None:
    body = {"incident": str(incident.pk), "format": "pdf", "language": "he"}
    ordered = client.post(REPORTS, body)

    make_reports()
    seen = client.get(ordered["Location"]).json()
    file = client.get(seen["download"])

    assert (ordered.status_code, ordered.json()["state"]) == (202, "waiting")
    assert ordered.json()["download"] is None
    assert (seen["state"], seen["progress"], seen["size"]) == ("ready", 100, len(file.content))
    assert file.content.startswith(b"%PDF")
    assert file["Content-Type"] == "application/pdf"


def test_the_language_is_that_of_who_orders(client: APIClient, incident: Incident) -> None:
    said = client.post(REPORTS, {"incident": str(incident.pk)}, headers={"Accept-Language": "he"})

    assert said.json()["language"] == "he"


def test_a_report_that_is_not_ready_is_not_downloaded(client: APIClient, brand: Brand) -> None:
    report = ReportFactory(incident__brand=brand, state="waiting", content=None)

    problem_of(client.get(f"{REPORTS}{report.pk}/download/"), 409, "report_not_ready")


def test_a_report_that_is_gone_is_not_downloaded(client: APIClient, brand: Brand) -> None:
    report = ReportFactory(incident__brand=brand, state="removed", content=None)

    problem_of(client.get(f"{REPORTS}{report.pk}/download/"), 409, "report_gone")


def test_reports_are_listed_at_the_same_cost_without_their_files(
    client: APIClient, brand: Brand
) -> None:
    ReportFactory(incident__brand=brand)
    one = queries_of(client, REPORTS)
    ReportFactory.create_batch(29, incident__brand=brand)

    thirty = queries_of(client, REPORTS)

    assert len(one) == len(thirty)
    assert not any('"content"' in statement for statement in thirty)


def test_reports_of_a_restricted_incident_are_not_there(client: APIClient, brand: Brand) -> None:
    report = ReportFactory(incident__brand=brand)
    change_incident(
        incident=report.incident,
        actor=SYSTEM,
        now=timezone.now(),
        expected_version=None,
        visibility="restricted",
    )

    problem_of(client.get(f"{REPORTS}{report.pk}/"), 404)
    assert client.get(REPORTS).json()["results"] == []


def test_a_report_of_an_incident_of_others_is_refused(client: APIClient) -> None:
    document = problem_of(client.post(REPORTS, {"incident": str(IncidentFactory().pk)}), 400)

    assert set(document["errors"]) == {"incident"}
    assert Report.objects.count() == 0


def test_a_schedule_is_set_up_changed_and_ended(desk: APIClient, incident: Incident) -> None:
    made = _schedule(desk, incident)
    path, etag = f"{SCHEDULES}{made.json()['id']}/", made["ETag"]

    changed = desk.patch(path, {"cadence": "hours", "hours": 4}, headers={"If-Match": etag})
    ended = desk.post(f"{path}end/")

    assert made.status_code == 201
    assert made.json()["addresses"] == ["board@example.org"]
    assert (changed.json()["hours"], changed.json()["at"]) == (4, None)
    assert ended.json()["ended_at"] is not None


def test_a_change_of_what_somebody_else_changed_is_refused(
    desk: APIClient, incident: Incident
) -> None:
    path = f"{SCHEDULES}{_schedule(desk, incident).json()['id']}/"

    problem_of(desk.patch(path, {"hours": 4}, headers={"If-Match": '"v9"'}), 412)


def test_times_that_do_not_fit_are_named(desk: APIClient, incident: Incident) -> None:
    document = problem_of(_schedule(desk, incident, cadence="weekly", hours=30), 400)

    assert set(document["errors"]) == {"hours"}


def test_who_only_reads_sets_up_no_schedule(client: APIClient, incident: Incident) -> None:
    problem_of(_schedule(client, incident), 403)

    assert ReportSchedule.objects.count() == 0


def test_a_member_leaves_a_schedule(client: APIClient, viewer: User, brand: Brand) -> None:
    schedule = ReportScheduleFactory(incident__brand=brand)
    ReportRecipientFactory(schedule=schedule, person=viewer, address="")

    left = client.post(f"{SCHEDULES}{schedule.pk}/leave/")
    again = client.post(f"{SCHEDULES}{schedule.pk}/leave/")

    assert left.status_code == 204
    problem_of(again, 409, "not_a_recipient")


def test_schedules_are_listed_at_the_same_cost(desk: APIClient, brand: Brand) -> None:
    ReportRecipientFactory(schedule__incident__brand=brand)
    one = len(queries_of(desk, SCHEDULES))
    ReportRecipientFactory.create_batch(29, schedule__incident__brand=brand)

    assert len(queries_of(desk, SCHEDULES)) == one
