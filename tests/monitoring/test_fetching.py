"""Fetching: page by page with its cursor, by one worker, and what happens when it goes wrong."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from crisisapi.common.ids import uuid7
from crisisapi.events.models import Event
from monitoring.models import Delivery, Intake, Mention, Source
from monitoring.services.fetching import due_sources, fetch_source, store_page
from monitoring.services.intakes import LeaseLost, claim_intake
from monitoring.sources.base import Page
from tests.factories.monitoring import SourceFactory
from tests.servers import FakeServer, Reply, serving

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


def feed(*titles: str) -> bytes:
    items = "".join(
        f"<item><guid>{title}</guid><title>{title}</title>"
        "<pubDate>Wed, 04 Mar 2026 09:15:00 GMT</pubDate></item>"
        for title in titles
    )
    return f'<rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as fake:
        yield fake


@pytest.fixture
def source(server: FakeServer) -> Source:
    made = SourceFactory(kind="rss", settings={"url": f"{server.url}/feed"}, secret="")
    Intake.objects.filter(source=made).update(due_at=NOW)
    return made


@pytest.fixture(autouse=True)
def _loopback(settings: Any) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def intake_of(source: Source) -> Intake:
    return Intake.objects.get(source=source)


def test_what_is_new_is_stored_and_the_cursor_moves_behind_it(
    server: FakeServer, source: Source
) -> None:
    server.then(Reply(body=feed("one", "two"), headers={"ETag": '"a"'}))

    assert fetch_source(source.pk)

    assert set(Mention.objects.values_list("external_id", flat=True)) == {"one", "two"}
    intake = intake_of(source)
    assert (intake.state, intake.cursor["etag"], intake.lease) == ("active", '"a"', None)
    assert intake.succeeded_at == NOW
    assert NOW + timedelta(minutes=9) <= intake.due_at <= NOW + timedelta(minutes=11)


def test_an_unchanged_feed_leaves_no_trace(server: FakeServer, source: Source) -> None:
    server.then(Reply(body=feed("one"), headers={"ETag": '"a"'}), Reply(304))
    fetch_source(source.pk)
    Intake.objects.update(due_at=NOW)

    fetch_source(source.pk)

    assert server.seen[1].headers["if-none-match"] == '"a"'
    assert Delivery.objects.count() == 1


def test_the_same_bytes_again_are_the_same_delivery(server: FakeServer, source: Source) -> None:
    server.then(Reply(body=feed("one")), Reply(body=feed("one")))
    fetch_source(source.pk)
    Intake.objects.update(due_at=NOW)

    fetch_source(source.pk)

    assert Delivery.objects.count() == Mention.objects.count() == 1


def test_a_source_that_somebody_asks_is_not_asked(server: FakeServer, source: Source) -> None:
    Intake.objects.update(leased_until=NOW + timedelta(seconds=1))

    assert not fetch_source(source.pk)

    assert not server.seen
    assert due_sources(now=NOW, limit=5) == []


def test_a_lease_that_ran_out_is_taken_over(server: FakeServer, source: Source) -> None:
    Intake.objects.update(leased_until=NOW)
    server.then(Reply(body=feed("one")))

    assert due_sources(now=NOW, limit=5) == [source.pk]
    assert fetch_source(source.pk)
    assert Mention.objects.count() == 1


def test_one_that_was_thought_dead_stores_nothing(source: Source) -> None:
    intake = claim_intake(source.pk, now=NOW)
    assert intake is not None
    Intake.objects.update(lease=uuid7())

    with pytest.raises(LeaseLost):
        store_page(intake, Page(feed("one"), {"etag": "b"}), now=NOW)

    assert not Delivery.objects.exists()
    assert intake_of(source).cursor == {}


@pytest.mark.parametrize(
    ("reply", "code", "state", "seconds"),
    [
        (Reply(429, headers={"Retry-After": "77"}), "rate_limited", "degraded", 77),
        (Reply(503), "server_error", "degraded", None),
        (Reply(404), "not_found", "failing", None),
        (Reply(401), "credentials_refused", "failing", None),
        (Reply(200, b"<rss", cut="in_answer"), "cut", "degraded", None),
        (
            Reply(302, headers={"Location": "file:///etc/passwd"}),
            "address_invalid",
            "failing",
            None,
        ),
    ],
)
def test_what_goes_wrong_is_said_and_waited_for(
    server: FakeServer, source: Source, reply: Reply, code: str, state: str, seconds: int | None
) -> None:
    server.then(reply)

    fetch_source(source.pk)

    intake = intake_of(source)
    assert (intake.error_code, intake.state, intake.failures) == (code, state, 1)
    assert intake.error_detail
    assert intake.cursor == {}
    if seconds is not None:
        assert intake.due_at == NOW + timedelta(seconds=seconds)
    event = Event.objects.get(verb__startswith="source.")
    assert (event.verb, event.data["code"]) == (f"source.{state}", code)


def test_the_third_failure_in_a_row_is_failing_and_a_success_recovers(
    server: FakeServer, source: Source
) -> None:
    server.then(Reply(503), Reply(503), Reply(503), Reply(body=feed("one")))
    states = []

    for _ in range(4):
        fetch_source(source.pk)
        states.append(intake_of(source).state)
        Intake.objects.update(due_at=NOW)

    assert states == ["degraded", "degraded", "failing", "active"]
    verbs = Event.objects.filter(verb__startswith="source.").order_by("position")
    assert list(verbs.values_list("verb", flat=True)) == [
        "source.degraded",
        "source.failing",
        "source.recovered",
    ]


def test_a_page_that_is_no_feed_is_kept_and_degrades(server: FakeServer, source: Source) -> None:
    server.then(Reply(body="<html><body>Sign in</body></html>"))

    fetch_source(source.pk)

    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.error_code) == ("failed", "not_a_feed")
    assert bytes(delivery.body).startswith(b"<html>")
    assert intake_of(source).state == "degraded"


def test_an_address_inside_of_our_network_is_not_called(
    settings: Any, server: FakeServer, source: Source
) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = False

    fetch_source(source.pk)

    assert not server.seen
    assert intake_of(source).error_code == "host_forbidden"
