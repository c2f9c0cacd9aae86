"""Feeds at a server that serves them well and badly: each entry heard once."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from monitoring.models import Delivery, Intake, Mention, Source
from monitoring.services.trying import try_source
from monitoring.sources.rss import PROVIDER
from tests.factories.monitoring import SourceFactory
from tests.monitoring.sources.feeding import NOW, ask, item, rss
from tests.servers import FakeServer, Reply, serving


@pytest.fixture(autouse=True)
def _loopback(settings: Any) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as fake:
        yield fake


@pytest.fixture
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def source(db: None, clock: None, server: FakeServer) -> Source:
    return SourceFactory(
        kind="rss", platform="news", settings={"url": f"{server.url}/feed"}, secret=""
    )


def heard() -> set[str]:
    return set(Mention.objects.values_list("external_id", flat=True))


def test_entries_are_heard_once_however_the_feed_is_ordered_and_repeated(
    server: FakeServer, source: Source
) -> None:
    for names in ("21", "12", "321", "132", "4321"):
        server.then(Reply(body=rss(*map(item, names))))

    states = [ask(source).state for _ in range(5)]

    assert states == ["active"] * 5
    assert heard() == set("1234")
    assert Delivery.objects.count() == 3, "what says nothing new leaves no trace"


def test_an_entry_that_comes_late_is_heard(server: FakeServer, source: Source) -> None:
    server.then(Reply(body=rss(item("2"))))
    server.then(Reply(body=rss(item("2"), item("1", at="Mon, 02 Mar 2026 08:00:00 GMT"))))

    ask(source)
    ask(source)

    assert heard() == {"1", "2"}


def test_an_entry_that_was_edited_says_what_it_says_now(server: FakeServer, source: Source) -> None:
    server.then(Reply(body=rss(item("1", "Cracked"))))
    server.then(Reply(body=rss(item("1", "Mended", at="Wed, 04 Mar 2026 09:20:00 GMT"))))

    ask(source)
    ask(source)

    assert Mention.objects.get().text == "Mended"


def test_a_feed_that_is_new_throughout_may_hide_what_was_missed(
    server: FakeServer, source: Source
) -> None:
    server.then(Reply(body=rss(item("1"), item("2")), headers={"ETag": '"a"'}))
    server.then(Reply(body=rss(item("8"), item("9")), headers={"ETag": '"b"'}), Reply(304))

    told = [ask(source) for _ in range(3)]

    assert [one.state for one in told] == ["active", "degraded", "active"]
    assert told[1].error_code == "entries_missed"
    assert "more often" in told[1].error_detail
    assert heard() == {"1", "2", "8", "9"}
    assert server.seen[2].headers["if-none-match"] == '"b"'


def test_a_page_instead_of_the_feed_is_no_version_to_wait_for(
    server: FakeServer, source: Source
) -> None:
    page = '<html><link rel="alternate" type="application/rss+xml" href="/rss?a=1&amp;b=2"></html>'
    server.then(Reply(body=page, headers={"ETag": '"page"'}), Reply(body=rss(item("1"))))

    first, second = ask(source), ask(source)

    assert (first.state, first.error_code, first.cursor) == ("degraded", "not_a_feed", {})
    assert first.error_detail == f"This is a web page. Its feed is at {server.url}/rss?a=1&b=2"
    assert "if-none-match" not in server.seen[1].headers
    assert (second.state, heard()) == ("active", {"1"})


def test_a_304_that_nobody_asked_for_is_no_success(server: FakeServer, source: Source) -> None:
    server.then(Reply(304))

    assert ask(source).state == "failing"


@pytest.mark.parametrize("cut", ["after_reading", "in_answer"])
def test_half_a_feed_is_asked_for_again(server: FakeServer, source: Source, cut: Any) -> None:
    server.then(Reply(body=rss(item("1"), item("2")), cut=cut))
    server.then(Reply(body=rss(item("1"), item("2"))))

    first, _second = ask(source), ask(source)

    assert (first.state, first.error_code, first.cursor) == ("degraded", "cut", {})
    assert heard() == {"1", "2"}


def test_a_feed_too_large_is_refused(server: FakeServer, source: Source) -> None:
    server.then(Reply(body=b"<rss>" + b" " * (5 * 1024 * 1024)))

    assert ask(source).error_code == "too_large"


def test_what_only_the_server_says_of_its_encoding_counts(
    server: FakeServer, source: Source
) -> None:
    body = rss(item("1", "Größe")).decode().encode("iso-8859-2")
    server.then(Reply(body=body, headers={"Content-Type": "text/xml; charset=ISO-8859-2"}))

    ask(source)

    assert Mention.objects.get().text == "Größe"


def test_a_private_feed_is_asked_with_user_and_password(server: FakeServer, source: Source) -> None:
    source.credentials = {"username": "rimon", "password": "סוד"}
    source.save()
    server.then(Reply(401), Reply(body=rss(item("1"))))

    first, second = ask(source), ask(source)

    assert (first.state, first.error_code) == ("failing", "credentials_refused")
    assert second.state == "active"
    assert server.seen[1].headers["authorization"] == "Basic cmltb24616HXldeT"


def test_a_429_is_waited_for_as_long_as_it_says(server: FakeServer, source: Source) -> None:
    server.then(Reply(429, headers={"Retry-After": "900"}))

    intake = ask(source)

    assert (intake.error_code, intake.due_at) == ("rate_limited", NOW + timedelta(seconds=900))


@pytest.mark.parametrize(
    ("reply", "code", "field"),
    [
        (Reply(404), "not_found", "settings.url"),
        (Reply(401), "credentials_refused", "credentials.username"),
        (Reply(body="<html></html>"), "not_a_feed", "settings.url"),
        (Reply(body='<!DOCTYPE r [<!ENTITY a "b">]><rss/>'), "xml_entities", "settings.url"),
    ],
)
def test_a_test_says_what_is_wrong_and_where(
    server: FakeServer, source: Source, reply: Reply, code: str, field: str
) -> None:
    server.then(reply)

    (problem,) = try_source(source=source, now=NOW)

    assert (problem.code, problem.field) == (code, field)
    assert not Delivery.objects.exists()


def test_a_feed_that_works_has_no_problem(server: FakeServer, source: Source) -> None:
    server.then(Reply(body=rss(item("1"))))

    assert try_source(source=source, now=NOW) == []
    assert Intake.objects.get(source=source).cursor == {}


@pytest.mark.parametrize(
    "address", ["news.example.org", "ftp://a.example/", "http://[", "https://noa:secret@a.example/"]
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    (field,) = PROVIDER.settings

    assert field.check is not None
    assert field.check(address)
    assert not field.check("https://news.example.org/feed?format=atom")
