"""A load generator that costs little: prepared bytes over kept connections."""

import json
import socket
import statistics
import threading
import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from crisisapi.local.ports import HOST
from monitoring.rules.signature import sign

_PATIENCE = 60.0


class Connection:
    """One kept connection; a request out, a response in."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection((HOST, port), timeout=_PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a request; return status and body."""
        self._socket.sendall(request)
        answer = b""
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer += self._received()
        head, body = answer[:end].lower(), answer[end + 4 :]
        # Every answer of ours says its length.
        length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        while len(body) < length:
            body += self._received()
        return int(head[9:12]), body

    def _received(self) -> bytes:
        part = self._socket.recv(65536)
        if not part:
            raise ConnectionError("The server closed the connection.")
        return part


class Api:
    """Speaks JSON with a token."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = Connection(port)
        self._token = token

    def get(self, path: str) -> Any:
        """Return the answer to a GET below /api/v1/."""
        return self._asked("GET", path, b"", 200)

    def post(self, path: str, **body: Any) -> Any:
        """Return the answer to a POST that makes something."""
        return self._asked("POST", path, json.dumps(body).encode(), 201)

    def _asked(self, method: str, path: str, body: bytes, expected: int) -> Any:
        headers = {"Authorization": f"Bearer {self._token}"}
        status, answer = self._connection.ask(request_of(method, path, headers, body))
        if status != expected:
            raise AssertionError(f"{method} {path}: {status} {answer[:500]!r}")
        return json.loads(answer)


def request_of(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """Return a whole HTTP/1.1 request for a path below /api/v1/."""
    lines = [
        f"{method} /api/v1/{path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def signed_push(source: Any, message_id: str, body: bytes) -> bytes:
    """Return the request that pushes a body, signed now; it is good for five minutes."""
    timestamp = int(time.time())
    headers = {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(
            source.secret, message_id=message_id, timestamp=timestamp, body=body
        ),
    }
    return request_of("POST", f"sources/{source.pk}/webhook/", headers, body)


@dataclass(frozen=True)
class Load:
    """What a run of requests took, in seconds; `own_seconds` is the generator's processor time."""

    seconds: float
    own_seconds: float
    latencies: Sequence[float]

    def percentile(self, share: int) -> float:
        """Return the latency in seconds that `share` per cent of the requests stayed below."""
        return statistics.quantiles(self.latencies, n=100)[share - 1]


def run_load(port: int, requests: Sequence[bytes], *, connections: int, status: int = 202) -> Load:
    """Send all requests, so many at once; raises unless every one is answered with `status`."""
    waiting = deque(requests)
    latencies: list[float] = []
    outcomes: Counter[int | str] = Counter()
    ready = threading.Barrier(connections + 1)

    def work() -> None:
        with Connection(port) as connection:
            ready.wait()
            while waiting:
                try:
                    request = waiting.popleft()
                except IndexError:
                    return
                began = time.perf_counter()
                try:
                    answered, _body = connection.ask(request)
                except OSError as error:
                    outcomes[repr(error)] += 1
                    return
                latencies.append(time.perf_counter() - began)
                outcomes[answered] += 1

    threads = [threading.Thread(target=work, daemon=True) for _ in range(connections)]
    for thread in threads:
        thread.start()
    ready.wait(timeout=_PATIENCE)
    began, own = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.join()
    seconds, own = time.perf_counter() - began, time.process_time() - own
    if outcomes != {status: len(requests)}:
        raise AssertionError(f"{len(requests)} requests ended so: {dict(outcomes)}")
    return Load(seconds, own, latencies)
