"""Reading the lists of several alerts of Mention (mention.com), a page of each in turn."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from monitoring.rules.mention_fields import mapping
from monitoring.rules.mention_paging import (
    Standing,
    afresh,
    behind,
    behind_children,
    question,
)
from monitoring.rules.mention_payloads import listed
from monitoring.sources.base import Page
from monitoring.sources.http import Answer, SourceFault
from monitoring.sources.mention_api import OF_AN_ALERT, Api, alerts_of, data_of, refusal

_DAYS = 7
# What is answered when a link to go on has ceased to work.
_LINK_GONE = (400, 404, 410)


@dataclass(frozen=True)
class _Heard:
    """A list as it came, and what it holds."""

    body: bytes
    data: Any


class Reading:
    """One run over the lists of a source; `alerts` are those that Mention did not refuse.

    `fault` is why it refused the first of the others.
    """

    def __init__(self, api: Api, cursor: Mapping[str, Any], *, now: datetime) -> None:
        self.api = api
        self.alerts = alerts_of(api.settings.get("alerts", ""))
        self._now = now
        self._window = timedelta(days=int(api.settings.get("days") or _DAYS))
        kept = mapping(cursor.get("alerts"))
        self._standing = {alert: Standing.of(kept.get(alert)) for alert in self.alerts}
        self._stored = dict(self._standing)
        self._begun_anew: set[str] = set()
        self.fault: SourceFault | None = None

    def cursor(self) -> dict[str, Any]:
        """Return how far each alert was read."""
        return {"alerts": {alert: one.kept() for alert, one in self._standing.items()}}

    def pages(self) -> Iterator[Page]:
        """Yield page after page until all that is new was read; raises `SourceFault`."""
        waiting = deque(self.alerts)
        account_id = self.api.account_id()
        while waiting:
            alert = waiting.popleft()
            try:
                page, goes_on = self._step(account_id, alert)
            except SourceFault as fault:
                self._set_aside(alert, fault)
                continue
            if page is not None:
                yield page
            if goes_on:
                waiting.append(alert)

    def _step(self, account_id: str, alert: str) -> tuple[Page | None, bool]:
        """Ask once; returns what is to be stored, and whether there is more to ask."""
        before = self._standing[alert]
        ask = self._children if before.children else self._list
        heard, after = ask(account_id, alert, before)
        self._standing[alert] = after
        if heard is None:
            return None, True
        # An empty page is stored only when the cursor has to move.
        is_new = self._standing != self._stored or bool(listed(heard.data))
        if is_new:
            self._stored = dict(self._standing)
        page = Page(heard.body, self.cursor()) if is_new else None
        return page, bool(after.children or after.going)

    def _list(
        self, account_id: str, alert: str, before: Standing
    ) -> tuple[_Heard | None, Standing]:
        asked = question(before, now=self._now, window=self._window)
        answer = self.api.mentions(account_id, alert, asked)
        is_gone = answer.status in _LINK_GONE and before.going
        if is_gone and alert not in self._begun_anew:
            self._begun_anew.add(alert)
            return None, afresh(before)
        heard = _heard(answer, alert)
        return heard, behind(before, asked, heard.data, now=self._now, window=self._window)

    def _children(
        self, account_id: str, alert: str, before: Standing
    ) -> tuple[_Heard | None, Standing]:
        parent, cursor = before.children[0]
        answer = self.api.children(account_id, alert, parent, cursor)
        if answer.status in _LINK_GONE:
            return None, behind_children(before, {})
        heard = _heard(answer, alert)
        return heard, behind_children(before, heard.data)

    def _set_aside(self, alert: str, fault: SourceFault) -> None:
        """Go on without an alert that Mention refuses; raises what concerns the account."""
        if fault.code not in OF_AN_ALERT:
            raise fault
        self.alerts.remove(alert)
        self.fault = self.fault or fault


def _heard(answer: Answer, alert: str) -> _Heard:
    if not answer.is_ok:
        raise refusal(answer, alert)
    data = data_of(answer)
    if listed(data) is None:
        raise SourceFault.not_understood(answer.body)
    return _Heard(answer.body, data)
