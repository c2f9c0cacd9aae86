"""Reports in the admin: their files are downloaded where they are listed."""

import pytest
from django.test import Client
from django.urls import reverse

from monitoring.models import Report
from tests.factories.accounts import UserFactory
from tests.factories.monitoring import ReportFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def _file(report: Report) -> str:
    return reverse("admin:monitoring_report_file", args=[report.pk])


def test_a_report_is_downloaded_from_the_list(desk: Client) -> None:
    report = ReportFactory()
    page = desk.get(reverse("admin:monitoring_report_changelist")).content.decode()

    answer = desk.get(_file(report))

    assert _file(report) in page
    assert (answer.content, answer["Content-Type"]) == (b"started_at", "text/csv")
    assert answer["Content-Disposition"] == 'attachment; filename="report.csv"'


def test_a_report_without_a_file_leads_nowhere(desk: Client) -> None:
    report = ReportFactory(state="removed", content=None)
    page = desk.get(reverse("admin:monitoring_report_changelist")).content.decode()

    assert _file(report) not in page
    assert desk.get(_file(report)).status_code == 404


def test_who_may_not_look_at_reports_downloads_none() -> None:
    client = Client()
    client.force_login(UserFactory(is_staff=True))

    assert client.get(_file(ReportFactory())).status_code == 403
