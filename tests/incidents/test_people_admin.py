"""Tasks, roles and the shift log in the admin: through services, and without breaking a promise."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crisisapi.accounts.models import Brand
from crisisapi.events.models import Event
from incidents.models import Assignment, Incident, ShiftNote, Task
from tests.factories.accounts import MemberFactory, UserFactory
from tests.factories.incidents import (
    AssignmentFactory,
    ClockFactory,
    CommitmentFactory,
    IncidentFactory,
    ShiftNoteFactory,
    TaskFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    """The browser of somebody who runs the service."""
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def incident(brand: Brand) -> Incident:
    return IncidentFactory(brand=brand)


def _page(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:incidents_{model._meta.model_name}_{page}", args=args)


def _act(desk: Client, thing: Any, action: str, **more: Any) -> list[str]:
    said = {"action": action, "_selected_action": [str(thing.pk)], **more}
    response = desk.post(_page(type(thing), "changelist"), said, follow=True)
    return [str(message) for message in response.context["messages"]]


def _task(incident: Incident, **fields: str) -> dict[str, str]:
    said = {"incident": str(incident.pk), "title": "Call", "priority": "normal"}
    return said | {"due_at_0": "", "due_at_1": ""} | fields


def _in_a_week() -> dict[str, str]:
    day = timezone.now() + timedelta(days=7)
    return {"due_at_0": day.strftime("%Y-%m-%d"), "due_at_1": "12:00:00"}


def test_a_task_is_added(desk: Client, incident: Incident) -> None:
    response = desk.post(_page(Task, "add"), _task(incident))

    assert response.status_code == 302, response.context["adminform"].form.errors
    assert (Task.objects.get().kind, Event.objects.get().verb) == ("task", "task.added")


def test_with_a_promise_it_is_a_commitment(desk: Client, incident: Incident) -> None:
    said = _task(incident, promised_words="A refund", promised_in="Radio") | _in_a_week()

    response = desk.post(_page(Task, "add"), said)

    assert response.status_code == 302, response.context["adminform"].form.errors
    made = Task.objects.get()
    assert (made.kind, made.promise, made.promised_in) == ("commitment", "A refund", "Radio")


def test_a_promise_needs_a_time(desk: Client, incident: Incident) -> None:
    response = desk.post(_page(Task, "add"), _task(incident, promised_words="A refund"))

    assert list(response.context["adminform"].form.errors) == ["due_at"]
    assert not Task.objects.exists()


def test_what_was_promised_is_in_no_form(desk: Client, incident: Incident) -> None:
    made = CommitmentFactory(incident=incident)

    page = desk.get(_page(Task, "change", made.pk))

    fields = set(page.context["adminform"].form.fields)
    assert not fields & {"promise", "promised_words", "promised_at", "due_at", "status", "kind"}
    assert made.promise in page.content.decode()


def test_a_task_goes_through_its_steps(desk: Client, incident: Incident) -> None:
    task = TaskFactory(incident=incident)

    refused = _act(desk, task, "block_task", reason="")
    _act(desk, task, "block_task", reason="No van")
    _act(desk, task, "finish_task")

    task.refresh_from_db()
    assert "Say why." in refused[0]
    assert (task.status, task.done_at is not None) == ("done", True)


def test_a_commitment_is_not_kept_without_evidence(desk: Client, incident: Incident) -> None:
    made = CommitmentFactory(incident=incident)

    refused = _act(desk, made, "finish_task")

    made.refresh_from_db()
    assert "Show that the promise was kept" in refused[0]
    assert made.status == "open"


def test_a_role_is_given_and_ended(desk: Client, incident: Incident) -> None:
    person = MemberFactory(brand=incident.brand).user
    said = {"incident": str(incident.pk), "person": str(person.pk), "role": "lead", "note": ""}

    given = desk.post(_page(Assignment, "add"), said)
    incident.refresh_from_db()
    led_by = incident.lead
    _act(desk, Assignment.objects.get(), "end_assignment")

    incident.refresh_from_db()
    assert (given.status_code, led_by, incident.lead) == (302, person, None)


def test_the_incident_shows_its_people_and_clocks(desk: Client, incident: Incident) -> None:
    AssignmentFactory(incident=incident, note="From the night shift")
    ClockFactory(incident=incident, kind="update_cadence")

    shown = desk.get(_page(Incident, "change", incident.pk)).content.decode()

    assert "From the night shift" in shown
    assert "next public update" in shown


def test_an_incident_is_acknowledged(desk: Client, incident: Incident) -> None:
    _act(desk, incident, "acknowledge_incident")

    incident.refresh_from_db()
    assert incident.acknowledged_by is not None


def test_nobody_rewrites_the_shift_log(desk: Client, incident: Incident) -> None:
    said = {"incident": str(incident.pk), "text": "The lab calls at four."}

    written = desk.post(_page(ShiftNote, "add"), said)
    note = ShiftNoteFactory(incident=incident)
    rewritten = desk.post(_page(ShiftNote, "change", note.pk), said)

    assert (written.status_code, rewritten.status_code) == (302, 403)
    assert ShiftNote.objects.filter(text="The lab calls at four.").count() == 1
