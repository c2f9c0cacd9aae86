"""Evidence at the desk: attached by a form, withdrawn by an action, downloaded."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from crisisapi.events.models import Event
from incidents.models import Evidence
from tests.factories.accounts import UserFactory
from tests.factories.incidents import EvidenceFactory, FactFactory, IncidentFactory
from tests.incidents.files import PDF

pytestmark = pytest.mark.django_db

ADD = reverse("admin:incidents_evidence_add")
LIST = reverse("admin:incidents_evidence_changelist")


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def _form(fact: Any, **more: Any) -> dict[str, Any]:
    said = {"incident": str(fact.incident_id), "fact": str(fact.pk), "title": "Report"}
    return {**said, "task": "", "note": "", "url": "", **more}


def test_a_file_is_attached_and_downloaded(desk: Client) -> None:
    fact = FactFactory()

    response = desk.post(ADD, _form(fact, file=SimpleUploadedFile("דוח.pdf", PDF)))

    evidence = Evidence.objects.get()
    assert response.status_code == 302
    assert (evidence.fact, evidence.content_type) == (fact, "application/pdf")
    given = desk.get(reverse("admin:incidents_evidence_file", args=[evidence.pk]))
    assert (given.content, given["X-Content-Type-Options"]) == (PDF, "nosniff")


def test_a_link_is_attached(desk: Client) -> None:
    assert desk.post(ADD, _form(FactFactory(), url="https://example.org/x")).status_code == 302
    assert Event.objects.get().verb == "evidence.attached"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({}, "file"),
        ({"url": "https://u:p@example.org/"}, "url"),
        ({"file": SimpleUploadedFile("x.svg", b"<svg/>")}, "file"),
    ],
)
def test_a_refusal_stands_at_its_field(desk: Client, more: dict[str, Any], field: str) -> None:
    response = desk.post(ADD, _form(FactFactory(), **more))

    assert set(response.context["adminform"].form.errors) == {field}


def test_a_fact_of_another_incident_is_refused(desk: Client) -> None:
    form = _form(FactFactory(), url="https://example.org") | {"incident": IncidentFactory().pk}

    assert set(desk.post(ADD, form).context["adminform"].form.errors) == {"fact"}


def test_evidence_is_withdrawn_by_an_action_with_a_reason(desk: Client) -> None:
    evidence = EvidenceFactory()
    said = {"action": "withdraw_evidence", "_selected_action": [str(evidence.pk)]}

    desk.post(LIST, said | {"reason": ""})
    evidence.refresh_from_db()
    assert not evidence.is_withdrawn
    desk.post(LIST, said | {"reason": "Another kettle"})

    evidence.refresh_from_db()
    assert evidence.withdrawn_reason == "Another kettle"


def test_a_fact_shows_its_evidence_and_is_superseded_by_an_action(desk: Client) -> None:
    evidence = EvidenceFactory()
    page = reverse("admin:incidents_fact_change", args=[evidence.fact_id])
    said = {"action": "supersede", "_selected_action": [str(evidence.fact_id)]}

    assert (
        reverse("admin:incidents_evidence_file", args=[evidence.pk])
        in desk.get(page).content.decode()
    )
    desk.post(reverse("admin:incidents_fact_changelist"), said | {"reason": "Only K2-4 cracks."})

    evidence.fact.refresh_from_db()
    assert evidence.fact.superseded_by.statement == "Only K2-4 cracks."


def test_a_file_is_for_staff() -> None:
    evidence = EvidenceFactory()
    client = Client()
    client.force_login(UserFactory())

    response = client.get(reverse("admin:incidents_evidence_file", args=[evidence.pk]))

    assert response.status_code == 302
