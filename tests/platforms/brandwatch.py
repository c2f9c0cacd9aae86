"""Brandwatch Consumer Research as its documentation describes it, for those who read mentions."""

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from tests.servers import Reply, Seen

_SENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4}")
WINDOW = timedelta(minutes=10)


def said(at: datetime) -> str:
    """Return a time as Brandwatch writes it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+0000"


def a_mention(number: int, *, added: datetime, **fields: Any) -> dict[str, Any]:
    """Return a mention of a forum as it is answered."""
    return {
        "resourceId": f"{number:032x}",
        "queryId": 77,
        "queryName": "Rimon",
        "date": said(added - timedelta(minutes=3)),
        "added": said(added),
        "pageType": "forum",
        "domain": "forum.example.org",
        "url": f"https://forum.example.org/t/{number}",
        "title": "Kettle smoke",
        "snippet": f"…it started to smoke, number {number}…",
        "language": "en",
        "sentiment": "negative",
        "author": "tealover",
        "reachEstimate": 1200,
        "impressions": 0,
        "classifications": [{"classifierId": "emotions", "name": "Anger", "confidence": 0.71}],
        "tags": [],
        **fields,
    }


class FakeBrandwatch:
    """One client with a project of two queries; `calls` are the times of what it has answered."""

    def __init__(self) -> None:
        self.mentions: list[dict[str, Any]] = []
        self.tokens: set[str] = set()
        self.password = "s3cret-password"
        self.signed_in = 0
        self.is_single_token = False
        self.limit = 30
        self.calls: list[datetime] = []
        self.refused = 0
        self.stale: set[str] = set()
        # What is answered to the next questions instead of mentions.
        self.instead: deque[Reply] = deque()

    def add(self, *numbers: int, added: datetime, **fields: Any) -> None:
        """Find mentions, a millisecond apart, the later numbers later."""
        for place, number in enumerate(numbers):
            at = added + timedelta(milliseconds=place)
            self.mentions.append(a_mention(number, added=at, **fields))

    def answer(self, seen: Seen) -> Reply:
        """Count the call, then do what is asked."""
        now = timezone.now()
        recent = sum(at > now - WINDOW for at in self.calls)
        if recent >= self.limit:
            self.refused += 1
            return Reply(429, {"error": "too_many_requests"}, self._headers(recent))
        self.calls.append(now)
        reply = self._sign_in(seen) if seen.path == "/oauth/token" else self._listed(seen)
        return replace(reply, headers={**self._headers(recent + 1), **reply.headers})

    def _headers(self, used: int) -> Mapping[str, str]:
        return {"x-rate-limit": f"{self.limit}/10m", "x-rate-limit-used": str(used)}

    def _sign_in(self, seen: Seen) -> Reply:
        asked = {**seen.query, **seen.form()}
        right = {"grant_type": "api-password", "client_id": "brandwatch-api-client"}
        if right.items() - asked.items() or asked.get("password") != self.password:
            told = {"error": "invalid_grant", "error_description": "Bad credentials"}
            return Reply(400, told)
        self.signed_in += 1
        token = f"s3cret-token-{self.signed_in}"
        self.tokens = {token} if self.is_single_token else {*self.tokens, token}
        said_of = {"access_token": token, "token_type": "bearer", "expires_in": 31535999}
        return Reply(200, said_of)

    def _listed(self, seen: Seen) -> Reply:
        if seen.headers.get("authorization", "").removeprefix("bearer ") not in self.tokens:
            told = "Invalid authentication credentials found on request"
            return Reply(401, {"error": "unauthorized", "error_description": told})
        if self.instead:
            return self.instead.popleft()
        if not seen.path.startswith("/projects/7/data/mentions"):
            return Reply(404, {"error": "not_found"})
        if wrong := self._wrong_in(seen.query):
            return Reply(400, {"error": "bad_request", "error_description": wrong})
        return Reply(200, self._page(seen.query))

    def _wrong_in(self, query: Mapping[str, str]) -> str:
        if {"queryId", "queryGroupId"}.isdisjoint(query):
            return "queryId is missing"
        if not all(_SENT.fullmatch(query.get(name, "")) for name in ("startDate", "endDate")):
            return "not a date"
        return "unknown cursor" if query.get("cursor", "") in self.stale else ""

    def _page(self, query: Mapping[str, str]) -> dict[str, Any]:
        size = int(query["pageSize"])
        first, last = (datetime.fromisoformat(query[name]) for name in ("startDate", "endDate"))
        ordered = sorted(self.mentions, key=_place, reverse=query["orderDirection"] == "desc")
        shown = [one for one in ordered if first <= datetime.fromisoformat(one["date"]) <= last]
        if cursor := query.get("cursor"):
            shown = [one for one in shown if _place(one) < cursor]
        page = shown[:size]
        return {
            "results": page,
            "resultsPage": 0,
            "resultsPageSize": size,
            "resultsTotal": -1,
            "nextCursor": _place(page[-1]) if len(page) == size else None,
            "startDate": query["startDate"],
            "endDate": query["endDate"],
        }


def _place(one: Mapping[str, Any]) -> str:
    return f"{one['added']}_{one['resourceId']}"
