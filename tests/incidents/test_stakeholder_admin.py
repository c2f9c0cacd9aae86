"""Stakeholders at the desk: contacts by the line, involvements, the contact log."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crisisapi.events.models import Event
from incidents.models import ContactEntry, Involvement, Stakeholder, StanceChange
from tests.factories.accounts import UserFactory
from tests.factories.incidents import (
    ContactEntryFactory,
    IncidentFactory,
    InvolvementFactory,
    StakeholderFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def _page(model: str, page: str, *args: Any) -> str:
    return reverse(f"admin:incidents_{model}_{page}", args=args)


def _inlines(*names: str) -> dict[str, str]:
    return {f"{name}-{part}_FORMS": "0" for name in names for part in ("TOTAL", "INITIAL")}


def _form(stakeholder: Stakeholder, **more: str) -> dict[str, Any]:
    said = {
        "brand": str(stakeholder.brand_id),
        "name": stakeholder.name,
        "kind": "other",
        "influence": "3",
        "interest": "3",
        "stance": "unknown",
        "languages": "",
        "contacts": "",
        "notes": "",
        "owner": "",
        "stance_note": "",
    }
    return {**said, **_inlines("involvements", "entries", "stances"), **more}


def test_contacts_are_written_by_the_line(desk: Client) -> None:
    stakeholder = StakeholderFactory()
    page = _page("stakeholder", "change", stakeholder.pk)
    text = "press@example.org | press office\n\n+972 3 555 0100\nAsk for Dana"

    response = desk.post(page, _form(stakeholder, contacts=text))
    again = desk.post(page, _form(stakeholder, contacts=text))

    stakeholder.refresh_from_db()
    assert (response.status_code, again.status_code) == (302, 302)
    assert [(one["kind"], one["label"]) for one in stakeholder.contacts] == [
        ("email", "press office"),
        ("phone", ""),
        ("other", ""),
    ]
    assert Event.objects.count() == 1
    assert "press@example.org | press office" in desk.get(page).content.decode()


def test_a_new_stance_is_kept_with_its_note(desk: Client) -> None:
    stakeholder = StakeholderFactory()
    page = _page("stakeholder", "change", stakeholder.pk)

    refused = desk.post(page, _form(stakeholder, stance_note="Called for a boycott"))
    desk.post(page, _form(stakeholder, stance="hostile", stance_note="Called for a boycott"))

    assert set(refused.context["adminform"].form.errors) == {"stance"}
    assert StanceChange.objects.get().note == "Called for a boycott"


def test_an_involvement_is_added_and_ended(desk: Client) -> None:
    incident = IncidentFactory()
    stakeholder = StakeholderFactory(brand=incident.brand)
    form = {
        "stakeholder": str(stakeholder.pk),
        "incident": str(incident.pk),
        "part": "Witness",
        "needs": "",
        "contact_every_hours": "24",
    }

    added = desk.post(_page("involvement", "add"), form)
    twice = desk.post(_page("involvement", "add"), form)

    involvement = Involvement.objects.get()
    assert added.status_code == 302
    assert "involved in this incident already" in str(twice.context["adminform"].form.errors)
    said = {"action": "end_involvement", "_selected_action": [str(involvement.pk)]}
    desk.post(_page("involvement", "changelist"), said)
    involvement.refresh_from_db()
    assert involvement.ended_at is not None


def test_an_involvement_is_changed(desk: Client) -> None:
    involvement = InvolvementFactory()
    form = {"part": "Witness", "needs": "An answer", "contact_every_hours": ""}

    response = desk.post(_page("involvement", "change", involvement.pk), form)

    involvement.refresh_from_db()
    assert response.status_code == 302
    assert (involvement.needs, involvement.version) == ("An answer", 2)


def test_a_contact_is_logged_and_stays(desk: Client) -> None:
    stakeholder = StakeholderFactory()
    now = timezone.now()
    form = {
        "stakeholder": str(stakeholder.pk),
        "incident": "",
        "channel": "phone",
        "direction": "in",
        "summary": "Asked for numbers",
        "at_0": f"{now:%Y-%m-%d}",
        "at_1": f"{now:%H:%M:%S}",
    }

    assert desk.post(_page("contactentry", "add"), form).status_code == 302

    entry = ContactEntry.objects.get()
    assert desk.post(_page("contactentry", "change", entry.pk), form).status_code == 403


def test_a_stakeholder_shows_everything_about_them(desk: Client) -> None:
    involvement = InvolvementFactory(needs="Serial numbers")
    stakeholder = involvement.stakeholder
    ContactEntryFactory(stakeholder=stakeholder, incident=involvement.incident, summary="Rang us")
    StanceChange.objects.create(
        brand=stakeholder.brand, stakeholder=stakeholder, before="neutral", after="hostile"
    )

    page = desk.get(_page("stakeholder", "change", stakeholder.pk)).content.decode()

    assert all(text in page for text in ("Serial numbers", "Rang us", "hostile", "watch"))
