"""A local HTTP server that behaves, and misbehaves, as told; it counts what it has really read."""

import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

import orjson

Cut = Literal["", "before_reading", "after_reading", "in_answer"]


@dataclass(frozen=True)
class Seen:
    """A request that was read to its end; `pairs` has names of the query that come again too."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    pairs: tuple[tuple[str, str], ...] = ()

    def json(self) -> Any:
        """Return the parsed body."""
        return orjson.loads(self.body)

    def form(self) -> dict[str, str]:
        """Return the fields of a form."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass(frozen=True)
class Reply:
    """What is answered; `seconds` of silence before, the connection perhaps cut.

    A `stream` is sent piece by piece as it yields them, then ended, or `cut` "in_answer".

    In a script, `does` lets the server do what it would have done, and only answer otherwise:
    a post that is out, and nobody hears of it.
    """

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    cut: Cut = ""
    does: bool = False
    stream: Iterable[bytes] | None = None

    def content(self) -> bytes:
        """Return the bytes; what is no text is JSON."""
        if isinstance(self.body, bytes):
            return self.body
        return self.body.encode() if isinstance(self.body, str) else orjson.dumps(self.body)


class FakeServer:
    """Answers by its script, then by `answer`; `seen` has every request it has read."""

    def __init__(self, answer: Callable[[Seen], Reply] | None = None) -> None:
        self.answer = answer or (lambda _seen: Reply())
        self.seen: list[Seen] = []
        self.script: deque[Reply] = deque()
        self.is_over = threading.Event()
        self.lock = threading.Lock()
        self._server = _Listener(("127.0.0.1", 0), _Handler)
        self._server.fake = self
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def then(self, *replies: Reply) -> None:
        """Answer the next requests so, whatever they ask."""
        self.script.extend(replies)

    def start(self) -> None:
        """Listen from now on."""
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Refuse connections from now on; may be called again."""
        self.is_over.set()
        self._server.shutdown()
        self._server.server_close()

    def held_open(self, *pieces: bytes) -> Iterator[bytes]:
        """Yield the pieces of a stream that is silent from then on, and stays open."""
        yield from pieces
        self.is_over.wait()

    def of(self, method: str, path: str = "") -> list[Seen]:
        """Return the requests of a method whose path begins like this."""
        return [one for one in self.seen if one.method == method and one.path.startswith(path)]


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    fake: FakeServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that give up are what is tested."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        self.close_connection = True
        fake = self.server.fake  # type: ignore[attr-defined]
        with fake.lock:
            scripted = fake.script.popleft() if fake.script else None
        if scripted and scripted.cut == "before_reading":
            self._cut()
            return
        seen = self._read()
        with fake.lock:
            fake.seen.append(seen)
            done = fake.answer(seen) if scripted is None or scripted.does else Reply()
        reply = scripted or done
        fake.is_over.wait(reply.seconds) if reply.seconds else None
        if reply.cut == "after_reading":
            self._cut()
        elif reply.stream is not None:
            self._stream(reply, reply.stream)
        else:
            self._say(reply)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _serve  # noqa: N815

    def _read(self) -> Seen:
        parts = urlsplit(self.path)
        pairs = tuple(parse_qsl(parts.query, keep_blank_values=True))
        headers = {name.lower(): value for name, value in self.headers.items()}
        if headers.get("transfer-encoding") == "chunked":
            body = b"".join(iter(self._chunk, b""))
        else:
            body = self.rfile.read(int(headers.get("content-length", 0)))
        return Seen(self.command, parts.path, dict(pairs), headers, body, pairs)

    def _chunk(self) -> bytes:
        size = int(self.rfile.readline().strip() or b"0", 16)
        chunk = self.rfile.read(size)
        self.rfile.readline()
        return chunk

    def _say(self, reply: Reply) -> None:
        content = reply.content()
        self.send_response(reply.status)
        kind = "application/json" if not isinstance(reply.body, bytes | str) else "text/html"
        for name, value in {"Content-Type": kind, **reply.headers}.items():
            self.send_header(name, value)
        if "Content-Length" not in reply.headers:
            self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if reply.cut == "in_answer" else content)

    def _stream(self, reply: Reply, pieces: Iterable[bytes]) -> None:
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in pieces:
            if self.server.fake.is_over.is_set():  # type: ignore[attr-defined]
                break
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        # What was said before the line broke arrives: a reset could overtake it.
        if reply.cut == "in_answer":
            self.connection.shutdown(socket.SHUT_RDWR)
        else:
            self.wfile.write(b"0\r\n\r\n")

    def _cut(self) -> None:
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()

    def log_message(self, *_args: Any) -> None:
        """Keep quiet."""


@contextmanager
def serving(answer: Callable[[Seen], Reply] | None = None) -> Iterator[FakeServer]:
    """Yield a server that is up, and take it down."""
    fake = FakeServer(answer)
    fake.start()
    try:
        yield fake
    finally:
        if not fake.is_over.is_set():
            fake.stop()
