"""What becomes of a call: whether anything may have got out, counted at the server."""

from typing import Any

import pytest

from crisisapi.common.network import ForbiddenHost, addresses_of
from messaging.channels.http import Answer, MaybeSent, NotSent, call, refusal_of
from tests.servers import FakeServer, Reply


def test_an_answer_is_read(server: FakeServer) -> None:
    server.then(Reply(201, {"id": "1"}, {"X-Limit": "3"}))

    answer = call("POST", f"{server.url}/posts", json={"text": "שלום"})

    assert (answer.status, answer.data(), answer.headers["x-limit"]) == (201, {"id": "1"}, "3")
    assert server.seen[0].json() == {"text": "שלום"}


def test_where_nobody_listens_nothing_was_sent(server: FakeServer) -> None:
    server.stop()

    with pytest.raises(NotSent) as failed:
        call("POST", server.url, json={})

    assert failed.value.outcome.result == "retry"


def test_a_name_that_is_nowhere_was_not_reached() -> None:
    with pytest.raises(NotSent) as failed:
        call("POST", "http://nowhere.invalid/", json={})

    assert (failed.value.outcome.result, failed.value.outcome.code) == ("retry", "not_reached")


@pytest.mark.parametrize("cut", ["before_reading", "after_reading", "in_answer"])
def test_what_is_cut_after_sending_may_have_arrived(server: FakeServer, cut: Any) -> None:
    server.then(Reply(200, {"id": "12345"}, cut=cut))

    with pytest.raises(MaybeSent) as failed:
        call("POST", server.url, json={})

    assert failed.value.outcome.result == "unknown"


def test_a_slow_answer_may_mean_that_it_arrived(server: FakeServer) -> None:
    server.then(Reply(seconds=5))

    with pytest.raises(MaybeSent):
        call("POST", server.url, json={}, patience=0.1)

    assert len(server.seen) == 1


def test_an_answer_without_end_is_not_read_to_its_end(server: FakeServer) -> None:
    server.then(Reply(200, b"x" * 1_100_000))

    with pytest.raises(MaybeSent):
        call("POST", server.url)


def test_a_redirect_is_not_followed(server: FakeServer) -> None:
    server.then(Reply(307, headers={"Location": f"{server.url}/elsewhere"}))

    answer = call("POST", server.url)

    assert (answer.status, len(server.seen)) == (307, 1)
    assert refusal_of(answer).result == "failed"


@pytest.mark.parametrize(
    ("status", "result", "code"),
    [
        (400, "failed", "refused"),
        (401, "failed", "credentials_refused"),
        (403, "failed", "credentials_refused"),
        (408, "unknown", "server_error"),
        (422, "failed", "refused"),
        (429, "retry", "rate_limited"),
        (500, "unknown", "server_error"),
        (502, "unknown", "server_error"),
        (503, "unknown", "server_error"),
        (504, "unknown", "server_error"),
    ],
)
def test_a_status_says_whether_it_may_be_out(status: int, result: str, code: str) -> None:
    outcome = refusal_of(Answer(status, {}, b""))

    assert (outcome.result, outcome.code) == (result, code)


@pytest.mark.parametrize(
    ("said", "seconds"), [("120", 120.0), ("", None), ("soon", None), ("-1", None)]
)
def test_retry_after_is_read_in_seconds(said: str, seconds: float | None) -> None:
    assert Answer(429, {"retry-after": said}, b"").retry_after() == seconds


def test_retry_after_is_read_as_a_date(time_machine: Any) -> None:
    time_machine.move_to("2026-06-09T10:30:00Z", tick=False)
    answer = Answer(429, {"retry-after": "Tue, 09 Jun 2026 10:32:00 GMT"}, b"")

    assert answer.retry_after() == 120.0


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "10.0.0.7",
        "169.254.169.254",
        "::1",
        "::ffff:127.0.0.1",
        "0.0.0.0",  # noqa: S104 - a host typed by somebody
        "100.64.0.1",
        "224.0.0.1",
        "2002:7f00:1::",
    ],
)
def test_hosts_inside_are_not_called(settings: Any, host: str) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = False

    with pytest.raises(ForbiddenHost):
        addresses_of(host, 80)


def test_a_call_inside_is_refused_before_it_is_made(settings: Any, server: FakeServer) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = False

    with pytest.raises(NotSent) as failed:
        call("POST", server.url)

    assert (failed.value.outcome.code, server.seen) == ("host_forbidden", [])


def test_hosts_outside_are_called(settings: Any) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = False

    assert addresses_of("8.8.8.8", 443) == ["8.8.8.8"]
