"""Alerts and their rules in the admin."""

import re

import pytest
from django.test import Client

from crisisapi.accounts.models import Brand
from crisisapi.events.models import Event
from monitoring.models import Alert, AlertRule
from tests.factories.accounts import UserFactory
from tests.factories.monitoring import AlertFactory, AlertRuleFactory, MentionFactory

pytestmark = pytest.mark.django_db

ALERTS, RULES = "/admin/monitoring/alert/", "/admin/monitoring/alertrule/"


@pytest.fixture
def root() -> Client:
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def _act(root: Client, alert: Alert, name: str, **said: str) -> None:
    root.post(ALERTS, {"action": name, "_selected_action": str(alert.pk), **said})
    alert.refresh_from_db()


def _form(brand: Brand, **fields: str) -> dict[str, str]:
    return {
        "brand": str(brand.pk),
        "watched": "burst",
        "name": "Kettles",
        "alarms_a_week": "1",
        "cool_down_minutes": "1440",
        "grouping_minutes": "120",
        "incident_kind": "other",
        "incident_severity": "3",
        "is_active": "on",
        **fields,
    }


def test_a_rule_is_made_by_form(root: Client, brand: Brand) -> None:
    root.post(f"{RULES}add/", _form(brand))

    rule = AlertRule.objects.get()
    assert (rule.name, rule.answer_minutes) == ("Kettles", None)
    assert Event.objects.filter(verb="alert_rule.added", object_id=rule.pk).exists()


def test_a_number_that_makes_no_sense_is_shown_at_its_field(root: Client, brand: Brand) -> None:
    page = root.post(f"{RULES}add/", _form(brand, at_least="40")).content.decode()

    assert "Only a number that people set asks for this." in page
    assert not AlertRule.objects.exists()


def test_a_rule_is_changed_and_keeps_what_it_looks_for(root: Client, brand: Brand) -> None:
    rule = AlertRuleFactory(brand=brand, name="Kettles")

    root.post(f"{RULES}{rule.pk}/change/", _form(brand, alarms_a_week="0.5", watched="reach"))

    rule.refresh_from_db()
    assert (rule.alarms_a_week, rule.watched) == (0.5, "burst")


def test_rules_tell_how_often_they_were_right(root: Client, brand: Brand) -> None:
    AlertFactory(rule__brand=brand, verdict="true_alarm")

    listed = root.get(RULES).content.decode()

    assert "1 of 1 (21%–100%)" in listed


def test_the_page_of_an_alert_tells_and_draws_it(root: Client, brand: Brand) -> None:
    mention = MentionFactory(source__brand=brand, text="The handle <b>broke</b>")
    alert = AlertFactory(
        rule__brand=brand,
        rule__name="Kettles",
        terms=["handle"],
        platforms=[{"platform": "x", "part": 0.71}],
        example_ids=[str(mention.pk)],
    )
    AlertFactory(rule__brand=brand, rule__name="Anger", first=alert)

    page = root.get(f"{ALERTS}{alert.pk}/change/").content.decode()

    assert "Kettles: 340 mentions an hour, usually up to 24." in page
    assert '<img src="data:image/svg+xml;base64,' in page
    assert "x 71%" in page
    assert "The handle &lt;b&gt;broke&lt;/b&gt;" in page
    assert "Anger: 340 mentions an hour" in page


def test_its_numbers_are_told_in_their_unit_and_explained(root: Client, brand: Brand) -> None:
    alert = AlertFactory(
        rule__brand=brand, rule__name="אווירה", unit="share", observed=0.394208, unusual=0.9497085
    )

    page = root.get(f"{ALERTS}{alert.pk}/change/").content.decode()

    told = re.findall(r'<div class="readonly">([^<]*%)</div>\s*</div>\s*<div class="help', page)
    assert told == ["39%", "2400%", "6000%", "95.0%"]
    assert "\u2068אווירה\u2069, 2026-03-04 09:15" in page


def test_an_alert_is_taken_on_and_dismissed_with_a_reason(root: Client, brand: Brand) -> None:
    alert = AlertFactory(rule__brand=brand)

    _act(root, alert, "acknowledge_alert")
    assert alert.status == "acknowledged"
    _act(root, alert, "dismiss_alert")
    assert alert.status == "acknowledged"
    _act(root, alert, "dismiss_alert", reason="A raffle.")

    assert (alert.status, alert.verdict, alert.reason) == (
        "dismissed",
        "false_alarm",
        "A raffle.",
    )


def test_an_alert_is_resolved_and_judged_otherwise_later(root: Client, brand: Brand) -> None:
    alert = AlertFactory(rule__brand=brand)

    _act(root, alert, "resolve_alert", reason="Answered.")
    assert (alert.status, alert.verdict) == ("resolved", "true_alarm")
    _act(root, alert, "say_it_was_wrong")

    assert alert.verdict == "false_alarm"


def test_alerts_are_looked_at_and_never_edited(root: Client, brand: Brand) -> None:
    alert = AlertFactory(rule__brand=brand)

    assert root.get(f"{ALERTS}add/").status_code == 403
    root.post(f"{ALERTS}{alert.pk}/change/", {"status": "resolved"})

    alert.refresh_from_db()
    assert alert.status == "open"
