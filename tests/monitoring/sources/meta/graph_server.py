"""What Meta's Graph API lets us read, as developers.facebook.com describes it."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from tests.servers import FakeServer, Reply, Seen

TOKEN = "EAAB-s3cret-token"
APP_SECRET = "demo-app-secret"
VERIFY_TOKEN = "our-own-words"
CREDENTIALS = {"access_token": TOKEN, "app_secret": APP_SECRET, "verify_token": VERIFY_TOKEN}
PROOF = hmac.new(APP_SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


def iso(moment: datetime) -> str:
    """Return a time as the Graph API writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S+0000")


def refusal(code: int, *, status: int = 400, subcode: int = 0, **more: Any) -> Reply:
    """Return an error as the Graph API words it; `headers` beside it."""
    headers = more.pop("headers", {})
    error = {"message": "(#x) No.", "type": "OAuthException", "code": code, **more}
    if subcode:
        error["error_subcode"] = subcode
    return Reply(status, {"error": error}, headers=headers)


class Graph:
    """Lists by their path, the newest first; `size` rows a page, `gone` paths and `denied` ones.

    As the real one, it writes the token into the address of the next page.
    """

    def __init__(self) -> None:
        self.lists: dict[str, list[dict[str, Any]]] = {}
        self.objects: dict[str, dict[str, Any]] = {}
        self.replies: dict[str, Reply] = {}
        self.size = 2
        self.headers: dict[str, str] = {}
        self.empty_first = False

    def answer(self, seen: Seen) -> Reply:
        """Refuse what is not from the app; otherwise give a page of a list, or an object."""
        if seen.headers.get("authorization") != f"Bearer {TOKEN}":
            return refusal(190, status=401, subcode=463)
        if seen.query.get("appsecret_proof") != PROOF:
            return refusal(100, message="Invalid appsecret_proof provided in the API argument")
        path = seen.path.removeprefix("/v25.0/")
        if path in self.replies:
            return self.replies[path]
        if path in self.objects:
            return Reply(body=self.objects[path], headers=self.headers)
        if path not in self.lists:
            return refusal(100, subcode=33)
        return Reply(body=self._page(path, seen.query.get("after", "")), headers=self.headers)

    def _page(self, path: str, after: str) -> dict[str, Any]:
        start = int(after or 0)
        if self.empty_first and not after:
            return {"data": [], "paging": self._paging(path, 0)}
        page = self._cut(path, start)
        page["data"] = [self._with_comments(row) for row in page["data"]]
        return page

    def _with_comments(self, row: dict[str, Any]) -> dict[str, Any]:
        path = f"{row['id']}/comments"
        return {**row, "comments": self._cut(path, 0)} if path in self.lists else row

    def _cut(self, path: str, start: int) -> dict[str, Any]:
        rows = self.lists[path]
        end = start + self.size
        page: dict[str, Any] = {"data": rows[start:end]}
        if end < len(rows):
            page["paging"] = self._paging(path, end)
        return page

    def _paging(self, path: str, end: int) -> dict[str, Any]:
        asked = urlencode({"access_token": TOKEN, "appsecret_proof": PROOF, "after": end})
        address = f"https://graph.facebook.com/v25.0/{path}?{asked}"
        return {"cursors": {"after": str(end)}, "next": address}


def asked_for(server: FakeServer) -> list[str]:
    """Return the paths that were asked for, without the version."""
    return [seen.path.removeprefix("/v25.0/") for seen in server.seen]


def signed(body: bytes, secret: str = APP_SECRET) -> dict[str, str]:
    """Return the header Meta signs with."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={digest}"}


def joined(rows: Iterable[str]) -> str:
    """Return ids in one line, for assertions that read well."""
    return " ".join(sorted(rows))
