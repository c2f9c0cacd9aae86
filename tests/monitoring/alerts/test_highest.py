"""How far a storm went is known once it is over."""

from datetime import timedelta

from crisisapi.accounts.models import Brand
from crisisapi.events.models import Event
from monitoring.models import Alert, Source
from monitoring.services.watching import sweep_rules
from tests.factories.monitoring import AlertRuleFactory
from tests.monitoring.alarming import NOW, say, usual_talk, watch


def test_an_alert_that_is_over_tells_how_far_it_went(source: Source, brand: Brand) -> None:
    usual_talk(brand)
    AlertRuleFactory(brand=brand)
    say(source, 120)
    (alert,) = watch()
    say(source, 300, at=NOW + timedelta(minutes=10))
    assert alert.highest is None

    sweep_rules(now=NOW + timedelta(hours=12))

    over = Alert.objects.get(pk=alert.pk)
    assert over.highest is not None
    assert over.most_unusual is not None
    assert alert.unusual is not None
    assert over.highest > 2 * alert.observed
    assert over.most_unusual > alert.unusual
    told = Event.objects.get(verb="alert.subsided", object_id=alert.pk).data
    assert float(told["highest"]) == over.highest
