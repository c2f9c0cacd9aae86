"""Alerts: raised once, acknowledged, settled, judged, and told to those who answer for them."""

from datetime import timedelta

import pytest

from crisisapi.accounts.models import Brand, Department, Role, User
from crisisapi.common.actors import Actor
from crisisapi.common.errors import InvalidInput, StaleVersion
from crisisapi.events.models import Event
from incidents.models import Notification
from incidents.services.deadlines import due_alarms, raise_alarm
from monitoring.models import Alert, AlertStatus, Verdict
from monitoring.rules.detection.cause import Cause
from monitoring.services.alerts import (
    AlertSettled,
    acknowledge_alert,
    dismiss_alert,
    end_alert,
    give_verdict,
    raise_alert,
    resolve_alert,
)
from tests.factories.accounts import MemberFactory
from tests.factories.monitoring import AlertFactory, AlertRuleFactory
from tests.monitoring.alarming import NOW, found

LATER = NOW + timedelta(minutes=3)


@pytest.fixture
def person(brand: Brand) -> User:
    user: User = MemberFactory(brand=brand, role=Role.RESPONDER, department=Department.PR).user
    return user


def told_of(verb: str) -> set[User]:
    """Return who was notified of an event."""
    rows = Notification.objects.filter(verb=verb).select_related("recipient")
    return {row.recipient for row in rows}


def test_the_department_that_answers_is_told(brand: Brand, person: User) -> None:
    MemberFactory(brand=brand, role=Role.MANAGER, department=Department.OTHER)
    rule = AlertRuleFactory(brand=brand, name="Kettles", department=Department.PR)

    raise_alert(rule=rule, finding=found(), cause=Cause(), now=NOW)

    assert told_of("alert.raised") == {person}
    assert Notification.objects.get().sentence == (
        "Kettles: 340 mentions an hour, usually up to 24."
    )


def test_without_anybody_there_the_managers_are_told(brand: Brand) -> None:
    manager = MemberFactory(brand=brand, role=Role.MANAGER, department=Department.PR).user
    rule = AlertRuleFactory(brand=brand, department=Department.LEGAL)

    raise_alert(rule=rule, finding=found(), cause=Cause(), now=NOW)

    assert told_of("alert.raised") == {manager}


def test_what_joined_a_storm_is_told_to_nobody(brand: Brand, person: User) -> None:
    rules = [AlertRuleFactory(brand=brand, department=Department.PR) for _each in range(2)]

    for rule in rules:
        raise_alert(rule=rule, finding=found(), cause=Cause(), now=NOW)

    assert Alert.objects.count() == 2
    assert Notification.objects.filter(verb="alert.raised").count() == 1


def test_what_nobody_acknowledged_in_time_goes_further(brand: Brand, person: User) -> None:
    boss = MemberFactory(brand=brand, department=Department.EXECUTIVE).user
    rule = AlertRuleFactory(
        brand=brand,
        department=Department.PR,
        escalates_to=Department.EXECUTIVE,
        answer_minutes=30,
    )
    raise_alert(rule=rule, finding=found(), cause=Cause(), now=NOW)
    late = NOW + timedelta(minutes=30)

    for thing in due_alarms(now=late, limit=10):
        raise_alarm(thing, now=late)

    assert told_of("alert.late") == {boss}


def test_who_acknowledges_stops_the_clock_for_the_whole_storm(brand: Brand, person: User) -> None:
    first = AlertFactory(rule__brand=brand, due_at=LATER, alarm_at=LATER)
    other = AlertFactory(rule__brand=brand, first=first)

    acknowledge_alert(alert=first, actor=Actor("user", person.pk), now=LATER, expected_version=1)

    for one in Alert.objects.all():
        assert one.status == AlertStatus.ACKNOWLEDGED
        assert (one.acknowledged_by, one.acknowledged_at, one.alarm_at) == (person, LATER, None)
    assert Event.objects.filter(verb="alert.acknowledged", object_id=other.pk).exists()


def test_acknowledging_again_leaves_no_trace(brand: Brand, person: User) -> None:
    alert = AlertFactory(rule__brand=brand)
    once = acknowledge_alert(alert=alert, actor=Actor("user", person.pk), now=LATER)

    again = acknowledge_alert(alert=alert, actor=Actor("user", person.pk), now=LATER)

    assert again.version == once.version
    assert Event.objects.filter(verb="alert.acknowledged").count() == 1


@pytest.mark.parametrize(
    ("settle", "status", "verdict"),
    [
        (resolve_alert, AlertStatus.RESOLVED, Verdict.TRUE_ALARM),
        (dismiss_alert, AlertStatus.DISMISSED, Verdict.FALSE_ALARM),
    ],
)
def test_settling_says_why_and_whether_it_was_true(
    brand: Brand, person: User, settle: object, status: str, verdict: str
) -> None:
    alert = AlertFactory(rule__brand=brand)

    settled = settle(  # type: ignore[operator]
        alert=alert, actor=Actor("user", person.pk), now=LATER, reason="A game show was on."
    )

    assert (settled.status, settled.verdict, settled.verdict_by) == (status, verdict, person)
    assert settled.reason == "A game show was on."
    assert settled.due_at is None or settled.alarm_at is None


def test_a_verdict_given_before_stays(brand: Brand, person: User) -> None:
    alert = AlertFactory(rule__brand=brand, verdict=Verdict.TRUE_ALARM)

    settled = dismiss_alert(
        alert=alert, actor=Actor("user", person.pk), now=LATER, reason="Legal takes it."
    )

    assert settled.verdict == Verdict.TRUE_ALARM


def test_a_dismissal_says_why(brand: Brand, person: User) -> None:
    alert = AlertFactory(rule__brand=brand)

    with pytest.raises(InvalidInput):
        dismiss_alert(alert=alert, actor=Actor("user", person.pk), now=LATER, reason=" ")


def test_what_is_settled_stays_so(brand: Brand, person: User) -> None:
    alert = AlertFactory(rule__brand=brand, status=AlertStatus.RESOLVED)

    with pytest.raises(AlertSettled):
        acknowledge_alert(alert=alert, actor=Actor("user", person.pk), now=LATER)
    with pytest.raises(AlertSettled):
        resolve_alert(alert=alert, actor=Actor("user", person.pk), now=LATER)


def test_a_verdict_can_be_changed_later(brand: Brand, person: User) -> None:
    alert = AlertFactory(
        rule__brand=brand, status=AlertStatus.DISMISSED, verdict=Verdict.FALSE_ALARM
    )

    for _twice in range(2):
        give_verdict(
            alert=alert, verdict=Verdict.TRUE_ALARM, actor=Actor("user", person.pk), now=LATER
        )

    assert Alert.objects.get().verdict == Verdict.TRUE_ALARM
    event = Event.objects.get(verb="alert.judged")
    assert (event.data["before"], event.data["verdict"]) == ("false_alarm", "true_alarm")


def test_two_editors_of_one_alert(brand: Brand, person: User) -> None:
    alert = AlertFactory(rule__brand=brand)
    acknowledge_alert(alert=alert, actor=Actor("user", person.pk), now=LATER, expected_version=1)

    with pytest.raises(StaleVersion):
        resolve_alert(alert=alert, actor=Actor("user", person.pk), now=LATER, expected_version=1)


def test_who_took_it_on_is_told_when_it_is_over(brand: Brand, person: User) -> None:
    alert = AlertFactory(rule__brand=brand, acknowledged_by=person)

    assert end_alert(alert=alert, ended_at=LATER, now=LATER) is not None
    assert end_alert(alert=alert, ended_at=LATER, now=LATER) is None
    assert told_of("alert.subsided") == {person}


def test_a_rule_that_was_put_to_rest_meanwhile_raises_none(brand: Brand) -> None:
    rule = AlertRuleFactory(brand=brand, is_active=False)

    assert raise_alert(rule=rule, finding=found(), cause=Cause(), now=NOW) is None


def test_a_rule_cools_down_before_its_next_alert(brand: Brand) -> None:
    rule = AlertRuleFactory(brand=brand, cool_down_minutes=60)
    AlertFactory(rule=rule, started_at=NOW, ended_at=NOW + timedelta(minutes=20))
    soon, then = (found(NOW + timedelta(minutes=minutes)) for minutes in (55, 60))

    assert raise_alert(rule=rule, finding=soon, cause=Cause(), now=soon.started_at) is None
    assert raise_alert(rule=rule, finding=then, cause=Cause(), now=then.started_at) is not None
