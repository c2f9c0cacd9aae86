"""From what is pushed to an alert."""

from datetime import timedelta

from crisisapi.accounts.models import Brand
from crisisapi.events.models import Event
from monitoring.models import Alert, Query, Source, Touch
from monitoring.services.watching import sweep_rules
from tests.factories.monitoring import AlertRuleFactory, QueryFactory
from tests.monitoring.alarming import NOW, say, usual_talk, watch


def test_a_storm_raises_an_alert_with_what_is_usual(source: Source, brand: Brand) -> None:
    usual_talk(brand)
    rule = AlertRuleFactory(brand=brand)

    say(source, 120)
    (alert,) = watch()

    assert (alert.rule, alert.query, alert.incident) == (rule, None, None)
    assert alert.started_at == NOW.replace(minute=0)
    assert alert.unusual is not None
    assert alert.unusual > 0.9
    assert alert.usual is not None
    assert alert.limit is not None
    assert alert.usual < alert.limit < alert.observed


def test_usual_talk_raises_none(source: Source, brand: Brand) -> None:
    usual_talk(brand)
    AlertRuleFactory(brand=brand)

    say(source, 3)

    assert watch() == []
    assert not Touch.objects.exists()


def test_only_what_is_watched_is_touched(source: Source, brand: Brand) -> None:
    AlertRuleFactory(brand=brand, is_active=False)
    AlertRuleFactory()

    say(source, 3)

    assert not Touch.objects.exists()


def test_the_query_of_a_rule_is_what_is_watched(source: Source, brand: Brand) -> None:
    kettles: Query = QueryFactory(brand=brand, expression="kettle", created_at=NOW)
    QueryFactory(brand=brand, name="Toasters", expression="toaster")
    usual_talk(brand)
    usual_talk(brand, kettles)
    Query.objects.filter(pk=kettles.pk).update(created_at=NOW - timedelta(days=40))
    rules = [AlertRuleFactory(brand=brand, query=query) for query in Query.objects.all()]

    say(source, 120)

    assert [alert.rule_id for alert in watch()] == [
        rule.pk for rule in rules if rule.query_id == kettles.pk
    ]


def test_a_storm_raises_one_alert_until_it_is_over(source: Source, brand: Brand) -> None:
    usual_talk(brand)
    AlertRuleFactory(brand=brand, cool_down_minutes=5)
    say(source, 120)
    first = watch()
    later = NOW + timedelta(minutes=20)

    say(source, 120, at=later)

    assert len(first) == 1
    assert watch(later) == []


def test_what_was_usual_when_a_storm_began_says_when_it_is_over(
    source: Source, brand: Brand
) -> None:
    usual_talk(brand)
    AlertRuleFactory(brand=brand)
    say(source, 120)
    (alert,) = watch()
    Alert.objects.filter(pk=alert.pk).update(usual=0.0)

    sweep_rules(now=NOW + timedelta(hours=6))

    assert Alert.objects.get(pk=alert.pk).ended_at is None


def test_talk_back_to_normal_is_told_once(source: Source, brand: Brand) -> None:
    usual_talk(brand)
    AlertRuleFactory(brand=brand)
    say(source, 120)
    (alert,) = watch()
    later = NOW + timedelta(hours=8)

    assert sweep_rules(now=NOW + timedelta(minutes=10)) == 0
    assert sweep_rules(now=later) == 1
    assert sweep_rules(now=later) == 0
    ended = Alert.objects.get(pk=alert.pk).ended_at
    assert ended is not None
    assert NOW < ended < later - timedelta(hours=1)
    assert Event.objects.filter(verb="alert.subsided", object_id=alert.pk).count() == 1


def test_what_was_said_long_ago_is_no_news(source: Source, brand: Brand) -> None:
    usual_talk(brand)
    AlertRuleFactory(brand=brand)

    say(source, 120, at=NOW - timedelta(days=3))

    assert watch() == []
    assert not Touch.objects.exists()
