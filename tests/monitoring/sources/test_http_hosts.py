"""Hosts that people typed, or that a redirect names: never one inside of our network."""

import socket
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from monitoring.sources.http import Calls, SourceFault
from tests.servers import FakeServer, Reply, serving


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


def redirect(target: str) -> Reply:
    return Reply(302, headers={"Location": target})


class Names:
    """A resolver whose answers are scripted; every address leads to one local server."""

    def __init__(self, server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answers: dict[str, list[list[str]]] = {}
        self.asked: list[str] = []
        self.called: list[str] = []
        self.port = urlsplit(server.url).port or 0
        self._resolve, self._connect = socket.getaddrinfo, socket.create_connection
        monkeypatch.setattr(socket, "getaddrinfo", self.getaddrinfo)
        monkeypatch.setattr(socket, "create_connection", self.create_connection)

    def getaddrinfo(self, host: Any, port: Any, *args: Any, **named: Any) -> Any:
        if host not in self.answers:
            return self._resolve(host, port, *args, **named)
        self.asked.append(host)
        found = self.answers[host]
        addresses = found.pop(0) if len(found) > 1 else found[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    def create_connection(self, address: Any, *args: Any, **named: Any) -> Any:
        self.called.append(address[0])
        return self._connect(("127.0.0.1", self.port), *args, **named)


@pytest.fixture
def names(server: FakeServer, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Names:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = False
    return Names(server, monkeypatch)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "10.0.0.7",
        "169.254.169.254",
        "0",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[::ffff:0:10.0.0.7]",
        "[64:ff9b::10.0.0.7]",
        "[64:ff9b:1::10.0.0.7]",
        "[2002:a00:7::]",
        "[2001:0:a00:7::]",
        "[fec0::1]",
        "[fe80::1%25lo]",
        "[fd00::1]",
    ],
)
def test_a_host_inside_is_not_called_however_it_is_written(
    server: FakeServer, names: Names, host: str
) -> None:
    found = fault(lambda: Calls().get(f"http://{host}:{names.port}/"))

    assert found.code in {"host_forbidden", "not_reached", "address_invalid"}
    assert (names.called, server.seen) == ([], [])


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"])
def test_a_host_inside_is_said_to_be_one(names: Names, host: str) -> None:
    found = fault(lambda: Calls().get(f"http://{host}:{names.port}/"))

    assert (found.code, found.needs_person) == ("host_forbidden", True)


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["8.8.8.8", "10.0.0.7"], ["10.0.0.7", "8.8.8.8"]]
)
def test_a_name_that_leads_inside_is_not_called(names: Names, addresses: list[str]) -> None:
    names.answers = {"platform.test": [addresses]}

    found = fault(lambda: Calls().get("http://platform.test/"))

    assert (found.code, names.called) == ("host_forbidden", [])


def test_a_name_that_changes_is_called_where_it_was_checked(
    server: FakeServer, names: Names
) -> None:
    names.answers = {"platform.test": [["8.8.8.8"], ["127.0.0.1"]]}
    server.then(Reply(body=b"here"))

    answer = Calls().get("http://platform.test/")

    assert (answer.body, names.called) == (b"here", ["8.8.8.8"])
    assert names.asked == ["platform.test"]
    assert server.seen[0].headers["host"] == "platform.test"


def test_a_name_that_changed_by_the_next_hop_is_not_called_again(
    server: FakeServer, names: Names
) -> None:
    names.answers = {"platform.test": [["8.8.8.8"], ["127.0.0.1"]]}
    server.then(redirect("/next"))

    found = fault(lambda: Calls().get("http://platform.test/"))

    assert (found.code, names.called) == ("host_forbidden", ["8.8.8.8"])


@pytest.mark.parametrize("target", ["http://127.0.0.1/", "http://2130706433/", "//[::1]/"])
def test_a_redirect_inside_is_not_followed(server: FakeServer, names: Names, target: str) -> None:
    names.answers = {"platform.test": [["8.8.8.8"]]}
    server.then(redirect(target))

    found = fault(lambda: Calls().get("http://platform.test/"))

    assert (found.code, names.called) == ("host_forbidden", ["8.8.8.8"])


def test_a_stream_inside_is_not_opened(server: FakeServer, settings: Any) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = False

    found = fault(lambda: list(Calls().lines(server.url, seconds=60, silence=60)))

    assert (found.code, server.seen) == ("host_forbidden", [])


@pytest.mark.parametrize(
    "url",
    [
        "",
        "platform.example",
        "file:///etc/passwd",
        "gopher://platform.example/",
        "http://",
        "http://[",
        "http://[::1/",
        "http://noa@platform.example/",
        "http://:secret@platform.example/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:port/",
        "http://" + "a" * 300 + ".example/",
        "http://\ud800.example/",
        "http://xn--\xff/",
        "http://a.example/\x00",
    ],
)
def test_an_address_that_is_none_is_said_to_be_none(url: str) -> None:
    assert fault(lambda: Calls().get(url)).code in {"address_invalid", "not_reached"}
