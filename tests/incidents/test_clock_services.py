"""The clocks of an incident, run by what happens in it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM
from crisisapi.events.models import Event
from crisisapi.events.services.log import record_event
from incidents.models import Clock, Incident, Notification
from incidents.rules.clock_targets import DEFAULT_TARGETS
from incidents.services import incidents as moves
from incidents.services.acknowledgements import acknowledge_incident
from incidents.services.deadlines import raise_alarm
from incidents.services.merging import merge_incident
from tests.factories.incidents import AssignmentFactory, ClockFactory, IncidentFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 9, 8, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TARGETS = {
    severity: {kind: timedelta(minutes=minutes) for kind, minutes in row.items()}
    for severity, row in DEFAULT_TARGETS.items()
}
FROM_OPENING = {"acknowledge", "first_approval", "first_publication"}


def _open(brand: Brand, **fields: Any) -> Incident:
    said = {"severity": 2, **fields}
    return moves.open_incident(brand=brand, title="Cracks", actor=SYSTEM, now=NOW, **said)


def _move(move: Callable[..., Incident], incident: Incident, at: datetime, **more: Any) -> Incident:
    return move(incident=incident, actor=SYSTEM, now=at, expected_version=None, **more)


@transaction.atomic
def _happened(incident: Incident, verb: str, at: datetime, **data: object) -> None:
    record_event(
        brand_id=incident.brand_id,
        incident_id=incident.pk,
        verb=verb,
        instance=incident,
        actor=SYSTEM,
        now=at,
        data=data,
    )


def _published(incident: Incident, at: datetime, **data: object) -> None:
    _happened(incident, "publication.published", at, published_at=at, **data)


def _clock(incident: Incident, kind: str) -> Clock:
    return Clock.objects.filter(incident=incident, kind=kind).latest("id")


def _states(incident: Incident) -> dict[str, str]:
    return dict(Clock.objects.filter(incident=incident).order_by("id").values_list("kind", "state"))


@pytest.mark.parametrize("mode", ["live", "drill"])
@pytest.mark.parametrize("severity", [1, 2, 3, 4])
def test_clocks_run_from_the_opening_by_severity(brand: Brand, mode: str, severity: int) -> None:
    incident = _open(brand, mode=mode, severity=severity)

    due = dict(Clock.objects.running().values_list("kind", "due_at"))
    assert due == {kind: NOW + TARGETS[severity][kind] for kind in FROM_OPENING}
    assert incident.next_update_due_at is None


def test_the_past_is_in_no_hurry(brand: Brand) -> None:
    _open(brand, mode="retrospective")

    assert not Clock.objects.exists()


def test_acknowledging_stops_the_first_clock(brand: Brand, responder: User) -> None:
    incident = _open(brand)

    known = _move(acknowledge_incident, incident, NOW + MINUTE)

    clock = _clock(incident, "acknowledge")
    assert (known.acknowledged_at, clock.state, clock.stopped_at, clock.alarm_at) == (
        NOW + MINUTE,
        "met",
        NOW + MINUTE,
        None,
    )


def test_acknowledging_again_leaves_no_trace(brand: Brand) -> None:
    incident = _open(brand)
    first = _move(acknowledge_incident, incident, NOW + MINUTE)
    events = Event.objects.count()

    again = _move(acknowledge_incident, incident, NOW + 9 * MINUTE)

    assert (again.acknowledged_at, again.version) == (NOW + MINUTE, first.version)
    assert Event.objects.count() == events


@pytest.mark.parametrize("move", [moves.start_response, moves.decline_incident])
def test_leaving_triage_acknowledges(brand: Brand, move: Any) -> None:
    incident = _open(brand)

    left = _move(move, incident, NOW + MINUTE, reason="x")

    verbs = Event.objects.filter(object_id=incident.pk).order_by("position")
    assert (left.acknowledged_at, left.version) == (NOW + MINUTE, 2)
    assert list(verbs.values_list("verb", flat=True))[1] == "incident.acknowledged"
    assert _states(incident)["acknowledge"] == "met"


def test_a_clock_stopped_after_its_time_is_met_late(brand: Brand) -> None:
    incident = _open(brand)
    at = NOW + TARGETS[2]["first_approval"] + MINUTE

    _happened(incident, "message.approved", at)

    assert _clock(incident, "first_approval").state == "met_late"
    assert Event.objects.latest("position").verb == "clock.met_late"


def test_a_publication_recorded_late_counts_from_when_it_was_posted(brand: Brand) -> None:
    incident = _open(brand)
    due = NOW + TARGETS[2]["first_publication"]

    _happened(incident, "publication.published", due + 30 * MINUTE, published_at=due - MINUTE)

    clock = _clock(incident, "first_publication")
    assert (clock.state, clock.stopped_at) == ("met", due - MINUTE)


def test_each_publication_ends_a_cycle_and_begins_the_next(brand: Brand) -> None:
    incident = _move(moves.start_response, _open(brand), NOW)
    every = TARGETS[2]["update_cadence"]

    _published(incident, NOW + MINUTE)
    _published(incident, NOW + 2 * MINUTE + every)

    cycles = Clock.objects.filter(kind="update_cadence").order_by("id")
    incident.refresh_from_db()
    assert [cycle.state for cycle in cycles] == ["met_late", "running"]
    assert cycles[1].started_at == NOW + 2 * MINUTE + every
    assert incident.next_update_due_at == cycles[1].due_at


def test_the_same_message_on_another_channel_is_no_update(brand: Brand) -> None:
    incident = _move(moves.start_response, _open(brand), NOW)
    message = str(incident.pk)

    _published(incident, NOW + MINUTE, message=message)
    _published(incident, NOW + 5 * MINUTE, message=message)

    cycle = Clock.objects.get(kind="update_cadence")
    assert (cycle.state, cycle.started_at) == ("running", NOW + MINUTE)


def test_what_is_said_in_triage_owes_an_update_once_the_response_begins(brand: Brand) -> None:
    incident = _open(brand)
    _published(incident, NOW + MINUTE)
    in_triage = Clock.objects.filter(kind="update_cadence").exists()

    _move(moves.start_response, incident, NOW + 9 * MINUTE)

    assert not in_triage
    assert _clock(incident, "update_cadence").started_at == NOW + 9 * MINUTE


def test_a_response_without_a_word_in_public_owes_no_update_yet(brand: Brand) -> None:
    incident = _move(moves.start_response, _open(brand), NOW)

    assert "update_cadence" not in _states(incident)


def test_another_severity_moves_what_runs_from_its_beginning(brand: Brand) -> None:
    incident = _open(brand)
    _move(acknowledge_incident, incident, NOW + MINUTE)

    _move(moves.change_incident, incident, NOW + 2 * MINUTE, severity=1)

    assert _clock(incident, "first_publication").due_at == NOW + TARGETS[1]["first_publication"]
    assert _clock(incident, "acknowledge").due_at == NOW + TARGETS[2]["acknowledge"]
    moved = Event.objects.filter(verb="clock.moved")
    assert {event.data["kind"] for event in moved} == {"first_approval", "first_publication"}


def test_what_was_late_and_still_is_warns_no_second_time(brand: Brand) -> None:
    incident = _open(brand)
    late = NOW + TARGETS[2]["acknowledge"] + MINUTE
    raise_alarm(_clock(incident, "acknowledge"), now=late)

    _move(moves.change_incident, incident, late + MINUTE, severity=1)

    clock = _clock(incident, "acknowledge")
    assert (clock.alarm, clock.alarm_at) == ("late", None)


def test_more_time_takes_the_lateness_back(brand: Brand) -> None:
    incident = _open(brand)
    late = NOW + TARGETS[2]["acknowledge"] + MINUTE
    raise_alarm(_clock(incident, "acknowledge"), now=late)

    _move(moves.change_incident, incident, late + MINUTE, severity=4)

    clock = _clock(incident, "acknowledge")
    assert clock.alarm == "none"
    assert clock.alarm_at is not None


def test_declining_stops_every_clock(brand: Brand) -> None:
    incident = _open(brand)

    _move(moves.decline_incident, incident, NOW + MINUTE, reason="Not ours")

    assert _states(incident) == {
        "acknowledge": "met",
        "first_approval": "cancelled",
        "first_publication": "cancelled",
    }


def test_while_one_learns_no_update_is_owed(brand: Brand) -> None:
    incident = _move(moves.start_response, _open(brand), NOW)
    _published(incident, NOW + MINUTE)
    for move in (moves.start_monitoring, moves.start_recovery, moves.start_learning):
        incident = _move(move, incident, NOW + 2 * MINUTE)

    incident.refresh_from_db()
    assert _states(incident)["update_cadence"] == "cancelled"
    assert _states(incident)["first_approval"] == "running"
    assert incident.next_update_due_at is None


def test_reopening_owes_an_update_from_then_on(brand: Brand) -> None:
    incident = _open(brand)
    _move(moves.decline_incident, incident, NOW + MINUTE, reason="Not ours")

    _move(moves.reopen_incident, incident, NOW + 9 * MINUTE, reason="It is ours")

    cycle = _clock(incident, "update_cadence")
    assert (cycle.state, cycle.started_at) == ("running", NOW + 9 * MINUTE)
    assert cycle.due_at == NOW + 9 * MINUTE + TARGETS[2]["update_cadence"]


def test_a_merged_incident_is_timed_no_more(brand: Brand) -> None:
    incident, into = _open(brand), IncidentFactory(brand=brand, started_at=NOW, opened_at=NOW)

    _move(merge_incident, incident, NOW + MINUTE, into=into, reason="One story")

    assert set(_states(incident).values()) == {"cancelled"}


def test_who_leads_hears_that_time_runs_out(brand: Brand, responder: User) -> None:
    incident = _open(brand)
    AssignmentFactory(incident=incident, person=responder, role="communications_lead")
    clock = _clock(incident, "first_publication")

    raise_alarm(clock, now=clock.due_at)  # type: ignore[arg-type]  # every clock is due

    told = Notification.objects.get()
    assert (told.recipient, told.verb) == (responder, "clock.late")
    assert "no message was published in time" in told.sentence


def test_where_nobody_leads_the_managers_hear_it(
    brand: Brand, manager: User, responder: User
) -> None:
    clock = _clock(_open(brand), "acknowledge")

    raise_alarm(clock, now=clock.due_at)  # type: ignore[arg-type]

    assert [told.recipient for told in Notification.objects.all()] == [manager]


def test_one_clock_of_a_kind_runs_at_a_time() -> None:
    clock = ClockFactory()

    with pytest.raises(IntegrityError, match="incidents_clock_runs_once"):
        ClockFactory(incident=clock.incident)


@pytest.mark.django_db(transaction=True)
def test_two_workers_raise_one_alarm(brand: Brand) -> None:
    now = timezone.now()
    clock = ClockFactory(
        incident=IncidentFactory(brand=brand),
        started_at=now - 2 * MINUTE,
        due_at=now - MINUTE,
        alarm_at=now - MINUTE,
    )
    together = Barrier(2)

    def sweep(_: int) -> object:
        try:
            together.wait(timeout=60)
            return raise_alarm(clock, now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        raised = list(pool.map(sweep, range(2)))

    assert sorted(one is None for one in raised) == [False, True]
    assert Event.objects.get().verb == "clock.late"


@pytest.mark.parametrize("verb", ["part_published", "partially_published"])
def test_the_first_post_of_a_thread_is_the_first_publication(brand: Brand, verb: str) -> None:
    incident = _open(brand)
    at = NOW + 5 * MINUTE

    _happened(incident, f"publication.{verb}", at + MINUTE, published_at=at)

    clock = _clock(incident, "first_publication")
    assert (clock.state, clock.stopped_at) == ("met", at)


def test_what_could_not_be_taken_down_is_no_publication(brand: Brand) -> None:
    incident = _open(brand)

    _published(incident, NOW + 5 * MINUTE, before="withdrawing")

    assert _states(incident)["first_publication"] == "running"
