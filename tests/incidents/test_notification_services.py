"""Who is told what, and who is not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from incidents.models import Incident, Notification
from incidents.services.assignments import assign_role, hand_over
from incidents.services.deadlines import raise_alarm
from incidents.services.incidents import change_incident
from incidents.services.notifications import mark_all_read, mark_read, notify_people
from incidents.services.tasks import add_task, change_task, make_commitment
from tests.factories.accounts import MemberFactory
from tests.factories.incidents import AssignmentFactory, IncidentFactory, NotificationFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 9, 12, tzinfo=UTC)
SOON = NOW + timedelta(hours=10)
BY: dict[str, Any] = {"actor": SYSTEM, "now": NOW}


@pytest.fixture
def incident(brand: Brand) -> Incident:
    return IncidentFactory(brand=brand, reference="INC-2026-0007")


def _told() -> dict[Any, list[str]]:
    told: dict[Any, list[str]] = {}
    for one in Notification.objects.order_by("created_at", "id"):
        told.setdefault(one.recipient_id, []).append(one.verb)
    return told


def test_who_gets_a_role_is_told(incident: Incident, responder: User, approver: User) -> None:
    begun = assign_role(incident=incident, person=responder, role="scribe", **BY)
    hand_over(assignment=begun, person=approver, expected_version=None, **BY)

    assert _told() == {
        responder.pk: ["assignment.begun"],
        approver.pk: ["assignment.handed_over"],
    }


def test_who_gets_a_task_is_told(incident: Incident, responder: User, approver: User) -> None:
    task = add_task(incident=incident, title="Call", owner=responder, **BY)
    change_task(task=task, owner=approver, expected_version=None, **BY)

    assert _told() == {responder.pk: ["task.added"], approver.pk: ["task.reassigned"]}


def test_nobody_is_told_of_what_they_did_themselves(incident: Incident, responder: User) -> None:
    own: dict[str, Any] = {"actor": Actor("user", responder.pk), "now": NOW}

    add_task(incident=incident, title="Call", owner=responder, **own)
    assign_role(incident=incident, person=responder, role="scribe", **own)

    assert _told() == {}


def test_owner_and_lead_hear_that_a_task_is_late(
    incident: Incident, responder: User, approver: User, manager: User
) -> None:
    AssignmentFactory(incident=incident, person=approver, role="lead")
    AssignmentFactory(incident=incident, person=manager, role="spokesperson")
    task = add_task(incident=incident, title="Call", owner=responder, due_at=SOON, **BY)
    Notification.objects.all().delete()

    raise_alarm(task, now=SOON)

    assert _told() == {responder.pk: ["task.late"], approver.pk: ["task.late"]}


def test_the_spokesperson_hears_that_a_promise_is_late(
    incident: Incident, approver: User, manager: User
) -> None:
    AssignmentFactory(incident=incident, person=approver, role="lead")
    AssignmentFactory(incident=incident, person=manager, role="spokesperson")
    made = make_commitment(incident=incident, promise="A refund", due_at=SOON, **BY)

    raise_alarm(made, now=SOON)

    assert _told() == {approver.pk: ["task.late"], manager.pk: ["task.late"]}
    assert Notification.objects.first().sentence == (  # type: ignore[union-attr]
        "INC-2026-0007: a public commitment is late, “A refund”."
    )


def test_a_sentence_is_in_the_language_of_its_reader(incident: Incident, responder: User) -> None:
    assign_role(incident=incident, person=responder, role="spokesperson", **BY)
    told = Notification.objects.get()

    with translation.override("en"):
        english = told.sentence

    assert english == "INC-2026-0007: you have a role, spokesperson."


def test_people_are_told_in_words_of_ones_own(
    incident: Incident, responder: User, viewer: User, stranger: User
) -> None:
    told = notify_people(
        people=[responder, viewer, stranger], incident=incident, text="חדר 4, 09:00", **BY
    )

    event = Event.objects.get()
    assert {one.recipient_id for one in told} == {responder.pk, viewer.pk}
    assert event.verb == "incident.people_notified"
    assert sorted(event.data["people"]) == sorted([str(responder.pk), str(viewer.pk)])
    assert {one.sentence for one in Notification.objects.all()} == {"חדר 4, 09:00"}


def test_an_empty_notice_is_refused(incident: Incident, responder: User) -> None:
    with pytest.raises(InvalidInput) as refused:
        notify_people(people=[responder], incident=incident, text=" ", **BY)

    assert list(refused.value.errors) == ["text"]


def test_outside_the_circle_nobody_is_told(
    incident: Incident, responder: User, viewer: User, manager: User
) -> None:
    AssignmentFactory(incident=incident, person=responder, role="monitor")
    change_incident(incident=incident, visibility="restricted", expected_version=None, **BY)
    incident.refresh_from_db()

    notify_people(people=[responder, viewer, manager], incident=incident, text="Quiet", **BY)
    add_task(incident=incident, title="Call", owner=viewer, **BY)

    assert _told().keys() == {responder.pk, manager.pk}


def test_who_may_not_sign_in_any_more_is_not_told(brand: Brand, incident: Incident) -> None:
    gone = MemberFactory(brand=brand, user__is_active=False).user

    assert notify_people(people=[gone], incident=incident, text="Hello", **BY) == []


def test_the_first_reading_counts() -> None:
    told = NotificationFactory()

    mark_read(notification=told, now=NOW)
    again = mark_read(notification=told, now=SOON)

    assert again.read_at == NOW


def test_all_of_ones_own_is_read_at_once(incident: Incident, responder: User) -> None:
    mine = NotificationFactory(incident=incident, recipient=responder, created_at=NOW)
    to_come = NotificationFactory(incident=incident, recipient=responder, created_at=SOON)
    other = NotificationFactory(incident=incident, created_at=NOW)

    count = mark_all_read(recipient_id=responder.pk, now=NOW)

    for one in (mine, to_come, other):
        one.refresh_from_db()
    assert count == 1
    assert [one.read_at for one in (mine, to_come, other)] == [NOW, None, None]
