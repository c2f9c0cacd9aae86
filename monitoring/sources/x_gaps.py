"""What was said while nobody listened, found by searching."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from monitoring.sources.http import SourceFault
from monitoring.sources.x_calls import FIELDS, Session, refusal_of, said_in
from monitoring.sources.x_rules import queries_at
from monitoring.sources.x_search import PAGE, REACH, joined, next_of

PATH = "/2/tweets/search/recent"
# X shows a post half a minute after it was made, some later.
SHOWN_AFTER = timedelta(seconds=90)
PAUSE = timedelta(seconds=2)
LONGEST_JOINED = timedelta(minutes=15)
MOST = 8
# When X does not let us search, it is tried again.
RETRY = timedelta(minutes=15)


class Gaps:
    """The gaps that are left, the oldest first, with how far that one has been searched."""

    def __init__(self, session: Session, states: Any) -> None:
        self._session = session
        self.states = [dict(one) for one in states] if isinstance(states, list) else []
        self._queries: list[str] = []
        self._next_at: datetime | None = None

    def add(self, start: datetime, end: datetime) -> None:
        """Add a time nobody listened; joined to the last one where that is not searched yet.

        Joined gaps stay short, so that a stream that breaks all the time puts nothing off for
        ever, and few, so that the cursor stays small.
        """
        last = self.states[-1] if self.states else None
        if last and not last["next"] and not last["part"]:
            begun = min(start, datetime.fromisoformat(last["start"]))
            is_near = start <= datetime.fromisoformat(last["end"]) and end - begun <= LONGEST_JOINED
            if is_near or len(self.states) >= MOST:
                last |= {"start": begun.isoformat(), "end": end.isoformat()}
                return
        self.states.append(
            {"start": start.isoformat(), "end": end.isoformat(), "part": 0, "next": ""}
        )

    def search(self, now: datetime) -> bytes:
        """Return one more page, empty when there is nothing to do yet; never disturbs the stream.

        What X refuses is put off: what comes now matters more.
        """
        if not self.states or (self._next_at and now < self._next_at):
            return b""
        if now < datetime.fromisoformat(self.states[0]["end"]) + SHOWN_AFTER:
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
        state = self.states[0]
        answer = self._session.try_get(PATH, self._params(state, now))
        if answer.status == 400 and state["next"]:
            state["next"] = ""
            answer = self._session.try_get(PATH, self._params(state, now))
        if not answer.is_ok:
            raise refusal_of(answer, now=now)
        following = next_of(said_in(answer), answer)
        self._go_on(state, following if following != state["next"] else "")
        return answer.body

    def _params(self, state: Mapping[str, Any], now: datetime) -> dict[str, str]:
        start = max(datetime.fromisoformat(state["start"]), now - REACH)
        end = datetime.fromisoformat(state["end"])
        asked = {
            **FIELDS,
            "query": self._queries[min(state["part"], len(self._queries) - 1)],
            "start_time": f"{start:%Y-%m-%dT%H:%M:%SZ}",
            "end_time": f"{end:%Y-%m-%dT%H:%M:%SZ}",
            "max_results": PAGE,
        }
        return {**asked, "next_token": state["next"]} if state["next"] else asked

    def _go_on(self, state: dict[str, Any], following: str) -> None:
        if following:
            state["next"] = following
        elif state["part"] + 1 < len(self._queries):
            state |= {"part": state["part"] + 1, "next": ""}
        else:
            del self.states[0]
