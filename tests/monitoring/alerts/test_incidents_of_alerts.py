"""What an alert opens, and what it joins."""

from datetime import timedelta

from crisisapi.accounts.models import Brand
from crisisapi.events.models import Event
from incidents.models import Incident, PlaybookRun, Status
from incidents.models.incident import Kind
from incidents.services.circles import draw_circle
from monitoring.models import Alert, AlertRule, Query, QueryKind
from monitoring.rules.detection.cause import Cause
from monitoring.services.alerts import raise_alert
from tests.factories.incidents import IncidentFactory, PlaybookFactory, PlaybookVersionFactory
from tests.factories.monitoring import AlertRuleFactory, QueryFactory
from tests.monitoring.alarming import NOW, found

CAUSE = Cause(terms=["handle", "kettle"])


def raised(rule: AlertRule, *, minutes: int = 0) -> Alert:
    """Return the alert of what a rule found so many minutes after noon."""
    now = NOW + timedelta(minutes=minutes)
    alert = raise_alert(rule=rule, finding=found(now), cause=CAUSE, now=now)
    assert alert is not None
    return alert


def test_a_rule_opens_an_incident_in_triage_with_what_was_noticed(brand: Brand) -> None:
    rule = AlertRuleFactory(
        brand=brand,
        name="Kettles",
        opens_incident=True,
        incident_kind=Kind.PRODUCT_SAFETY,
        incident_severity=2,
    )

    alert = raised(rule)

    incident = alert.incident
    assert incident is not None
    assert (incident.status, incident.kind, incident.severity) == ("triage", "product_safety", 2)
    assert incident.started_at == alert.started_at
    assert "Kettles" in incident.title
    assert "340" in incident.summary
    assert "handle, kettle" in incident.summary
    opened = Event.objects.filter(incident_id=incident.pk).order_by("position").first()
    assert opened is not None
    assert opened.verb == "incident.opened"


def test_a_brand_that_speaks_hebrew_is_told_in_hebrew(brand: Brand) -> None:
    Brand.objects.filter(pk=brand.pk).update(languages=["he"])
    rule = AlertRuleFactory(brand=Brand.objects.get(pk=brand.pk), opens_incident=True)

    incident = raised(rule).incident

    assert incident is not None
    assert any("א" <= letter <= "ת" for letter in incident.title)
    assert any("א" <= letter <= "ת" for letter in incident.summary)


def test_the_playbook_of_the_rule_begins(brand: Brand) -> None:
    version = PlaybookVersionFactory(playbook__brand=brand, status="published")
    rule = AlertRuleFactory(brand=brand, opens_incident=True, playbook=version.playbook)

    incident = raised(rule).incident

    assert PlaybookRun.objects.get(incident=incident).playbook == version.playbook


def test_a_playbook_that_cannot_be_used_keeps_no_incident_from_opening(brand: Brand) -> None:
    rule = AlertRuleFactory(brand=brand, opens_incident=True, playbook=PlaybookFactory(brand=brand))

    assert raised(rule).incident is not None
    assert not PlaybookRun.objects.exists()


def test_an_incident_that_stands_is_not_opened_again(brand: Brand) -> None:
    rule = AlertRuleFactory(brand=brand, opens_incident=True, cool_down_minutes=5)
    first = raised(rule)
    Alert.objects.update(ended_at=NOW + timedelta(minutes=20))

    second = raised(rule, minutes=60)

    assert second.incident == first.incident
    assert Incident.objects.count() == 1


def test_once_it_is_over_another_one_is_opened(brand: Brand) -> None:
    rule = AlertRuleFactory(brand=brand, opens_incident=True, cool_down_minutes=5)
    first = raised(rule)
    Alert.objects.update(ended_at=NOW + timedelta(minutes=20))
    Incident.objects.update(status=Status.DECLINED)

    second = raised(rule, minutes=60)

    assert second.incident is not None
    assert second.incident != first.incident


def test_an_alert_about_the_query_of_an_incident_belongs_to_it(brand: Brand) -> None:
    incident = IncidentFactory(brand=brand)
    query = QueryFactory(brand=brand, kind=QueryKind.INCIDENT, incident=incident)

    assert raised(AlertRuleFactory(brand=brand, query=query)).incident == incident


def test_a_second_rule_joins_the_storm_of_the_first(brand: Brand) -> None:
    first = raised(AlertRuleFactory(brand=brand, opens_incident=True))

    second = raised(AlertRuleFactory(brand=brand, opens_incident=True), minutes=30)

    assert (second.first, second.incident) == (first, first.incident)
    assert second.due_at is None


def test_what_comes_long_after_or_is_settled_is_not_joined(brand: Brand) -> None:
    rules = [AlertRuleFactory(brand=brand, grouping_minutes=60) for _each in range(3)]
    first = raised(rules[0])

    assert raised(rules[1], minutes=61).first is None
    Alert.objects.exclude(pk=first.pk).update(status="resolved")
    assert raised(rules[2], minutes=62).first is None


def test_a_rule_that_never_groups_joins_nothing_of_the_same_moment(brand: Brand) -> None:
    raised(AlertRuleFactory(brand=brand))

    assert raised(AlertRuleFactory(brand=brand, grouping_minutes=0)).first is None


def test_talk_of_a_competitor_is_no_part_of_our_storm(brand: Brand) -> None:
    rival = QueryFactory(brand=brand, kind=QueryKind.COMPETITOR)
    raised(AlertRuleFactory(brand=brand))

    assert raised(AlertRuleFactory(brand=brand, query=rival), minutes=1).first is None


def test_what_is_restricted_is_joined_by_nothing_from_outside(brand: Brand) -> None:
    incident = IncidentFactory(brand=brand, visibility="restricted")
    draw_circle(incident)
    query: Query = QueryFactory(brand=brand, kind=QueryKind.INCIDENT, incident=incident)
    raised(AlertRuleFactory(brand=brand, query=query))

    outside = raised(AlertRuleFactory(brand=brand, opens_incident=True), minutes=1)

    assert outside.first is None
    assert outside.incident not in (None, incident)
