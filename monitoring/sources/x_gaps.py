"""What was said while nobody listened, found by searching."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from monitoring.rules.x_posts import text_of
from monitoring.sources.http import SourceFault
from monitoring.sources.x_calls import FIELDS, Session, refusal_of, said_in
from monitoring.sources.x_rules import queries_at
from monitoring.sources.x_search import PAGE, REACH, joined, next_of

PATH = "/2/tweets/search/recent"
# X shows a post half a minute after it was made, some later.
SHOWN_AFTER = timedelta(seconds=90)
PAUSE = timedelta(seconds=2)
# When X does not let us search, it is tried again.
RETRY = timedelta(minutes=15)


class Gap:
    """One gap, with how far it has been searched; two that meet become one."""

    def __init__(self, session: Session, state: Mapping[str, Any]) -> None:
        self._session = session
        self.state = dict(state)
        self._queries: list[str] = []
        self._next_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is anything left to search."""
        return bool(self.state)

    def widen(self, start: datetime, end: datetime) -> None:
        """Add a time nobody listened."""
        if self.state:
            start = min(start, datetime.fromisoformat(self.state["start"]))
        self.state = {"start": start.isoformat(), "end": end.isoformat(), "part": 0, "next": ""}

    def search(self, now: datetime) -> bytes:
        """Return one more page, empty when there is nothing to do yet; never disturbs the stream.

        What X refuses is put off: what comes now matters more.
        """
        if not self.is_open or (self._next_at and now < self._next_at):
            return b""
        if now < datetime.fromisoformat(self.state["end"]) + SHOWN_AFTER:
            return b""
        self._next_at = now + PAUSE
        try:
            return self._search(now)
        except SourceFault as fault:
            wait = RETRY if fault.retry_after is None else timedelta(seconds=fault.retry_after)
            self._next_at = now + wait
            return b""

    def _search(self, now: datetime) -> bytes:
        self._queries = self._queries or joined(queries_at(self._session))
        answer = self._session.try_get(PATH, self._params(now))
        if answer.status == 400 and self.state["next"]:
            self.state["next"] = ""
            answer = self._session.try_get(PATH, self._params(now))
        if not answer.is_ok:
            raise refusal_of(answer, now=now)
        following = next_of(said_in(answer), answer)
        self._go_on(following if following != self.state["next"] else "")
        return answer.body

    def _params(self, now: datetime) -> dict[str, str]:
        start = max(datetime.fromisoformat(self.state["start"]), now - REACH)
        end = datetime.fromisoformat(self.state["end"])
        asked = {
            **FIELDS,
            "query": self._queries[min(self.state["part"], len(self._queries) - 1)],
            "start_time": f"{start:%Y-%m-%dT%H:%M:%SZ}",
            "end_time": f"{end:%Y-%m-%dT%H:%M:%SZ}",
            "max_results": PAGE,
        }
        return {**asked, "next_token": self.state["next"]} if self.state["next"] else asked

    def _go_on(self, following: str) -> None:
        if following:
            self.state["next"] = text_of(following)
        elif self.state["part"] + 1 < len(self._queries):
            self.state |= {"part": self.state["part"] + 1, "next": ""}
        else:
            self.state = {}
