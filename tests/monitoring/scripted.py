"""A platform made for tests: pages to be asked for, or a stream, both from a number on."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, ClassVar

import orjson

from crisisapi.common.setup import Field
from monitoring.rules.incoming import Batch, parse_body
from monitoring.sources.base import Account, BaseProvider, Page
from monitoring.sources.http import Answer, Calls, StreamRefused, fault_of
from tests.servers import FakeServer, Reply, Seen

SILENCE_SECONDS = 30.0


class ScriptedProvider(BaseProvider):
    """Asks `/pages`, or listens to `/stream`, for what comes `after` the last one it has."""

    kind = "scripted"
    label = "scripted platform"
    settings: ClassVar[tuple[Field, ...]] = (
        Field("base_url", "address", required=True),
        Field("mode", "mode"),
    )
    interval = timedelta(minutes=5)
    is_fetched = True

    def streams(self, account: Account) -> bool:
        """Say what the mode says."""
        return account.settings.get("mode") == "stream"

    def fetch(
        self, account: Account, cursor: Mapping[str, Any], calls: Calls, *, now: datetime
    ) -> Iterator[Page]:
        """Yield pages, or what the stream brought within about a second."""
        if self.streams(account):
            yield from _streamed(account, cursor, calls)
            return
        after = cursor.get("after", -1)
        while True:
            answer = _good(
                calls.get(f"{account.settings['base_url']}/pages", params={"after": after})
            )
            told = answer.data()
            after = max([after, *(int(one["id"]) for one in told["mentions"])])
            yield Page(answer.body, {"after": after})
            if not told["more"]:
                return

    def parse(self, account: Account, body: bytes, *, now: datetime) -> Batch:
        """Read our own shape."""
        return parse_body(body, now=now)


def _good(answer: Answer) -> Answer:
    if not answer.is_ok:
        raise fault_of(answer)
    return answer


def _streamed(account: Account, cursor: Mapping[str, Any], calls: Calls) -> Iterator[Page]:
    after, kept = cursor.get("after", -1), list[bytes]()
    try:
        for line in calls.lines(
            f"{account.settings['base_url']}/stream",
            params={"after": after},
            seconds=calls.stream_seconds,
            silence=SILENCE_SECONDS,
        ):
            kept += [line] if line else []
            if kept and (not line or len(kept) >= 500):
                yield _page(kept)
                kept = []
    except StreamRefused as refused:
        raise fault_of(refused.answer) from refused
    if kept:
        yield _page(kept)


def _page(lines: list[bytes]) -> Page:
    try:
        last = int(orjson.loads(lines[-1])["id"])
    except ValueError:
        last = -1
    return Page(b'{"mentions": [' + b",".join(lines) + b"]}", {"after": last})


def item(number: int) -> dict[str, Any]:
    """Return a mention as the platform tells it."""
    return {
        "id": str(number),
        "text": f"The handle of my kettle cracked, number {number}",
        "platform": "x",
        "published_at": "2026-03-04T09:15:00Z",
        "likes": number % 7,
    }


def line(number: int) -> bytes:
    """Return a mention as a line of the stream."""
    return orjson.dumps(item(number)) + b"\n"


class Platform:
    """Has `count` mentions; tells pages of so many, and how many asked at the same time.

    Each page takes it `seconds`.
    """

    def __init__(self, server: FakeServer, *, count: int, page: int = 100) -> None:
        self.server = server
        self.count = count
        self.page = page
        self.seconds = 0.0
        self.most_at_once = 0
        self._at_once = 0
        self._lock = Lock()
        server.answer = self.answer

    def answer(self, seen: Seen) -> Reply:
        """Tell what comes after."""
        after = int(seen.query["after"])
        if seen.path == "/stream":
            rest = (line(number) for number in range(after + 1, self.count))
            return Reply(stream=self.server.held_open(*rest))
        told = [item(number) for number in range(after + 1, self.count)[: self.page]]
        body = {"mentions": told, "more": after + len(told) < self.count - 1}
        return Reply(stream=self._slowly(orjson.dumps(body)))

    def _slowly(self, body: bytes) -> Iterator[bytes]:
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        self.server.is_over.wait(self.seconds)
        # Before the last byte: whoever has it may ask again at once.
        with self._lock:
            self._at_once -= 1
        yield body
