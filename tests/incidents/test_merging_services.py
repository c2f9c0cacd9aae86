"""Two incidents become one, with everything that belongs to them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from crisisapi.accounts.models import Brand, Circle, User
from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import InvalidInput, StaleVersion
from crisisapi.events.models import Event
from incidents.models import Assignment, Fact, Incident, IncidentRelation, Status
from incidents.services import incidents as lifecycle
from incidents.services.assignments import assign_role
from incidents.services.facts import state_fact
from incidents.services.goals import set_goal
from incidents.services.incident_relations import relate_incidents
from incidents.services.incidents import WrongStatus, change_incident
from incidents.services.lessons import propose_lesson
from incidents.services.merging import merge_incident
from incidents.services.standing import IncidentMerged
from messaging.services.messages import write_message
from tests.factories.accounts import BrandFactory, MemberFactory
from tests.factories.incidents import (
    AssignmentFactory,
    FactFactory,
    IncidentFactory,
    IncidentRelationFactory,
    InvolvementFactory,
    LessonFactory,
    StakeholderFactory,
)
from tests.factories.messaging import MessageFactory

pytestmark = pytest.mark.django_db

# After whatever the factories make, whose times are of the real clock.
NOW = timezone.now() + timedelta(days=1)


@pytest.fixture
def double(brand: Brand) -> Incident:
    return IncidentFactory(brand=brand, title="Kettles again")


@pytest.fixture
def target(brand: Brand) -> Incident:
    return IncidentFactory(brand=brand, title="Kettles")


def _merge(incident: Incident, into: Incident, **more: Any) -> Incident:
    return merge_incident(
        incident=incident,
        into=into,
        **{"reason": "One story", "actor": SYSTEM, "now": NOW, "expected_version": None, **more},
    )


def _errors(incident: Incident, into: Incident, **more: Any) -> dict[str, Any]:
    with pytest.raises(InvalidInput) as refused:
        _merge(incident, into, **more)
    return {field: str(texts[0]) for field, texts in refused.value.errors.items()}


def test_the_merged_one_is_over_for_good_and_says_where_it_goes_on(
    double: Incident, target: Incident
) -> None:
    merged = _merge(double, target)

    assert (merged.status, merged.merged_into, merged.ended_at) == (Status.MERGED, target, NOW)
    assert (merged.status_reason, merged.version) == ("One story", 2)
    with pytest.raises(WrongStatus):
        lifecycle.reopen_incident(
            incident=merged, reason="Again", actor=SYSTEM, now=NOW, expected_version=None
        )


@pytest.mark.parametrize("status", ["triage", "responding", "monitoring", "recovering", "learning"])
def test_what_is_not_over_can_be_merged(brand: Brand, target: Incident, status: str) -> None:
    assert _merge(IncidentFactory(brand=brand, status=status), target).status == "merged"


@pytest.mark.parametrize("status", ["closed", "declined"])
def test_what_is_over_is_not_merged(brand: Brand, target: Incident, status: str) -> None:
    with pytest.raises(WrongStatus):
        _merge(IncidentFactory(brand=brand, status=status), target)


def test_the_talk_began_when_the_earlier_one_did(double: Incident, target: Incident) -> None:
    Incident.objects.filter(pk=double.pk).update(started_at=NOW - timedelta(days=9))

    _merge(double, target)

    target.refresh_from_db()
    assert target.started_at == NOW - timedelta(days=9)


def test_a_later_start_moves_nothing(double: Incident, target: Incident) -> None:
    Incident.objects.filter(pk=target.pk).update(started_at=NOW - timedelta(days=9))

    _merge(double, target)

    target.refresh_from_db()
    assert target.started_at == NOW - timedelta(days=9)


def test_messages_follow_in_the_same_transaction(double: Incident, target: Incident) -> None:
    fact = FactFactory(incident=double)
    message = MessageFactory(incident=double)
    message.facts.add(fact)

    _merge(double, target)

    message.refresh_from_db()
    fact.refresh_from_db()
    assert (message.incident_id, message.version) == (target.pk, 1)
    assert fact.incident_id == target.pk


def test_a_stakeholder_of_both_is_one_of_the_target_once(
    double: Incident, target: Incident
) -> None:
    stakeholder = StakeholderFactory(brand=target.brand)
    there = InvolvementFactory(stakeholder=stakeholder, incident=target)
    here = InvolvementFactory(stakeholder=stakeholder, incident=double, alarm_at=NOW)

    _merge(double, target)

    here.refresh_from_db()
    assert (here.incident, here.alarm_at) == (double, None)
    assert target.involvements.get() == there


def test_what_was_merged_before_goes_on_in_the_last(double: Incident, target: Incident) -> None:
    first = IncidentFactory(brand=target.brand)
    _merge(first, double)

    _merge(double, target)

    first.refresh_from_db()
    assert first.merged_into == target


def _assigned(incident: Incident, role: str, person: User | None = None) -> User:
    person = person or MemberFactory(brand=incident.brand).user
    assign_role(incident=incident, person=person, role=role, actor=SYSTEM, now=NOW)
    return person


def test_a_role_one_person_holds_stays_with_who_holds_it_there(
    double: Incident, target: Incident
) -> None:
    theirs, ours = _assigned(double, "lead"), _assigned(target, "lead")

    _merge(double, target)

    target.refresh_from_db()
    assert target.lead == ours
    ended = Assignment.objects.get(person=theirs)
    assert (ended.incident_id, ended.ended_at) == (target.pk, NOW)
    assert Event.objects.filter(verb="assignment.ended", object_id=ended.pk).exists()


def test_a_role_nobody_holds_there_comes_along(double: Incident, target: Incident) -> None:
    lead = _assigned(double, "lead")

    _merge(double, target)

    target.refresh_from_db()
    assert target.lead == lead


def test_who_has_the_same_role_in_both_has_it_once(double: Incident, target: Incident) -> None:
    person = _assigned(double, "monitor")
    _assigned(target, "monitor", person)

    _merge(double, target)

    assert Assignment.objects.current().filter(incident=target, person=person).count() == 1
    assert not Assignment.objects.filter(incident=double).exists()


def test_a_relation_between_the_two_ends(double: Incident, target: Incident) -> None:
    relation = IncidentRelationFactory(first=double, second=target)

    _merge(double, target)

    relation.refresh_from_db()
    assert relation.ended_at == NOW


def test_a_relation_both_have_is_kept_once(double: Incident, target: Incident) -> None:
    third = IncidentFactory(brand=target.brand)
    for one in (double, target):
        relate_incidents(incident=one, other=third, actor=SYSTEM, now=NOW)

    _merge(double, target)

    (kept,) = IncidentRelation.objects.current()
    assert {kept.first_id, kept.second_id} == {target.pk, third.pk}


def test_both_timelines_tell_of_it(double: Incident, target: Incident) -> None:
    LessonFactory(incident=double)

    _merge(double, target)

    told = {event.verb: event for event in Event.objects.all()}
    assert told["incident.merged"].incident_id == double.pk
    assert told["incident.merged"].data["into"] == str(target.pk)
    assert told["incident.merged"].data["moved"] == {"lesson": 1}
    assert told["incident.merged_in"].incident_id == target.pk
    assert told["incident.merged_in"].data["merged"] == str(double.pk)


def test_it_asks_for_a_reason(double: Incident, target: Incident) -> None:
    assert _errors(double, target, reason=" ") == {"reason": "Say why."}


def test_an_incident_is_not_merged_into_itself(target: Incident) -> None:
    assert "another incident" in _errors(target, target)["into"]


def test_the_target_goes_on(double: Incident, brand: Brand) -> None:
    over = IncidentFactory(brand=brand, status="closed")

    assert "reopen it first" in _errors(double, over)["into"]


def test_brands_do_not_mix(double: Incident) -> None:
    elsewhere = IncidentFactory(brand=BrandFactory())

    assert "same brand" in _errors(double, elsewhere)["into"]


def test_a_drill_is_not_merged_into_what_is_real(brand: Brand, target: Incident) -> None:
    drill = IncidentFactory(brand=brand, mode="drill")

    assert "same mode" in _errors(drill, target)["into"]
    assert "same mode" in _errors(target, drill)["into"]


def test_what_is_restricted_does_not_become_everybodys(brand: Brand, target: Incident) -> None:
    restricted = IncidentFactory(brand=brand, visibility="restricted")

    assert "restrict that one first" in _errors(restricted, target)["into"]
    assert Incident.objects.get(pk=restricted.pk).status == "triage"


def test_what_goes_into_a_restricted_one_is_for_its_circle(
    brand: Brand, double: Incident, responder: User
) -> None:
    restricted = IncidentFactory(brand=brand)
    AssignmentFactory(incident=restricted, person=responder)
    change_incident(
        incident=restricted,
        visibility="restricted",
        actor=SYSTEM,
        now=NOW,
        expected_version=None,
    )

    merged = _merge(double, restricted)

    assert merged.visibility == "restricted"
    assert list(Circle.objects.get(subject_id=double.pk).readers.all()) == [responder]


def test_opening_the_target_to_all_opens_what_was_merged_into_it(
    brand: Brand, double: Incident
) -> None:
    restricted = IncidentFactory(brand=brand, visibility="restricted")
    _merge(double, restricted)

    change_incident(
        incident=restricted, visibility="team", actor=SYSTEM, now=NOW, expected_version=None
    )

    double.refresh_from_db()
    assert double.visibility == "team"
    assert not Circle.objects.exists()


def test_a_stale_version_is_refused(double: Incident, target: Incident) -> None:
    with pytest.raises(StaleVersion):
        _merge(double, target, expected_version=7)


_ADDITIONS: dict[str, Any] = {
    "fact": lambda incident: state_fact(
        incident=incident, statement="It cracks.", actor=SYSTEM, now=NOW
    ),
    "goal": lambda incident: set_goal(
        incident=incident,
        title="Calm",
        metric="mentions.negative_share",
        baseline=0.8,
        target=0.3,
        deadline=NOW + timedelta(days=1),
        actor=SYSTEM,
        now=NOW,
    ),
    "lesson": lambda incident: propose_lesson(
        incident=incident,
        title="Faster",
        observation="Slow.",
        recommendation="Prepare.",
        actor=SYSTEM,
        now=NOW,
    ),
    "message": lambda incident: write_message(
        incident=incident,
        title="Reply",
        purpose="update",
        language="en",
        body="We are looking into it.",
        actor=SYSTEM,
        now=NOW,
    ),
    "role": lambda incident: assign_role(
        incident=incident,
        person=MemberFactory(brand=incident.brand).user,
        role="lead",
        actor=SYSTEM,
        now=NOW,
    ),
    "relation": lambda incident: relate_incidents(
        incident=incident, other=IncidentFactory(brand=incident.brand), actor=SYSTEM, now=NOW
    ),
    "edit": lambda incident: change_incident(
        incident=incident, title="New", actor=SYSTEM, now=NOW, expected_version=None
    ),
}


@pytest.mark.parametrize("what", _ADDITIONS)
def test_nothing_is_added_to_what_was_merged(double: Incident, target: Incident, what: str) -> None:
    _merge(double, target)

    with pytest.raises(IncidentMerged) as refused:
        _ADDITIONS[what](double)

    assert target.reference in str(refused.value.detail)


def _in_a_thread(barrier: threading.Barrier, work: Any) -> str:
    try:
        barrier.wait(timeout=60)
        work()
    except IncidentMerged:
        return "refused"
    finally:
        connection.close()
    return "done"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_a_fact_stated_while_merging_is_refused_or_follows(brand: Brand, attempt: int) -> None:
    double, target = IncidentFactory(brand=brand), IncidentFactory(brand=brand)
    barrier = threading.Barrier(2)

    with ThreadPoolExecutor(2) as pool:
        merging = pool.submit(_in_a_thread, barrier, lambda: _merge(double, target))
        stating = pool.submit(_in_a_thread, barrier, lambda: _ADDITIONS["fact"](double))

    assert merging.result() == "done"
    facts = list(Fact.objects.values_list("incident_id", flat=True))
    assert facts == ([target.pk] if stating.result() == "done" else [])
