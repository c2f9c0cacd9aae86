"""Listening to the stream of a Mention account (mention.com).

dev.mention.com/current: StreamMentions. Each line is an object: a mention, a mark that keeps the
connection alive, or a warning. One stream of an account may be open at a time.
"""

import time
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from monitoring.rules.incoming import Unreadable
from monitoring.rules.mention_fields import mapping, words
from monitoring.rules.mention_payloads import whole_json
from monitoring.sources.base import Page
from monitoring.sources.http import Calls, SourceFault, StreamRefused
from monitoring.sources.mention_api import refusal
from monitoring.sources.mention_list import Reading

STREAM_BASE = "https://stream.mention.net/api"
# A mark comes every thirty seconds.
SILENCE_SECONDS = 90.0
# What says nothing, to say beside it that an alert was refused.
_MARK = b'{"type":"mark"}'
_LINES = 500
_GATHER_SECONDS = 1.0


def listen(reading: Reading, calls: Calls) -> Iterator[Page]:
    """Yield what is heard, a handful of lines at a time; raises `SourceFault`.

    The cursor stays where the list left it. In which order Mention sends what was found since an
    id is not documented, and of each alert it sends a thousand at most: after the stream the list
    is asked, and knows what came before by its ids. The warning that it sends no more of the past
    ends the stream for the same reason.
    """
    page = partial(Page, cursor=reading.cursor(), warning=reading.fault)
    if reading.fault is not None:
        yield page(_MARK)
    gathered = _Gathered()
    try:
        for line in _lines(reading, calls):
            if gathered.add(line):
                yield page(gathered.taken())
            if gathered.is_capped:
                break
    except SourceFault:
        if gathered.lines:
            yield page(gathered.taken())
        raise
    if gathered.lines:
        yield page(gathered.taken())


def _lines(reading: Reading, calls: Calls) -> Iterator[bytes]:
    api = reading.api
    base = (api.settings.get("stream_base") or STREAM_BASE).rstrip("/")
    try:
        yield from calls.lines(
            f"{base}/accounts/{api.account_id()}/mentions",
            params=_asked(reading.alerts, reading.cursor()),
            headers=api.headers,
            seconds=calls.stream_seconds,
            silence=SILENCE_SECONDS,
        )
    except StreamRefused as refused:
        raise refusal(refused.answer) from refused


class _Gathered:
    """The lines that came since the last page."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.is_capped = False
        self._since = 0.0

    def add(self, line: bytes) -> bool:
        """Take a line; returns whether it is time for a page. Raises `SourceFault`."""
        kind = _kind_of(line)
        if kind not in ("", "mark"):
            self._since = self._since if self.lines else time.monotonic()
            self.lines.append(line)
            self.is_capped = kind == "warning" and b"capped" in line
        is_quiet = kind == "" or time.monotonic() - self._since >= _GATHER_SECONDS
        return bool(self.lines) and (is_quiet or len(self.lines) >= _LINES)

    def taken(self) -> bytes:
        """Return the lines as one body, and begin anew."""
        body, self.lines = b"\n".join(self.lines), []
        return body


def _kind_of(line: bytes) -> str:
    """Return what a line is: nothing, a mark, a warning, or something to be kept."""
    if not line.strip():
        return ""
    if not line.lstrip().startswith(b"{"):
        raise SourceFault.not_understood(line)
    try:
        return words(mapping(whole_json(line)), "type") or "mention"
    except Unreadable:
        return "mention"


def _asked(alerts: list[str], cursor: Mapping[str, Any]) -> list[tuple[str, str]]:
    kept = mapping(cursor.get("alerts"))
    since = [(alert, words(mapping(kept.get(alert)), "since")) for alert in alerts]
    return [("alerts[]", alert) for alert in alerts] + [
        (f"since_id[{alert}]", known) for alert, known in since if known
    ]
