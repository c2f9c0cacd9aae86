"""Google Alerts: unwrapped, decoded, heard once, and its address told to nobody."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from crisisapi.events.models import Event
from monitoring.models import Delivery, Mention, Source
from monitoring.rules.google_alerts import without_address
from monitoring.rules.incoming import IncomingMention, Unreadable
from monitoring.services.trying import try_source
from monitoring.sources.base import Account
from monitoring.sources.google_alerts import PROVIDER
from tests.factories.monitoring import SourceFactory
from tests.monitoring.sources.feeding import NOW, ask
from tests.servers import FakeServer, Reply, serving

USER, ALERT = "01111111111111111111", "2222222222222222222"
PATH = f"/alerts/feeds/{USER}/{ALERT}"
LARGEST = 2**64 - 1
LINK = (
    "https://www.google.com/url?rct=j&amp;sa=t&amp;url=https://news.example.org/recall%3Fid%3D7"
    "&amp;ct=ga&amp;cd={cd}&amp;usg=AOvVaw0"
)
CD = "CAEYACoUMTU0MTgzMjE3MDk5NjI4MzE2MDIyGmIxNDJmYjYxOTI1YWM1ZjE6Y28uaWw6aXc6SUw"
TITLE = "&lt;b&gt;Rimon&lt;/b&gt; recalls kettle: &amp;#39;handle may crack&amp;#39;"
TEXT = "The &lt;b&gt;Rimon&lt;/b&gt;&amp;#39;s kettle was withdrawn on Tuesday&amp;nbsp;..."


def entry(
    number: int = LARGEST, *, link: str = LINK.format(cd="CAIyAA"), title: str = TITLE
) -> str:
    return f"""<entry><id>tag:google.com,2013:googlealerts/feed:{number}</id>
<title type="html">{title}</title><link href="{link}"></link>
<published>2026-03-04T09:15:00Z</published><updated>2026-03-04T09:15:00Z</updated>
<content type="html">{TEXT}</content><author><name></name></author></entry>"""


def alert(*entries: str) -> bytes:
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:idx="urn:atom-extension:indexing">
<id>tag:google.com,2005:reader/user/{USER}/state/com.google/alerts/{ALERT}</id>
<title>Google Alert - Rimon</title>
<link href="https://www.google.com{PATH}" rel="self"></link>
<updated>2026-03-04T09:15:00Z</updated>{"".join(entries)}</feed>""".encode()


def only(document: bytes) -> IncomingMention:
    (found,) = PROVIDER.parse(Account(), document, now=NOW).mentions
    return found


def test_an_entry_is_decoded_and_unwrapped() -> None:
    found = only(alert(entry()))

    assert found.id == "tag:google.com,2013:googlealerts/feed:18446744073709551615"
    assert found.text == (
        "Rimon recalls kettle: 'handle may crack'\n\nThe Rimon's kettle was withdrawn on Tuesday…"
    )
    assert found.url == "https://news.example.org/recall?id=7"
    assert found.author.handle == found.author.name == "news.example.org"
    assert (found.platform, found.language) == (None, "")
    assert f"{found.published_at:%H:%M}" == "09:15"


@pytest.mark.parametrize(
    ("target", "url", "platform"),
    [
        ("https://www.youtube.com/watch%3Fv%3D1", "https://www.youtube.com/watch?v=1", "youtube"),
        ("https://a.example/x?a=1&amp;b=2", "https://a.example/x?a=1&b=2", None),
        ("javascript:alert(1)", "", None),
        ("", "", None),
    ],
)
def test_where_an_entry_leads_says_what_it_is(target: str, url: str, platform: str | None) -> None:
    link = f"https://www.google.com/url?url={target}&amp;ct=ga&amp;cd=CAIyAA"

    found = only(alert(entry(link=link)))

    assert (found.url, found.platform) == (url, platform)


def test_the_language_of_the_alert_counts_where_the_words_agree() -> None:
    hebrew = "הקומקום של רימון נסדק אחרי שבוע, ואף אחד לא עונה לי בטלפון"
    said = f"{hebrew} {hebrew}"
    link = LINK.format(cd=CD)

    assert only(alert(entry(link=link, title=said))).language == "he"
    assert only(alert(entry(link=link))).language == ""


def test_entries_without_an_id_are_named_by_where_they_lead() -> None:
    bare = entry().replace("<id>", "<!--").replace("</id>", "-->")

    assert only(alert(bare)).id == "https://news.example.org/recall?id=7"


def test_two_entries_with_neighbouring_ids_are_two() -> None:
    found = PROVIDER.parse(Account(), alert(entry(LARGEST), entry(LARGEST - 1)), now=NOW)

    assert len(found.mentions) == 2


@run(deadline=None)
@given(
    st.integers(0, 1400), st.integers(0, 80), st.sampled_from(["", "<", "&#xD83D;", "\x00", "<id>"])
)
def test_a_mutilated_alert_is_read_or_unreadable(start: int, gone: int, piece: str) -> None:
    document = alert(entry(), entry(7)).decode()

    try:
        body = document[:start] + piece + document[start + gone :]
        PROVIDER.parse(Account(), body.encode(), now=NOW)
    except Unreadable:
        return


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as fake:
        yield fake


@pytest.fixture
def source(brand: Brand, settings: Any, server: FakeServer) -> Iterator[Source]:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True
    with time_machine.travel(NOW, tick=False):
        yield SourceFactory(
            brand=brand,
            kind="google_alerts",
            platform="news",
            credentials={"url": server.url + PATH},
            secret="",
        )


def test_an_alert_is_heard_once(server: FakeServer, source: Source) -> None:
    server.then(Reply(body=alert(entry(2), entry(1)), headers={"ETag": 'W/"1"'}), Reply(304))
    server.then(Reply(body=alert(entry(1), entry(3), entry(2), entry(2))))

    states = [ask(source).state for _ in range(3)]

    assert states == ["active"] * 3
    assert {one.external_id[-1] for one in Mention.objects.all()} == {"1", "2", "3"}
    assert server.seen[1].headers["if-none-match"] == 'W/"1"'


def test_an_empty_alert_is_heard_as_well(server: FakeServer, source: Source) -> None:
    server.then(Reply(body=alert()), Reply(body=alert(entry(1))))

    states = [ask(source).state for _ in range(2)]

    assert states == ["active", "active"]
    assert Mention.objects.count() == 1


@pytest.mark.parametrize(
    ("reply", "code", "state"),
    [
        (Reply(404), "not_found", "failing"),
        (Reply(403), "blocked", "degraded"),
        (Reply(429, headers={"Retry-After": "60"}), "rate_limited", "degraded"),
        (Reply(503), "server_error", "degraded"),
        (Reply(body="<html>unusual traffic</html>"), "not_a_feed", "degraded"),
        (Reply(body=alert(entry(1)), cut="in_answer"), "cut", "degraded"),
    ],
)
def test_what_goes_wrong_is_said(
    server: FakeServer, source: Source, reply: Reply, code: str, state: str
) -> None:
    server.then(reply)

    intake = ask(source)

    assert (intake.error_code, intake.state, intake.cursor) == (code, state, {})
    assert intake.error_detail


@pytest.mark.parametrize(
    "reply",
    [Reply(body=alert(entry())), Reply(404), Reply(body="<html></html>"), Reply(cut="in_answer")],
)
def test_the_address_is_told_to_nobody(
    server: FakeServer,
    source: Source,
    reply: Reply,
    caplog: pytest.LogCaptureFixture,
    client_of: Callable[[User], APIClient],
    manager: User,
) -> None:
    server.then(reply, reply)

    with caplog.at_level(logging.INFO):
        ask(source)
        problems = try_source(source=source, now=NOW)

    shown = client_of(manager).get(f"/api/v1/sources/{source.pk}/").content.decode()
    kept = [bytes(one.body).decode() for one in Delivery.objects.all()]
    assert '"credentials_set":["url"]' in shown
    events = [str(one.data) for one in Event.objects.all()]
    for text in (caplog.text, shown, str(problems), *kept, *events):
        assert ALERT not in text
        assert USER not in text


def test_what_is_kept_is_the_feed_with_noughts_for_its_address() -> None:
    kept = without_address(alert(entry()), f"https://www.google.com{PATH}")

    assert kept == alert(entry()).replace(USER.encode(), b"0" * 20).replace(
        ALERT.encode(), b"0" * 19
    )
    assert without_address(b"<feed/>", "https://a.example/") == b"<feed/>"


@pytest.mark.parametrize(
    "address",
    ["rimon", "https://www.google.com/alerts", "http://[", f"https://u:p@www.google.com{PATH}"],
)
def test_an_address_that_is_no_alert_is_refused_with_where_to_find_it(address: str) -> None:
    (field,) = PROVIDER.credentials

    assert field.check is not None
    assert "google.com/alerts" in str(field.check(address))
    assert not field.check(f"https://www.google.com{PATH}")
    assert field.is_secret
