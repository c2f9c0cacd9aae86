"""Who has to do with an incident, and when they hear of us next."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from crisisapi.accounts.models import User
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from incidents.models import ContactEntry, Incident, Involvement, Stakeholder
from incidents.services.contacts import log_contact
from incidents.services.deadlines import due_alarms, raise_alarm
from incidents.services.incidents import close_incident, reopen_incident
from incidents.services.involvements import (
    AlreadyInvolved,
    InvolvementEnded,
    change_involvement,
    end_involvement,
    involve_stakeholder,
)
from incidents.services.standing import IncidentMerged
from tests.factories.incidents import IncidentFactory, InvolvementFactory, StakeholderFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
BY: dict[str, Any] = {"actor": SYSTEM, "now": NOW}
CHANGE: dict[str, Any] = {**BY, "expected_version": None}


@pytest.fixture
def incident() -> Incident:
    return IncidentFactory(status="learning", started_at=NOW - 24 * HOUR)


@pytest.fixture
def council(incident: Incident) -> Stakeholder:
    return StakeholderFactory(brand=incident.brand)


def _involved(council: Stakeholder, incident: Incident, **more: Any) -> Involvement:
    return involve_stakeholder(stakeholder=council, incident=incident, **{**BY, **more})


def _logged(council: Stakeholder, **more: Any) -> ContactEntry:
    said = {"channel": "phone", "direction": "out", "summary": "Told them.", **BY, **more}
    return log_contact(stakeholder=council, **said)


def test_with_a_rhythm_the_first_contact_is_due(council: Stakeholder, incident: Incident) -> None:
    involvement = _involved(council, incident, contact_every_hours=10, needs="Serial numbers")

    assert (involvement.due_at, involvement.alarm_at) == (NOW + 10 * HOUR, NOW + 8 * HOUR)
    event = Event.objects.get()
    assert (event.verb, event.incident_id, event.data["stakeholder"]) == (
        "involvement.begun",
        incident.pk,
        str(council.pk),
    )


def test_without_a_rhythm_nothing_is_due(council: Stakeholder, incident: Incident) -> None:
    involvement = _involved(council, incident)

    assert (involvement.due_at, involvement.alarm_at) == (None, None)


def test_nobody_is_involved_twice_at_once(council: Stakeholder, incident: Incident) -> None:
    first = _involved(council, incident)

    with pytest.raises(AlreadyInvolved):
        _involved(council, incident)
    end_involvement(involvement=first, **CHANGE)

    assert _involved(council, incident).ended_at is None


def test_the_database_refuses_two_at_once(council: Stakeholder, incident: Incident) -> None:
    InvolvementFactory(stakeholder=council, incident=incident)

    with pytest.raises(IntegrityError):
        InvolvementFactory(stakeholder=council, incident=incident)


def test_both_are_of_one_brand(incident: Incident) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _involved(StakeholderFactory(), incident)

    assert set(refusal.value.errors) == {"stakeholder"}


def test_nobody_is_involved_in_what_was_merged(council: Stakeholder, incident: Incident) -> None:
    merged = IncidentFactory(brand=council.brand, status="merged", merged_into=incident)

    with pytest.raises(IncidentMerged):
        _involved(council, merged)


def test_a_contact_is_due_in_time_to_come(council: Stakeholder, incident: Incident) -> None:
    with pytest.raises(InvalidInput):
        _involved(council, incident, due_at=NOW)
    with pytest.raises(InvalidInput):
        change_involvement(involvement=_involved(council, incident), due_at=NOW, **CHANGE)


def test_a_new_rhythm_makes_the_next_contact_due_anew(
    council: Stakeholder, incident: Incident
) -> None:
    involvement = _involved(council, incident, contact_every_hours=24)

    quicker = change_involvement(involvement=involvement, contact_every_hours=6, **CHANGE)
    given = change_involvement(involvement=quicker, due_at=NOW + 2 * HOUR, **CHANGE)
    free = change_involvement(involvement=given, contact_every_hours=None, **CHANGE)

    assert [one.due_at for one in (quicker, given, free)] == [NOW + 6 * HOUR, NOW + 2 * HOUR, None]


def test_a_change_of_nothing_leaves_no_trace(council: Stakeholder, incident: Incident) -> None:
    involvement = _involved(council, incident, part="Witness")

    same = change_involvement(involvement=involvement, part="Witness", **CHANGE)

    assert (same.version, Event.objects.count()) == (1, 1)


def test_what_has_ended_is_left_alone(council: Stakeholder, incident: Incident) -> None:
    ended = end_involvement(
        involvement=_involved(council, incident, contact_every_hours=1), **CHANGE
    )

    assert ended.alarm_at is None
    for service in (end_involvement, change_involvement):
        with pytest.raises(InvolvementEnded):
            service(involvement=ended, **CHANGE)


def test_our_contact_makes_the_next_one_due(
    council: Stakeholder, incident: Incident, responder: User
) -> None:
    involvement = _involved(council, incident, contact_every_hours=10)

    entry = _logged(council, incident=incident, at=NOW - HOUR, actor=Actor("user", responder.pk))

    involvement.refresh_from_db()
    assert (entry.by, entry.at) == (responder, NOW - HOUR)
    assert (involvement.last_informed_at, involvement.due_at) == (NOW - HOUR, NOW + 9 * HOUR)
    event = Event.objects.latest("position")
    assert (event.verb, event.data["involvement"]) == ("contact.logged", str(involvement.pk))


@pytest.mark.parametrize("more", [{"direction": "in"}, {"incident": None}])
def test_other_contacts_are_only_noted(
    council: Stakeholder, incident: Incident, more: dict[str, Any]
) -> None:
    involvement = _involved(council, incident, contact_every_hours=10)

    _logged(council, **{"incident": incident, **more})

    involvement.refresh_from_db()
    assert (involvement.last_informed_at, involvement.due_at) == (None, NOW + 10 * HOUR)


def test_an_older_contact_noted_later_changes_nothing(
    council: Stakeholder, incident: Incident
) -> None:
    involvement = _involved(council, incident, contact_every_hours=10)

    _logged(council, incident=incident)
    _logged(council, incident=incident, at=NOW - 5 * HOUR)

    involvement.refresh_from_db()
    assert involvement.due_at == NOW + 10 * HOUR


def test_a_contact_was_in_the_past(council: Stakeholder) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _logged(council, at=NOW + timedelta(seconds=1))

    assert set(refusal.value.errors) == {"at"}


def test_a_contact_is_about_an_incident_of_the_brand(council: Stakeholder) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _logged(council, incident=IncidentFactory())

    assert set(refusal.value.errors) == {"incident"}


def test_who_is_due_is_told_once(council: Stakeholder, incident: Incident) -> None:
    _involved(council, incident, contact_every_hours=10)

    for hours in (7, 8, 9, 10, 11):
        for thing in due_alarms(now=NOW + hours * HOUR, limit=10):
            raise_alarm(thing, now=NOW + hours * HOUR)

    told = list(Event.objects.order_by("position").values_list("verb", "incident_id"))
    assert told[1:] == [("involvement.due_soon", incident.pk), ("involvement.late", incident.pk)]


def test_nobody_is_warned_while_the_incident_is_over(
    council: Stakeholder, incident: Incident
) -> None:
    involvement = _involved(council, incident, contact_every_hours=10)

    close_incident(incident=incident, **CHANGE)
    involvement.refresh_from_db()
    assert (involvement.alarm_at, involvement.due_at) == (None, NOW + 10 * HOUR)
    reopen_incident(incident=incident, reason="It is back", **CHANGE)

    involvement.refresh_from_db()
    assert involvement.alarm_at == NOW + 8 * HOUR
