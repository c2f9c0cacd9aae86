"""Roles given, handed over and ended; the shift log beside them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connection

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.errors import InvalidInput, StaleVersion
from crisisapi.events.models import Event
from incidents.models import Assignment, Incident, ShiftNote
from incidents.services.assignments import (
    AlreadyAssigned,
    AssignmentEnded,
    assign_role,
    end_assignment,
    hand_over,
)
from incidents.services.shift_notes import write_shift_note
from incidents.services.standing import IncidentMerged
from tests.factories.accounts import MemberFactory
from tests.factories.incidents import AssignmentFactory, IncidentFactory, ShiftNoteFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 9, 12, tzinfo=UTC)
BY: dict[str, Any] = {"actor": SYSTEM, "now": NOW}
CHANGE = BY | {"expected_version": None}


@pytest.fixture
def incident(brand: Brand) -> Incident:
    return IncidentFactory(brand=brand)


def test_a_role_is_given(incident: Incident, responder: User) -> None:
    given = assign_role(incident=incident, person=responder, role="scribe", **BY)

    event = Event.objects.get()
    assert (given.taken_over_from, given.ended_at) == (None, None)
    assert (event.verb, event.data) == (
        "assignment.begun",
        {"person": str(responder.pk), "role": "scribe"},
    )


def test_who_leads_stands_on_the_incident(incident: Incident, responder: User) -> None:
    lead = assign_role(incident=incident, person=responder, role="lead", **BY)
    incident.refresh_from_db()
    led_by = incident.lead
    end_assignment(assignment=lead, **CHANGE)
    incident.refresh_from_db()

    assert (led_by, incident.lead) == (responder, None)


def test_a_role_of_one_person_passes_on(
    incident: Incident, responder: User, approver: User
) -> None:
    before = assign_role(incident=incident, person=responder, role="scribe", **BY)

    after = assign_role(incident=incident, person=approver, role="scribe", **BY)

    before.refresh_from_db()
    assert (before.ended_at, after.taken_over_from) == (NOW, before)
    assert Event.objects.latest("position").data["from"] == str(responder.pk)


def test_a_role_of_many_is_shared(incident: Incident, responder: User, approver: User) -> None:
    for person in (responder, approver):
        assign_role(incident=incident, person=person, role="monitor", **BY)

    assert Assignment.objects.current().filter(role="monitor").count() == 2


def test_nobody_has_a_role_twice(incident: Incident, responder: User, approver: User) -> None:
    assign_role(incident=incident, person=responder, role="monitor", **BY)
    other = assign_role(incident=incident, person=approver, role="monitor", **BY)

    with pytest.raises(AlreadyAssigned):
        assign_role(incident=incident, person=responder, role="monitor", **BY)
    with pytest.raises(AlreadyAssigned):
        hand_over(assignment=other, person=responder, **CHANGE)


def test_only_a_member_has_a_role(incident: Incident, stranger: User, responder: User) -> None:
    held = AssignmentFactory(incident=incident, person=responder)

    with pytest.raises(InvalidInput) as given:
        assign_role(incident=incident, person=stranger, role="scribe", **BY)
    with pytest.raises(InvalidInput) as handed:
        hand_over(assignment=held, person=stranger, **CHANGE)

    assert list(given.value.errors) == list(handed.value.errors) == ["person"]


def test_what_has_ended_is_over(incident: Incident, approver: User) -> None:
    held = AssignmentFactory(incident=incident)
    end_assignment(assignment=held, **CHANGE)

    with pytest.raises(AssignmentEnded):
        end_assignment(assignment=held, **CHANGE)
    with pytest.raises(AssignmentEnded):
        hand_over(assignment=held, person=approver, **CHANGE)


def test_a_stale_hand_over_is_refused(incident: Incident, approver: User) -> None:
    held = AssignmentFactory(incident=incident)

    with pytest.raises(StaleVersion):
        hand_over(assignment=held, person=approver, **CHANGE | {"expected_version": 4})


def test_what_is_handed_over_stands_in_the_shift_log(
    incident: Incident, responder: User, approver: User
) -> None:
    held = AssignmentFactory(incident=incident, person=responder, role="scribe")
    by = CHANGE | {"actor": Actor("user", responder.pk)}

    taken = hand_over(assignment=held, person=approver, note="The lab calls at four.", **by)

    note = ShiftNote.objects.get()
    assert (note.kind, note.author, note.text) == ("handover", responder, "The lab calls at four.")
    assert (taken.note, taken.taken_over_from) == (note.text, held)
    verbs = Event.objects.order_by("position").values_list("verb", flat=True)
    assert list(verbs) == ["shift_note.written", "assignment.handed_over"]


def test_a_hand_over_without_a_word_leaves_the_shift_log_alone(
    incident: Incident, approver: User
) -> None:
    hand_over(assignment=AssignmentFactory(incident=incident), person=approver, **CHANGE)

    assert not ShiftNote.objects.exists()


def test_the_note_of_a_first_holder_is_no_hand_over(incident: Incident, responder: User) -> None:
    assign_role(incident=incident, person=responder, role="scribe", note="From nine.", **BY)

    assert not ShiftNote.objects.exists()


def test_an_empty_note_is_refused(incident: Incident) -> None:
    with pytest.raises(InvalidInput) as refused:
        write_shift_note(incident=incident, text=" \n", **BY)

    assert list(refused.value.errors) == ["text"]


def test_a_merged_incident_takes_no_notes(brand: Brand, incident: Incident) -> None:
    merged = IncidentFactory(brand=brand, status="merged", merged_into=incident)

    with pytest.raises(IncidentMerged):
        write_shift_note(incident=merged, text="Hello", **BY)


@pytest.mark.parametrize("change", ["text", "delete"])
def test_the_database_lets_nobody_rewrite_the_log(change: str) -> None:
    note = ShiftNoteFactory()
    rewrite = {
        "text": lambda: ShiftNote.objects.filter(pk=note.pk).update(text="Something else"),
        "delete": note.delete,
    }[change]

    with pytest.raises(DatabaseError, match="append-only"):
        rewrite()


def test_a_note_may_move_with_a_merge() -> None:
    note, other = ShiftNoteFactory(), IncidentFactory()

    assert ShiftNote.objects.filter(pk=note.pk).update(incident=other) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_a_role_at_once_one_takes_it_over_from_the_other(brand: Brand) -> None:
    incident = IncidentFactory(brand=brand)
    people = [MemberFactory(brand=brand).user for _ in range(2)]
    together = Barrier(2)

    def take(person: User) -> None:
        try:
            together.wait(timeout=60)
            assign_role(incident=incident, person=person, role="lead", **BY)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(take, people))

    (holder,) = Assignment.objects.current()
    (before,) = Assignment.objects.exclude(ended_at=None)
    incident.refresh_from_db()
    assert holder.taken_over_from == before
    assert incident.lead == holder.person
    verbs = Event.objects.filter(object_type="assignment").order_by("position")
    assert list(verbs.values_list("verb", flat=True)) == [
        "assignment.begun",
        "assignment.handed_over",
    ]
