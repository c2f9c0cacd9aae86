"""Streams: held by one process at a time, opened again, let go of when nobody wants them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from crisisapi.common.actors import SYSTEM
from crisisapi.events.models import Event as Logged
from monitoring.models import Intake, Mention, Source
from monitoring.services.fetching import due_sources
from monitoring.services.listener import Listener
from monitoring.services.listening import due_streams, note_unheard
from monitoring.services.sources import change_source
from monitoring.sources import PROVIDERS
from monitoring.sources.base import Account, Budget
from tests.factories.accounts import BrandFactory
from tests.factories.monitoring import SourceFactory
from tests.monitoring.scripted import Platform, ScriptedProvider, line
from tests.servers import FakeServer, Reply, serving

# Threads of the listener see only what is committed.
pytestmark = pytest.mark.django_db(transaction=True)

TURNS = 400


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as fake:
        Platform(fake, count=0)
        yield fake


@pytest.fixture(autouse=True)
def _scripted(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True
    monkeypatch.setitem(PROVIDERS, ScriptedProvider.kind, ScriptedProvider())


@pytest.fixture
def source(server: FakeServer) -> Source:
    return a_stream(server)


def a_stream(server: FakeServer) -> Source:
    settings = {"base_url": server.url, "mode": "stream"}
    return SourceFactory(brand=BrandFactory(), kind="scripted", settings=settings, secret="")


@contextmanager
def listening(**limits: Any) -> Iterator[Listener]:
    listener = Listener(stored=lambda: None, **limits)
    try:
        yield listener
    finally:
        listener.stop()


def turn_until(what: Callable[[], bool], *listeners: Listener) -> None:
    """Let listeners turn until something is so."""
    for _ in range(TURNS):
        for listener in listeners:
            listener.turn()
        if what():
            return
        Event().wait(0.05)
    raise AssertionError("it did not come to be")


def intake_of(source: Source) -> Intake:
    return Intake.objects.get(source=source)


def is_heard(source: Source) -> bool:
    return intake_of(source).succeeded_at is not None


def mentions() -> list[int]:
    return sorted(int(one) for one in Mention.objects.values_list("external_id", flat=True))


def test_what_a_stream_brings_is_stored_and_the_cursor_is_behind_it(
    server: FakeServer, source: Source
) -> None:
    Platform(server, count=3)

    with listening() as listener:
        turn_until(lambda: mentions() == [0, 1, 2], listener)

    intake = intake_of(source)
    assert (intake.state, intake.cursor, intake.failures) == ("active", {"after": 2}, 0)
    assert intake.succeeded_at is not None


def test_a_stream_that_only_beats_is_heard(server: FakeServer, source: Source) -> None:
    Intake.objects.update(state="failing", failures=7)
    server.then(Reply(stream=server.held_open(b"\r\n")))

    with listening() as listener:
        turn_until(lambda: intake_of(source).state == "active", listener)

    assert intake_of(source).failures == 0
    assert Logged.objects.filter(verb="source.recovered").count() == 1


def test_a_stream_that_broke_is_opened_at_once_where_it_was(
    server: FakeServer, source: Source
) -> None:
    Platform(server, count=5)
    server.then(Reply(stream=[line(0), line(1), line(2)]))

    with listening() as listener:
        turn_until(lambda: mentions() == [0, 1, 2, 3, 4], listener)

    assert [one.query["after"] for one in server.seen] == ["-1", "2"]
    assert intake_of(source).state == "active"
    assert not Logged.objects.filter(verb__startswith="source.").exists()


def test_a_stream_that_is_refused_waits_as_the_platform_says(
    server: FakeServer, source: Source
) -> None:
    server.then(Reply(429, headers={"Retry-After": "77"}))
    before = timezone.now()

    with listening() as listener:
        turn_until(lambda: intake_of(source).failures == 1, listener)

    intake = intake_of(source)
    assert (intake.state, intake.error_code) == ("degraded", "rate_limited")
    assert intake.due_at >= before + timedelta(seconds=77)
    assert intake.lease is None


def test_a_stream_without_credentials_is_failing(server: FakeServer, source: Source) -> None:
    server.then(Reply(401))

    with listening() as listener:
        turn_until(lambda: intake_of(source).failures == 1, listener)

    assert (intake_of(source).state, intake_of(source).error_code) == (
        "failing",
        "credentials_refused",
    )


def test_what_cannot_be_read_degrades_until_something_can(
    server: FakeServer, source: Source
) -> None:
    release = Event()

    def told() -> Iterator[bytes]:
        yield b"<html>\n"
        release.wait()
        yield from server.held_open(line(8))

    server.then(Reply(stream=told()))

    with listening() as listener:
        turn_until(lambda: intake_of(source).state == "degraded", listener)
        assert intake_of(source).error_detail
        release.set()
        turn_until(lambda: intake_of(source).state == "active", listener)

    assert mentions() == [8]


def test_one_process_listens_and_another_takes_over_when_it_stops(
    server: FakeServer, source: Source
) -> None:
    with listening() as first, listening() as second:
        turn_until(lambda: is_heard(source), first, second)
        held = sorted(len(one.held) for one in (first, second))

        leaving, staying = (first, second) if first.held else (second, first)
        leaving.stop()
        turn_until(lambda: staying.held == {source.pk}, staying)

        assert held == [0, 1]
        turn_until(lambda: len(server.seen) == 2, staying)
    assert intake_of(source).failures == 0


def test_streams_are_shared_when_one_process_has_enough(server: FakeServer) -> None:
    sources = {a_stream(server).pk for _ in range(3)}

    with listening(most=2) as first, listening(most=2) as second:
        turn_until(lambda: len(first.held | second.held) == 3, first, second)

        assert len(first.held) == 2
        assert first.held | second.held == sources


def test_a_paused_source_is_let_go_of(server: FakeServer, source: Source) -> None:
    with listening() as listener:
        turn_until(lambda: is_heard(source), listener)

        _change(source, is_active=False)
        turn_until(lambda: not listener.held, listener)

    assert intake_of(source).state == "paused"
    assert len(server.seen) == 1


def test_a_changed_source_is_listened_to_anew(server: FakeServer, source: Source) -> None:
    with serving() as other, listening() as listener:
        Platform(other, count=1)
        turn_until(lambda: is_heard(source), listener)

        _change(source, settings={"base_url": other.url, "mode": "stream"})
        turn_until(lambda: mentions() == [0], listener)

        assert len(other.seen) == 1


def test_a_source_that_is_asked_again_from_now_on_is_let_go_of(
    server: FakeServer, source: Source
) -> None:
    with listening() as listener:
        turn_until(lambda: is_heard(source), listener)

        _change(source, settings={"base_url": server.url})
        turn_until(lambda: not listener.held, listener)

    assert due_sources(now=timezone.now()) == [source.pk]


def test_thrown_out_by_the_database_it_listens_on(server: FakeServer, source: Source) -> None:
    Platform(server, count=4)
    release = Event()

    def told() -> Iterator[bytes]:
        yield line(0) + line(1)
        release.wait()
        yield from server.held_open(line(2))

    server.then(Reply(stream=told()))
    with listening() as listener:
        turn_until(lambda: mentions() == [0, 1], listener)

        _throw_others_out()
        release.set()
        turn_until(lambda: mentions() == [0, 1, 2, 3], listener)

    assert intake_of(source).lease is None


class OneStreamProvider(ScriptedProvider):
    """A platform that allows an account one stream."""

    kind = "one_stream"

    def budget(self, account: Account) -> Budget:
        """Return what all sources share."""
        return Budget("one_stream", 1_000, 60, one_stream=True)


def test_where_one_stream_is_allowed_the_second_waits_and_says_why(
    server: FakeServer, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PROVIDERS, OneStreamProvider.kind, OneStreamProvider())
    other = a_stream(server)
    Source.objects.update(kind=OneStreamProvider.kind)
    server.then(Reply(stream=server.held_open(line(1))), Reply(stream=server.held_open(line(2))))

    with listening() as listener:
        turn_until(lambda: mentions() == [1] and _waiting() is not None, listener)
        waiting = _waiting()
        assert waiting is not None
        _change(other if waiting.source == source else source, is_active=False)
        Intake.objects.filter(pk=waiting.pk).update(due_at=timezone.now())
        turn_until(lambda: mentions() == [1, 2], listener)

    assert len(server.seen) == 2


def _waiting() -> Intake | None:
    return Intake.objects.filter(error_code="stream_in_use").first()


def test_a_stream_is_not_asked_and_what_is_asked_is_no_stream(
    server: FakeServer, source: Source
) -> None:
    asked = SourceFactory(kind="scripted", settings={"base_url": server.url}, secret="")

    now = timezone.now()

    assert due_sources(now=now) == [asked.pk]
    assert due_streams(now=now) == [source.pk]


def test_a_stream_nobody_listens_to_says_so_once(source: Source) -> None:
    now = timezone.now()
    Intake.objects.update(due_at=now - timedelta(minutes=5))

    note_unheard(now=now)
    note_unheard(now=now)

    intake = intake_of(source)
    assert (intake.state, intake.error_code, intake.lease) == ("failing", "not_listened", None)
    assert intake.attempted_at is None
    assert due_streams(now=now) == [source.pk]
    assert Logged.objects.filter(verb="source.failing").count() == 1


def _change(source: Source, **fields: Any) -> None:
    change_source(source=source, actor=SYSTEM, now=timezone.now(), expected_version=None, **fields)


def _throw_others_out() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
