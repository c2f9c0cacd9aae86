"""Several workers, and workers that die: one alert for one storm."""

import threading

import pytest
from django.db import connection, transaction

from crisisapi.events.models import Event
from incidents.models import Incident
from monitoring.models import Alert, Touch
from monitoring.services.watching import watch_next
from tests.factories.monitoring import AlertRuleFactory, SourceFactory
from tests.locks import let_somebody_wait
from tests.monitoring.alarming import NOW, say, usual_talk, watch

pytestmark = pytest.mark.django_db(transaction=True)


class WorkerDied(Exception):
    """The plug was pulled."""


def test_two_workers_on_the_same_five_minutes_raise_one_alert() -> None:
    source = SourceFactory()
    usual_talk(source.brand)
    AlertRuleFactory(brand=source.brand, opens_incident=True)
    say(source, 120)
    later: list[list[Alert] | None] = []

    def watch_too() -> None:
        try:
            later.append(watch_next(now=NOW))
        finally:
            connection.close()

    other = threading.Thread(target=watch_too)
    with transaction.atomic():
        first = watch_next(now=NOW)
        # More is said before the first has committed, and the second finds the same storm.
        threading.Thread(target=lambda: _say_more(source)).start()
        _wait_for_touch()
        other.start()
        let_somebody_wait()
    other.join()

    assert first is not None
    assert len(first) == 1
    assert later == [[]]
    assert Alert.objects.count() == Incident.objects.count() == 1
    assert Event.objects.filter(verb="alert.raised").count() == 1


def test_a_worker_that_dies_leaves_the_storm_to_the_next() -> None:
    source = SourceFactory()
    usual_talk(source.brand)
    AlertRuleFactory(brand=source.brand, opens_incident=True)
    say(source, 120)

    with pytest.raises(WorkerDied):
        _watch_and_die()

    assert not Alert.objects.exists()
    assert not Incident.objects.exists()
    assert len(watch()) == 1
    assert not Touch.objects.exists()


def _watch_and_die() -> None:
    with transaction.atomic():
        assert watch_next(now=NOW)
        raise WorkerDied


def _say_more(source: object) -> None:
    try:
        say(source, 5)  # type: ignore[arg-type]
    finally:
        connection.close()


def _wait_for_touch() -> None:
    never = threading.Event()
    for _look in range(1000):
        if Touch.objects.exists():
            return
        never.wait(0.01)
