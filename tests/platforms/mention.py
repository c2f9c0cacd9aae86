"""Mention (mention.com) as its reference has it, and as it may be where that is silent."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone

from monitoring.models import Intake, Source
from monitoring.services.fetching import fetch_source
from monitoring.sources.base import Account
from tests.factories.monitoring import SourceFactory
from tests.servers import FakeServer, Reply, Seen

ACCOUNT = "4711_k2k2"
TOKEN = "s3cret-mention"


def post(number: int, **fields: Any) -> dict[str, Any]:
    """Return a mention with all the fields of GetMention, found as the `number`th of all."""
    address = f"https://blog.example.org/kettle/{number}"
    return {
        "id": str(number),
        "alert_id": 55,
        "title": f"Kettle handle cracked {number}",
        "description": "Mine split on day two and nobody answers…",
        "original_url": address,
        "clickable_url": "https://web.mention.com/api/url?token=abc",
        "displayable_url": f"blog.example.org/kettle/{number}",
        "unique_id": address,
        "published_at": "2026-03-04T09:15:00.10090700+00:00",
        "created_at": "2026-03-04T09:21:10.0+00:00",
        "updated_at": "2026-03-04T09:21:10.0+00:00",
        "country": "GB",
        "language_code": "en",
        "favorite": False,
        "read": False,
        "folder": "inbox",
        "folder_set_by_user": False,
        "tone": -1,
        "source_type": "blogs",
        "source_name": "Kettle Blog",
        "source_url": "https://blog.example.org",
        "picture_url": None,
        "author_influence": {"score": 41},
        "tags": [],
        "tasks": [],
        "logs": [],
        "children": {"children": [], "total": 0, "_links": {}},
        **fields,
    }


class FakeMention:
    """Answers for one account; `alerts` has the posts of each alert in the order of finding.

    `most` is the most it lists at once. What is not documented is switched by `newest_first` and
    `links_ids`: how a list by id runs, and whether it has a link to more.
    """

    def __init__(self) -> None:
        self.alerts: dict[str, list[dict[str, Any]]] = {"55": []}
        self.children: dict[str, list[dict[str, Any]]] = {}
        self.most = 1000
        self.newest_first = False
        self.links_ids = True
        self.then: list[Callable[[], None]] = []
        self.lines: list[bytes] = []
        self.dead_cursors: set[str] = set()

    def find(self, *posts: dict[str, Any], alert: str = "55") -> None:
        """Find posts for an alert."""
        self.alerts[alert] += [{**one, "alert_id": int(alert)} for one in posts]

    def answer(self, seen: Seen) -> Reply:
        """Answer as the API and, under /stream, as the stream."""
        if seen.headers.get("authorization") != f"Bearer {TOKEN}":
            said = {"error": "access_denied", "error_description": "OAuth2 authentication required"}
            return Reply(401, said)
        _empty, place, _accounts, account, *rest = seen.path.split("/")
        if account == "me" and not rest:
            return Reply(body={"account": {"id": ACCOUNT}, "_links": {}})
        if account != ACCOUNT:
            return Reply(403, "<html>Access denied</html>")
        if place == "stream":
            return Reply(body=b"".join(line + b"\n" for line in self.lines))
        return self._of_alert(seen, rest)

    def _of_alert(self, seen: Seen, rest: list[str]) -> Reply:
        _alerts, alert, *rest = rest
        if alert not in self.alerts:
            return Reply(404, "<html>Not found</html>")
        if not rest:
            return Reply(body={"alert": {"id": int(alert)}})
        if len(rest) > 1:
            return self._page(seen, self.children.get(rest[1], []), "c")
        reply = self._list(seen, self.alerts[alert])
        if self.then:
            self.then.pop(0)()
        return reply

    def _list(self, seen: Seen, posts: list[dict[str, Any]]) -> Reply:
        query = dict(seen.query)
        if set(query) >= {"since_id", "cursor"} or set(query) >= {"since_id", "before_date"}:
            errors = {"since_id": {"errors": ["Cannot be combined."]}}
            return Reply(400, {"form": {"errors": [], "children": errors}})
        if cursor := query.get("cursor"):
            query |= dict(part.split("=") for part in cursor.split(";") if "=" in part)
        if since := query.get("since_id"):
            found = [one for one in posts if int(one["id"]) > int(since)]
            found.sort(key=lambda one: int(one["id"]), reverse=self.newest_first)
            return self._page(seen, found, f"since_id={since};", links=self.links_ids)
        first, last = query["not_before_date"], query["before_date"]
        found = [one for one in posts if _at(first) <= _at(one["published_at"]) < _at(last)]
        found.sort(key=lambda one: _at(one["published_at"]), reverse=True)
        return self._page(seen, found, f"not_before_date={first};before_date={last};")

    def _page(
        self, seen: Seen, found: list[dict[str, Any]], about: str, *, links: bool = True
    ) -> Reply:
        cursor = seen.query.get("cursor", "")
        if cursor in self.dead_cursors:
            return Reply(400, {"form": {"errors": ["The cursor has expired."], "children": {}}})
        start = int(cursor.rpartition("@")[2]) if cursor else 0
        end = start + min(self.most, int(seen.query.get("limit", "20")))
        said: dict[str, Any] = {"mentions": found[start:end], "_links": {}}
        if end < len(found) and links:
            params = {"cursor": f"{about}@{end}", "limit": self.most}
            said["_links"]["more"] = {"href": f"{seen.path}", "params": params}
        return Reply(body=said)


def _at(said: str) -> datetime:
    day, _dot, rest = said.partition(".")
    return datetime.fromisoformat(day + rest[rest.index("+") :])


def account_at(server: FakeServer, **settings: str) -> Account:
    """Return the account of a source that asks this server about alert 55."""
    places = {"api_base": f"{server.url}/api", "stream_base": f"{server.url}/stream"}
    return Account(
        settings={"alerts": "55", "account": ACCOUNT, **places, **settings},
        credentials={"access_token": TOKEN},
    )


def source_at(server: FakeServer, **settings: str) -> Source:
    """Return a source that is due and asks this server about alert 55."""
    account = account_at(server, **settings)
    made = SourceFactory(
        kind="mention",
        platform="other",
        settings=dict(account.settings),
        credentials=dict(account.credentials),
        secret="",
    )
    Intake.objects.filter(source=made).update(due_at=timezone.now())
    return made


def ask(source: Source) -> Intake:
    """Let a source be asked; returns how it went."""
    Intake.objects.update(due_at=timezone.now())
    fetch_source(source.pk)
    return Intake.objects.get(source=source)
