"""Who is asked when: one worker a source, the longest due first, nobody crowded out."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from crisisapi.common.actors import SYSTEM
from monitoring.models import Intake, Mention, Source
from monitoring.services.fetching import due_sources, fetch_next, fetch_source
from monitoring.services.intakes import LeaseLost, claim_intake, hold_lease
from monitoring.services.sources import change_source
from monitoring.sources import PROVIDERS
from monitoring.tasks import fetch_due, fetch_sources
from tests.factories.accounts import BrandFactory
from tests.factories.monitoring import SourceFactory
from tests.monitoring.scripted import Platform, ScriptedProvider
from tests.servers import FakeServer, serving

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


class _Other(ScriptedProvider):
    kind = "other"


@pytest.fixture(autouse=True)
def _scripted(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True
    monkeypatch.setitem(PROVIDERS, "scripted", ScriptedProvider())
    monkeypatch.setitem(PROVIDERS, "other", _Other())


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as fake:
        yield fake


def asked(server: FakeServer, *, due: timedelta = timedelta(), kind: str = "scripted") -> Source:
    """Return a source that has been due for so long."""
    source = SourceFactory(
        brand=BrandFactory(), kind=kind, settings={"base_url": server.url}, secret=""
    )
    Intake.objects.filter(source=source).update(due_at=timezone.now() - due)
    return source


@pytest.mark.django_db(transaction=True)
def test_however_many_ask_a_source_is_asked_by_one_at_a_time(server: FakeServer) -> None:
    platform = Platform(server, count=300, page=10)
    platform.seconds = 0.02
    source = asked(server)

    def ask(_number: int) -> None:
        try:
            fetch_source(source.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(ask, range(40)))

    assert platform.most_at_once == 1
    assert [int(one.query["after"]) for one in server.seen] == list(range(-1, 299, 10))
    assert Mention.objects.count() == 300


def test_the_longest_due_is_asked_first(server: FakeServer) -> None:
    Platform(server, count=0)
    late, latest, later = (asked(server, due=timedelta(hours=hours)) for hours in (1, 9, 4))

    assert due_sources(now=timezone.now()) == [latest.pk, later.pk, late.pk]
    assert fetch_next()
    assert due_sources(now=timezone.now()) == [later.pk, late.pk]


def test_a_kind_that_keeps_many_busy_comes_behind_the_others(server: FakeServer) -> None:
    busy, waiting = (asked(server, due=timedelta(hours=9)) for _ in range(2))
    other = asked(server, due=timedelta(minutes=1), kind="other")

    claim_intake(busy.pk, now=timezone.now())

    assert due_sources(now=timezone.now()) == [other.pk, waiting.pk]


def test_after_a_downtime_each_is_asked_once_and_then_in_its_interval(server: FakeServer) -> None:
    Platform(server, count=30)
    source = asked(server, due=timedelta(days=2))

    asked_at_all = [fetch_next() for _ in range(3)]

    assert asked_at_all == [True, False, False]
    assert len(server.seen) == 1
    assert Intake.objects.get(source=source).due_at > timezone.now() + timedelta(minutes=4)


def test_sources_made_together_do_not_ask_together_for_ever(server: FakeServer) -> None:
    Platform(server, count=0)
    with time_machine.travel(NOW, tick=False):
        for _ in range(20):
            asked(server)
        while fetch_next():
            pass

    due = set(Intake.objects.values_list("due_at", flat=True))

    assert len(due) == 20
    assert NOW + timedelta(minutes=4.5) <= min(due) < max(due) <= NOW + timedelta(minutes=5.5)


def test_two_hundred_due_sources_are_one_nudge(
    server: FakeServer, django_capture_on_commit_callbacks: Any
) -> None:
    for _ in range(200):
        asked(server)

    with django_capture_on_commit_callbacks() as nudges:
        fetch_sources()

    assert len(nudges) == 1


def test_one_run_asks_all_that_are_due(server: FakeServer) -> None:
    Platform(server, count=0)
    sources = {asked(server).pk for _ in range(25)}

    fetch_due()

    assert len(server.seen) == len(sources)
    assert due_sources(now=timezone.now()) == []


def test_whoever_finds_more_than_one_calls_for_help(server: FakeServer) -> None:
    Platform(server, count=0)
    calls: list[int] = []
    for _ in range(2):
        asked(server)

    fetch_next(more=lambda: calls.append(1))
    fetch_next(more=lambda: calls.append(2))

    assert calls == [1]


@pytest.mark.parametrize("change", [{"is_active": False}, {"settings": {"base_url": "http://x"}}])
def test_a_change_takes_the_source_away_from_whoever_asks(
    server: FakeServer, change: dict[str, Any]
) -> None:
    source = asked(server)
    intake = claim_intake(source.pk, now=timezone.now())
    assert intake is not None

    change_source(source=source, actor=SYSTEM, now=timezone.now(), expected_version=None, **change)

    with pytest.raises(LeaseLost):
        hold_lease(intake, cursor={"after": 99})
    assert Intake.objects.get(source=source).cursor == {}


def test_a_provider_that_breaks_down_is_noted_and_asked_again_later(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(ScriptedProvider):
        def fetch(self, *args: Any, **more: Any) -> Any:
            raise ZeroDivisionError

    monkeypatch.setitem(PROVIDERS, "scripted", Broken())
    source = asked(server)

    fetch_source(source.pk)
    caplog.clear()

    intake = Intake.objects.get(source=source)
    assert (intake.error_code, intake.state, intake.lease) == ("provider_failed", "degraded", None)
    assert intake.due_at > timezone.now()
