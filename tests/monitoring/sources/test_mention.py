"""Mention (mention.com): what goes wrong, what the stream says, how a source is set up."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
import time_machine

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import InvalidInput
from monitoring.models import Delivery, Intake, Mention
from monitoring.services.sources import create_source
from monitoring.services.trying import try_source
from monitoring.sources.mention import PROVIDER
from tests.platforms.mention import (
    ACCOUNT,
    TOKEN,
    FakeMention,
    account_at,
    ask,
    post,
    source_at,
)
from tests.servers import FakeServer, Reply, serving

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
PAGE = {"mentions": [post(1)], "_links": {}}
CAPPED = {"type": "warning", "message": "Historical mentions capped to 1000."}


@pytest.fixture
def mention() -> FakeMention:
    return FakeMention()


@pytest.fixture
def server(mention: FakeMention) -> Iterator[FakeServer]:
    with serving(mention.answer) as fake:
        yield fake


@pytest.fixture(autouse=True)
def _loopback(settings: Any) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def heard(number: int, **fields: Any) -> bytes:
    return orjson.dumps({"type": "mention", "mention": post(number, **fields)})


def stored() -> int:
    return Mention.objects.values("text").distinct().count()


FORM = {
    "form": {
        "errors": ["This form is odd."],
        "children": {"since_id": {"errors": ["Not valid."]}, "limit": {"errors": []}},
    }
}
RESET = str(int(NOW.timestamp()) + 540)


@pytest.mark.parametrize(
    ("reply", "code", "state", "seconds", "said"),
    [
        (
            Reply(429, "<html>", {"X-Rate-Limit-Reset": RESET}),
            "rate_limited",
            "degraded",
            540,
            "wait",
        ),
        (
            Reply(429, "<html>", {"X-Rate-Limit-Reset": "9" * 18}),
            "rate_limited",
            "degraded",
            86400,
            "wait",
        ),
        (Reply(429, "", {"X-Rate-Limit-Reset": "soon"}), "rate_limited", "degraded", None, "wait"),
        (Reply(401, {"error": "access_denied"}), "credentials_refused", "failing", None, "Renew"),
        (Reply(402, "<html>"), "quota_used_up", "failing", None, "plan at Mention"),
        (Reply(403, "<html>"), "alert_refused", "failing", None, "alert 55"),
        (Reply(404, "<html>"), "not_found", "failing", None, "alert 55"),
        (
            Reply(400, FORM),
            "refused",
            "failing",
            None,
            "This form is odd. since_id: Not valid.",
        ),
        (Reply(400, "<html>"), "refused", "failing", None, "400"),
        (Reply(503, "<html>"), "server_error", "degraded", None, "503"),
        (Reply(200, PAGE, cut="in_answer"), "cut", "degraded", None, "broke off"),
        (Reply(200, "<html>Sign in</html>"), "not_understood", "degraded", None, "documents"),
        (Reply(200, {"alerts": []}), "not_understood", "degraded", None, "documents"),
    ],
)
def test_what_goes_wrong_is_said_waited_for_and_then_made_up(
    mention: FakeMention,
    server: FakeServer,
    *,
    reply: Reply,
    code: str,
    state: str,
    seconds: int | None,
    said: str,
) -> None:
    mention.find(post(1), post(2))
    source = source_at(server)
    server.then(reply)

    intake = ask(source)

    assert (intake.error_code, intake.state, intake.cursor) == (code, state, {})
    assert said in intake.error_detail
    assert TOKEN not in intake.error_detail
    if seconds is not None:
        assert intake.due_at == NOW + timedelta(seconds=seconds)
    after = ask_later(intake)
    assert (after.state, stored()) == ("active", 2)


def ask_later(intake: Intake) -> Intake:
    with time_machine.travel(NOW + timedelta(days=1, minutes=1), tick=False):
        return ask(intake.source)


def test_an_answer_that_is_no_list_is_kept_to_be_looked_at(
    mention: FakeMention, server: FakeServer
) -> None:
    server.then(Reply(200, "<html>Sign in</html>"))

    ask(source_at(server))

    delivery = Delivery.objects.get()
    assert (delivery.status, bytes(delivery.body)) == ("failed", b"<html>Sign in</html>")


def test_half_an_emoji_holds_up_no_page(mention: FakeMention, server: FakeServer) -> None:
    body = orjson.dumps({"mentions": [post(1, title="CUT"), post(2)], "_links": {}})
    server.then(Reply(body=body.replace(b"CUT", rb"cracked \ud83d")))

    intake = ask(source_at(server))

    assert (intake.state, stored()) == ("active", 2)
    assert intake.cursor == {"alerts": {"55": {"since": "2"}}}


def test_a_mention_without_an_id_is_refused_alone(mention: FakeMention, server: FakeServer) -> None:
    broken = {name: value for name, value in post(9).items() if name != "id"}
    server.then(Reply(body={"mentions": [post(1), broken, None], "_links": {}}))

    intake = ask(source_at(server))

    codes = [one["code"] for one in Delivery.objects.get().rejections]
    assert codes == ["id_missing", "not_an_object"]
    assert (intake.state, stored()) == ("active", 1)


def test_the_stream_is_asked_from_where_the_list_ends_and_brings_each_once(
    mention: FakeMention, server: FakeServer
) -> None:
    mention.find(post(1), post(2))
    mark = b'{"type":"mark"}'
    mention.lines = [mark, heard(4), heard(3), mark, heard(4), b"", heard(2), mark]
    source = source_at(server, mode="stream")

    intake = ask(source)

    assert stored() == Mention.objects.count() == 4
    stream = next(seen for seen in server.seen if seen.path.startswith("/stream"))
    assert stream.path == f"/stream/accounts/{ACCOUNT}/mentions"
    assert stream.query == {"alerts[]": "55", "since_id[55]": "2"}
    assert intake.state == "active"


def test_what_the_stream_skipped_is_brought_by_the_list(
    mention: FakeMention, server: FakeServer
) -> None:
    mention.find(post(1))
    mention.lines = [heard(9), orjson.dumps(CAPPED), heard(10)]
    source = source_at(server, mode="stream")
    ask(source)
    mention.find(*(post(number) for number in range(2, 11)))
    mention.lines = []

    intake = ask(source)

    assert stored() == Mention.objects.count() == 10
    assert intake.cursor == {"alerts": {"55": {"since": "10"}}}


def test_a_capped_stream_is_left_for_the_list(mention: FakeMention, server: FakeServer) -> None:
    mention.lines = [heard(9), orjson.dumps(CAPPED), heard(10)]

    ask(source_at(server, mode="stream"))

    assert stored() == 1


def test_what_was_heard_before_the_stream_broke_is_stored(
    mention: FakeMention, server: FakeServer
) -> None:
    body = heard(1) + b"\n" + heard(2) + b"\n"
    server.then(Reply(body=PAGE), Reply(body=body + b" " * len(body), cut="in_answer"))

    intake = ask(source_at(server, mode="stream"))

    assert stored() == 2
    assert (intake.state, intake.error_code) == ("degraded", "cut")


def test_a_line_that_is_cut_is_refused_alone(mention: FakeMention, server: FakeServer) -> None:
    mention.lines = [heard(1), heard(2)[:50], heard(3)]

    ask(source_at(server, mode="stream"))

    assert [one["code"] for one in Delivery.objects.get().rejections] == ["malformed_json"]
    assert stored() == 2


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(402, "<html>"), "quota_used_up"),
        (Reply(401, {"error": "access_denied"}), "credentials_refused"),
        (Reply(429, "", {"X-Rate-Limit-Reset": RESET}), "rate_limited"),
        (Reply(200, "<html>\nSign in\n</html>\n"), "not_understood"),
        (Reply(500, "<html>"), "server_error"),
    ],
)
def test_a_stream_that_is_refused_says_why(
    mention: FakeMention, server: FakeServer, reply: Reply, code: str
) -> None:
    server.then(Reply(body=PAGE), reply)

    intake = ask(source_at(server, mode="stream"))

    assert (intake.error_code, stored()) == (code, 1)
    assert intake.cursor == {"alerts": {"55": {"since": "1"}}}


def test_an_alert_that_is_gone_is_told_of_while_the_others_are_heard(
    mention: FakeMention, server: FakeServer
) -> None:
    mention.lines = [heard(1)]
    source = source_at(server, mode="stream", alerts="77,55")

    for _ in range(2):
        intake = ask(source)

        assert (intake.state, intake.error_code, stored()) == ("degraded", "not_found", 1)
    assert Delivery.objects.count() == 2


def test_an_account_has_one_stream_and_the_lists_of_an_alert_one_budget(
    server: FakeServer,
) -> None:
    streams = [account_at(server, mode="stream", alerts=alerts) for alerts in ("55", "56")]
    asked = [account_at(server, alerts=alerts) for alerts in ("55,56", "56, 55", "55")]

    keys = [PROVIDER.budget(account).key for account in streams + asked]

    assert keys[0] == keys[1]
    assert PROVIDER.budget(streams[0]).one_stream
    assert not PROVIDER.budget(asked[0]).one_stream
    assert keys[2] == keys[3]
    assert len(set(keys)) == 3
    assert all(TOKEN not in key for key in keys)
    assert (PROVIDER.budget(asked[2]).calls, PROVIDER.budget(asked[2]).seconds) == (3600, 86400)


@pytest.mark.parametrize(
    ("given", "secret", "problems"),
    [
        ({}, {}, []),
        ({"alerts": "55,77"}, {}, [("not_found", "settings.alerts")]),
        ({"account": "99_other"}, {}, [("wrong_account", "settings.account")]),
        ({}, {"access_token": "old"}, [("credentials_refused", "credentials.access_token")]),
    ],
)
def test_a_test_names_the_field_that_is_wrong(
    server: FakeServer, given: Any, secret: Any, problems: Any
) -> None:
    source = source_at(server, **given)
    source.credentials = {**source.credentials, **secret}

    found = try_source(source=source, now=NOW)

    assert [(one.code, one.field) for one in found] == problems
    assert Intake.objects.get().tokens == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("alerts", "55;56"),
        ("alerts", ","),
        ("alerts", ",".join(str(number) for number in range(21))),
        ("mode", "push"),
        ("days", "0"),
        ("days", "91"),
        ("account", "../me"),
        ("api_base", "ftp://api.example"),
    ],
)
def test_settings_that_make_no_sense_are_refused(brand: Brand, field: str, value: str) -> None:
    settings = {"alerts": "55", field: value}

    with pytest.raises(InvalidInput) as refused:
        create_source(
            brand=brand,
            slug="mention",
            actor=SYSTEM,
            now=NOW,
            kind="mention",
            name="Mention",
            settings=settings,
            credentials={"access_token": TOKEN},
        )

    assert list(refused.value.errors) == [f"settings.{field}"]
