"""Streams: line by line as they come, for so long, and ended when nobody wants more."""

from collections.abc import Iterator
from typing import Any

import pytest

from monitoring.sources.http import Calls, SourceFault, StreamRefused
from tests.servers import FakeServer, Reply, serving

LONG = 60.0


@pytest.fixture(autouse=True)
def _loopback(settings: Any) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as fake:
        yield fake


def lines(
    server: FakeServer, calls: Calls | None = None, *, seconds: float = LONG, silence: float = LONG
) -> Iterator[bytes]:
    return (calls or Calls()).lines(f"{server.url}/stream", seconds=seconds, silence=silence)


def test_lines_come_whole_however_they_were_cut(server: FakeServer) -> None:
    server.then(Reply(stream=[b'{"id"', b": 1}\r\n\r", b"\n", b'{"id": 2}\n{"id"', b": 3}\n"]))

    heard = list(lines(server))

    assert heard == [b'{"id": 1}', b"", b'{"id": 2}', b'{"id": 3}']


def test_a_line_is_there_before_the_next_one_comes(server: FakeServer) -> None:
    server.then(Reply(stream=server.held_open(b"one\n")))

    heard = lines(server)

    assert next(heard) == b"one"
    assert next(heard) == b"", "a second of silence is told"


def test_nothing_is_told_before_the_stream_is_open(server: FakeServer) -> None:
    server.then(Reply(stream=[b"one\n"], seconds=1.5))

    assert next(lines(server)) == b"one"


def test_whoever_wants_no_more_gets_what_was_read_and_an_end(server: FakeServer) -> None:
    server.then(Reply(stream=server.held_open(b"one\n", b"two\n")))
    asked: list[bool] = []

    def goes_on(heard: bool) -> bool:  # noqa: FBT001 - a callback with one fact
        asked.append(heard)
        return len(asked) < 2

    heard = list(lines(server, Calls(goes_on=goes_on)))

    assert [line for line in heard if line] == [b"one", b"two"]
    assert asked == [True, False], "whether anything came since is told"


def test_the_time_of_a_stream_ends_it(server: FakeServer) -> None:
    server.then(Reply(stream=server.held_open(b"one\n")))

    heard = list(lines(server, seconds=0.0))

    assert [line for line in heard if line] == [b"one"]


def test_a_stream_that_is_cut_says_so(server: FakeServer) -> None:
    server.then(Reply(stream=[b"one\n"], cut="in_answer"))

    with pytest.raises(SourceFault) as caught:
        list(lines(server))

    assert caught.value.code == "cut"


def test_a_stream_that_fell_silent_says_so_after_what_came(server: FakeServer) -> None:
    server.then(Reply(stream=server.held_open(b"one\n")))
    heard: list[bytes] = []

    with pytest.raises(SourceFault) as caught:
        heard.extend(lines(server, silence=1.0))

    assert caught.value.code == "timed_out"
    assert heard[0] == b"one"


def test_a_refused_stream_tells_the_answer(server: FakeServer) -> None:
    server.then(Reply(429, {"title": "Too many"}, headers={"X-Rate-Limit-Reset": "77"}))

    with pytest.raises(StreamRefused) as caught:
        list(lines(server))

    answer = caught.value.answer
    assert (answer.status, answer.headers["x-rate-limit-reset"]) == (429, "77")
    assert answer.data() == {"title": "Too many"}


def test_a_line_without_an_end_is_broken_off(server: FakeServer) -> None:
    server.then(Reply(stream=[b"x" * 700_000, b"x" * 700_000]))

    with pytest.raises(SourceFault) as caught:
        list(lines(server))

    assert caught.value.code == "too_large"
