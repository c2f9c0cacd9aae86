"""Listening to the filtered stream, and closing the gaps between two connections.

Lines come in any order and more than once; at least every 20 seconds there is an empty one. What
was said between two connections X sends again where the plan has backfill; otherwise it is
searched for, between two handfuls of lines, once X can be expected to show it.
docs.x.com/x-api/fundamentals/consuming-streaming-data, handling-disconnections
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from crisisapi.common.sentences import sentence as _
from monitoring.rules.x_payloads import parsed
from monitoring.rules.x_posts import id_of, mapping_of, objects, text_of, time_of_id
from monitoring.sources.base import Page
from monitoring.sources.http import SourceFault, StreamRefused
from monitoring.sources.x_calls import FIELDS, Session, problem_of, refusal_of, rules_missing
from monitoring.sources.x_gaps import Gaps
from monitoring.sources.x_rules import keep_rules
from monitoring.sources.x_setup import lookback_of, says_yes

PATH = "/2/tweets/search/stream"
# X promises a line every 20 seconds.
SILENCE = 25.0
HANDFUL = 500
HANDFUL_SECONDS = 1.0
# X takes up to five seconds to bring a post.
SKEW = timedelta(seconds=30)


def listen(session: Session, cursor: Mapping[str, Any]) -> Iterator[Page]:
    """Yield handfuls of lines until the connection ends; raises `SourceFault` where it is bad."""
    if says_yes(session.account, "manage_rules"):
        keep_rules(session)
    yield from _Listener(session, cursor).pages()


class _Listener:
    """One connection: what it holds in its hands, and the gap before it."""

    def __init__(self, session: Session, cursor: Mapping[str, Any]) -> None:
        self._session = session
        said = text_of(cursor.get("heard"))
        self._heard = datetime.fromisoformat(said) if said else None
        self._start = time.monotonic()
        self._begun_at = session.now
        self._gaps = Gaps(session, cursor.get("gaps"))
        self._hands: list[bytes] = []
        self._since = 0.0
        self._is_connected = False

    def pages(self) -> Iterator[Page]:
        """Yield what comes, and what is found in the gap."""
        try:
            yield from self._handfuls()
        except StreamRefused as refused:
            raise self._refusal(refused) from refused
        except SourceFault:
            yield from self._rest()
            raise
        yield from self._rest()

    def _handfuls(self) -> Iterator[Page]:
        for line in self._lines():
            if not self._is_connected:
                self._connect()
            if line:
                self._take(line)
            if self._is_full(line):
                yield self._page()
            yield from self._close_gap()

    def _rest(self) -> Iterator[Page]:
        if self._hands:
            yield self._page()

    def _lines(self) -> Iterator[bytes]:
        asked = dict(FIELDS)
        if minutes := self._session.account.settings.get("backfill_minutes"):
            asked["backfill_minutes"] = minutes
        return self._session.calls.lines(
            f"{self._session.base}{PATH}",
            params=asked,
            headers=self._session.headers,
            seconds=self._session.calls.stream_seconds,
            silence=SILENCE,
        )

    def _connect(self) -> None:
        """Note the gap between what was last heard and this connection."""
        now = self._now()
        first = now - lookback_of(self._session.account)
        self._gaps.add(self._heard - SKEW if self._heard else first, now + SKEW)
        self._heard = now
        self._is_connected = True

    def _take(self, line: bytes) -> None:
        if b'"errors"' in line or b"connection_issue" in line:
            self._refuse_problem(line)
        if not self._hands:
            self._since = time.monotonic()
        self._hands.append(line)

    def _refuse_problem(self, line: bytes) -> None:
        """Raise what a line says that is no post: X ends the connection behind it."""
        try:
            said = mapping_of(parsed(line))
        except ValueError:
            return
        if said.get("data"):
            return
        problem = next(objects(said, "errors"), said)
        if found := problem_of(problem):
            raise found
        words = text_of(problem.get("detail")) or text_of(problem.get("title")) or "…"
        sentence = _("X ended the stream. It says: %(words)s") % {"words": words[:300]}
        raise SourceFault("ended", sentence)

    def _is_full(self, line: bytes) -> bool:
        if not self._hands:
            return False
        waited = time.monotonic() - self._since
        return not line or len(self._hands) >= HANDFUL or waited >= HANDFUL_SECONDS

    def _page(self) -> Page:
        lines, self._hands = self._hands, []
        self._heard = max([self._heard or self._now(), *_times(lines, upto=self._now())])
        return Page(b"\n".join(lines), self._marks())

    def _marks(self) -> dict[str, Any]:
        """Return the cursor: what was posted since `heard` may still be under way to us."""
        marks: dict[str, Any] = {"heard": (self._heard or self._now()).isoformat()}
        if self._gaps.states:
            marks["gaps"] = [dict(state) for state in self._gaps.states]
        return marks

    def _close_gap(self) -> Iterator[Page]:
        if body := self._gaps.search(self._now()):
            yield Page(body, self._marks())

    def _refusal(self, refused: StreamRefused) -> SourceFault:
        if refused.answer.status == 409:
            return rules_missing()
        return refusal_of(refused.answer, now=self._now())

    def _now(self) -> datetime:
        return self._begun_at + timedelta(seconds=time.monotonic() - self._start)


def _times(lines: Iterable[bytes], *, upto: datetime) -> Iterator[datetime]:
    """Yield when the posts in lines were made."""
    for line in lines:
        try:
            post = mapping_of(mapping_of(parsed(line)).get("data"))
        except ValueError:
            continue
        made = time_of_id(id_of(post.get("id")))
        if made is not None and made <= upto:
            yield made
