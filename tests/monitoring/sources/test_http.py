"""Calls to platforms: never inside, never elsewhere with a secret, never long, never large."""

import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from monitoring.sources.http import Answer, Calls, SourceFault, fault_of
from tests.servers import FakeServer, Reply, serving

MIB = 1024 * 1024


@pytest.fixture(autouse=True)
def _loopback(settings: Any) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as fake:
        yield fake


def fault(call: Callable[[], Any]) -> SourceFault:
    """Return what a call fails with."""
    with pytest.raises(SourceFault) as caught:
        call()
    assert caught.value.sentence
    return caught.value


def redirect(target: str, status: int = 302) -> Reply:
    return Reply(status, headers={"Location": target})


@pytest.mark.parametrize("target", ["http://[", "file:///etc/passwd", "http://noa:x@127.0.0.1/"])
def test_a_redirect_to_no_address_is_said_to_be_one(server: FakeServer, target: str) -> None:
    server.then(redirect(target))

    assert fault(lambda: Calls().get(server.url)).code == "address_invalid"


@pytest.mark.parametrize("key", ["סוד", "secret\r\n", "secret\u200f", "secr…"])
def test_a_credential_that_cannot_be_sent_is_said_to_be_one(server: FakeServer, key: str) -> None:
    found = fault(lambda: Calls().get(server.url, headers={"X-Key": key}))

    assert (found.code, found.needs_person, server.seen) == ("credentials_unsendable", True, [])


def test_where_nobody_listens_nothing_is_reached(server: FakeServer) -> None:
    server.stop()

    assert fault(lambda: Calls().get(server.url)).code == "not_reached"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(server: FakeServer, status: int) -> None:
    server.then(redirect("/there?b=2", status), Reply(body=b"here"))

    answer = Calls().get(f"{server.url}/", params={"a": "1"})

    assert (answer.body, answer.url) == (b"here", f"{server.url}/there?b=2")
    assert [one.query for one in server.seen] == [{"a": "1"}, {"b": "2"}]


def test_a_redirect_without_an_end_is_given_up(server: FakeServer) -> None:
    server.answer = lambda _seen: redirect("/again")
    counted: list[None] = []

    found = fault(lambda: Calls(before=lambda: counted.append(None)).get(server.url))

    assert (found.code, len(server.seen), len(counted)) == ("too_many_redirects", 6, 6)


def test_a_redirect_that_leads_nowhere_is_the_answer(server: FakeServer) -> None:
    server.then(Reply(302))

    assert Calls().get(server.url).status == 302


def test_what_is_posted_is_posted_once(server: FakeServer) -> None:
    server.then(redirect("/elsewhere", 307))

    answer = Calls().post(server.url, json={"a": 1})

    assert (answer.status, len(server.seen)) == (307, 1)


def test_secrets_are_told_to_the_first_host_only(server: FakeServer) -> None:
    secrets = {"Authorization": "Bearer s", "X-Api-Key": "s", "Cookie": "s"}
    with serving() as other:
        server.then(redirect("/next"), redirect(f"{other.url}/"))
        other.then(redirect(f"{server.url}/back"))

        Calls().get(server.url, headers={**secrets, "If-None-Match": '"a"'})

        told = [one.headers for one in (*server.seen, *other.seen)]
    first, second, third, away = told
    assert {first["authorization"], second["authorization"]} == {"Bearer s"}
    for headers in (away, third):
        assert not {"authorization", "x-api-key", "cookie"} & headers.keys()
        assert headers["if-none-match"] == '"a"'


def endless(server: FakeServer, sent: list[int], piece: bytes) -> Iterator[bytes]:
    """Yield five gigabytes, as far as anybody takes them."""
    for _number in range(5 * 1024 * MIB // len(piece)):
        sent.append(len(piece))
        yield piece


def test_five_gigabytes_are_refused_in_bounded_memory(server: FakeServer) -> None:
    sent: list[int] = []
    server.then(Reply(stream=endless(server, sent, b"x" * MIB)))

    tracemalloc.start()
    found = fault(lambda: Calls().get(server.url, limit=MIB))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert found.code == "too_large"
    assert sum(sent) < 64 * MIB
    assert peak < 16 * MIB


def test_what_is_announced_as_too_large_is_not_read(server: FakeServer) -> None:
    server.then(Reply(body=b"x", headers={"Content-Length": str(5 * 1024 * MIB)}))

    assert fault(lambda: Calls().get(server.url)).code == "too_large"


def test_a_slow_drip_is_cut_off(server: FakeServer) -> None:
    def drip() -> Iterator[bytes]:
        while not server.is_over.wait(0.02):
            yield b"x"

    server.then(Reply(stream=drip()))

    assert fault(lambda: Calls(whole_seconds=0.3).get(server.url)).code == "timed_out"


def test_redirects_share_the_time_of_one_call(server: FakeServer) -> None:
    server.answer = lambda _seen: Reply(302, headers={"Location": "/a"}, seconds=0.2)

    assert fault(lambda: Calls(whole_seconds=0.5).get(server.url)).code == "timed_out"


def test_silence_is_not_waited_for_without_end(server: FakeServer, settings: Any) -> None:
    settings.OUTBOUND_PATIENCE_SECONDS = 0.1
    server.then(Reply(seconds=60))

    assert fault(lambda: Calls().get(server.url)).code == "timed_out"


@pytest.mark.parametrize("cut", ["before_reading", "after_reading", "in_answer"])
def test_an_answer_that_breaks_off_is_none(server: FakeServer, cut: Any) -> None:
    server.then(Reply(body=b"x" * 1000, cut=cut))

    assert fault(lambda: Calls().get(server.url)).code == "cut"


@pytest.mark.parametrize("length", ["1000000", "-1", "a lot", "1, 2"])
def test_a_wrong_content_length_is_no_answer(server: FakeServer, length: str) -> None:
    server.then(Reply(body=b"x" * 10, headers={"Content-Length": length}))

    assert fault(lambda: Calls().get(server.url)).code == "cut"


def answer(status: int = 200, body: bytes = b"", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, named, body, "https://platform.example/")


@pytest.mark.parametrize(
    ("status", "code", "needs_person"),
    [
        (400, "refused", True),
        (401, "credentials_refused", True),
        (402, "quota_used_up", True),
        (403, "credentials_refused", True),
        (404, "not_found", True),
        (408, "server_error", False),
        (410, "not_found", True),
        (425, "rate_limited", False),
        (429, "rate_limited", False),
        (500, "server_error", False),
        (503, "server_error", False),
    ],
)
def test_a_status_says_who_can_help(status: int, code: str, needs_person: bool) -> None:  # noqa: FBT001
    found = fault_of(answer(status))

    assert (found.code, found.needs_person) == (code, needs_person)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120.0),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("٣", None),
        ("9" * 400, 24 * 3600.0),
        ("Tue, 09 Jun 2026 10:32:00 GMT", 120.0),
        ("Tue, 09 Jun 2026 10:30:00 GMT", 0.0),
        ("Tue, 09 Jun 99999 10:30:00 GMT", None),
        ("Tue, 09 Jun 2026 10:30:00 +99999999999999999999", None),
    ],
)
def test_what_a_platform_asks_to_wait_is_waited(
    time_machine: Any, said: str, seconds: float | None
) -> None:
    time_machine.move_to("2026-06-09T10:30:00Z", tick=False)

    assert fault_of(answer(429, retry_after=said)).retry_after == seconds


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b'"a"', b'{"a": ', b"\xff"])
def test_what_is_no_object_is_not_understood_and_kept(body: bytes) -> None:
    found = fault(answer(200, body).data)

    assert (found.code, found.body) == ("not_understood", body)
