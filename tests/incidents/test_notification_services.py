"""Who is told what, and who is not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from incidents.models import Incident, Involvement, Lesson, Notification
from incidents.models.notification import SENTENCES
from incidents.services.assignments import assign_role, hand_over
from incidents.services.deadlines import raise_alarm
from incidents.services.incidents import change_incident
from incidents.services.involvements import involve_stakeholder
from incidents.services.lessons import accept_lesson, propose_lesson
from incidents.services.measurements import record_measurement
from incidents.services.notifications import mark_all_read, mark_read, notify_people
from incidents.services.tasks import add_task, change_task, make_commitment
from incidents.services.telling import TOLD
from tests.factories.accounts import MemberFactory
from tests.factories.incidents import (
    AssignmentFactory,
    GoalFactory,
    IncidentFactory,
    NotificationFactory,
    StakeholderFactory,
)

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


def _stakeholder_due(incident: Incident, owner: User | None) -> Involvement:
    return involve_stakeholder(
        incident=incident,
        stakeholder=StakeholderFactory(brand=incident.brand, name="מועצת הצרכנים", owner=owner),
        due_at=SOON,
        **BY,
    )


def _lesson_due(incident: Incident, owner: User) -> Lesson:
    lesson = propose_lesson(
        incident=incident,
        title="Answer sooner",
        observation="Late.",
        recommendation="Prepare.",
        due_at=SOON,
        **BY,
    )
    return accept_lesson(lesson=lesson, owner=owner, expected_version=None, **BY)


def test_owner_and_lead_hear_that_a_stakeholder_waits(
    incident: Incident, responder: User, approver: User
) -> None:
    AssignmentFactory(incident=incident, person=approver, role="lead")
    involvement = _stakeholder_due(incident, responder)

    raise_alarm(involvement, now=SOON - timedelta(minutes=1))
    raise_alarm(involvement, now=SOON)

    both = ["involvement.due_soon", "involvement.late"]
    assert _told() == {responder.pk: both, approver.pk: both}


def test_owner_and_lead_hear_that_a_lesson_is_not_adopted(
    incident: Incident, responder: User, approver: User
) -> None:
    AssignmentFactory(incident=incident, person=approver, role="lead")
    lesson = _lesson_due(incident, responder)

    raise_alarm(lesson, now=SOON - timedelta(minutes=1))
    raise_alarm(lesson, now=SOON)

    both = ["lesson.due_soon", "lesson.late"]
    assert _told() == {responder.pk: both, approver.pk: both}


def test_where_nobody_owns_or_leads_the_managers_hear(incident: Incident, manager: User) -> None:
    raise_alarm(_stakeholder_due(incident, None), now=SOON)

    assert _told() == {manager.pk: ["involvement.late"]}


def test_the_lead_hears_that_a_goal_is_at_risk_and_then_missed(
    incident: Incident, approver: User
) -> None:
    AssignmentFactory(incident=incident, person=approver, role="lead")
    goal = GoalFactory(incident=incident, created_at=NOW, deadline=SOON)

    record_measurement(goal=goal, value=0.8, now=NOW + timedelta(hours=1))
    record_measurement(goal=goal, value=0.8, now=SOON)

    assert _told() == {approver.pk: ["goal.at_risk", "goal.missed"]}


def test_a_goal_to_and_fro_warns_again_only_when_the_warning_was_read(
    incident: Incident, approver: User
) -> None:
    AssignmentFactory(incident=incident, person=approver, role="lead")
    goal = GoalFactory(incident=incident, created_at=NOW, deadline=SOON)

    def sway() -> int:
        record_measurement(goal=goal, value=0.8, now=NOW + timedelta(hours=1))
        record_measurement(goal=goal, value=0.4, now=NOW + timedelta(hours=1))
        return Notification.objects.count()

    unread = [sway(), sway()]
    mark_all_read(recipient_id=approver.pk, now=timezone.now())

    assert [*unread, sway()] == [1, 1, 2]


@pytest.mark.parametrize("language", ["en", "he"])
def test_every_warning_has_a_sentence(incident: Incident, manager: User, language: str) -> None:
    raise_alarm(_stakeholder_due(incident, manager), now=SOON)
    raise_alarm(_lesson_due(incident, manager), now=SOON)
    record_measurement(
        goal=GoalFactory(incident=incident, title="Calm", deadline=SOON), value=0.8, now=SOON
    )

    with translation.override(language):
        said = [told.sentence for told in Notification.objects.order_by("verb")]

    expected = {
        "en": [
            "INC-2026-0007: a goal was missed, “Calm”.",
            "INC-2026-0007: \u2068מועצת הצרכנים\u2069 should have heard from us by now.",
            "INC-2026-0007: a lesson was not adopted in time, “Answer sooner”.",
        ],
        "he": [
            '\u2068INC-2026-0007\u2069: יעד לא הושג במועדו, "\u2068Calm\u2069".',
            "\u2068INC-2026-0007\u2069: חלף המועד לעדכן את מועצת הצרכנים.",
            '\u2068INC-2026-0007\u2069: לקח לא אומץ במועדו, "\u2068Answer sooner\u2069".',
        ],
    }
    assert said == expected[language]


def test_whatever_is_told_has_a_sentence() -> None:
    said = {verb.partition(":")[0] for verb in SENTENCES}

    assert said >= TOLD
