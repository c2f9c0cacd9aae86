"""Mastodon as docs.joinmastodon.org describes it."""

import html
import re
from typing import Any

from django.utils import timezone

from messaging.channels.mastodon import MastodonWay
from tests.platforms.base import FakePlatform
from tests.servers import Reply, Seen

_URL = re.compile(r"https://(\S+)")


class FakeMastodon(FakePlatform):
    """One account, 5; remembers idempotency keys."""

    way = MastodonWay()
    kind = "mastodon"

    def __init__(self) -> None:
        super().__init__()
        self.keys: dict[str, str] = {}
        self.forgets = False
        self.processing = 0
        self.scopes = ["read", "write"]

    def unauthorized(self, seen: Seen) -> Reply:
        return Reply(401, {"error": "The access token is invalid"})

    def handle(self, seen: Seen) -> Reply:
        simple: dict[str, Any] = {
            "/api/v1/accounts/verify_credentials": {"id": "5", "acct": "rimon"},
            "/api/v1/apps/verify_credentials": {"name": "Crisis API", "scopes": self.scopes},
            "/api/v2/instance": {
                "configuration": {
                    "statuses": {
                        "max_characters": 5000,
                        "max_media_attachments": 4,
                        "characters_reserved_per_url": 23,
                    }
                }
            },
        }
        if seen.path in simple:
            return Reply(200, simple[seen.path])
        if "/media" in seen.path:
            return self._media(seen)
        if seen.path == "/api/v1/accounts/5/statuses":
            return Reply(200, [self._shown(one) for one in reversed(self.posts)])
        return self._post(seen) if seen.method == "POST" else self._one(seen)

    def _post(self, seen: Seen) -> Reply:
        key = seen.headers["idempotency-key"]
        if key in self.keys and not self.forgets:
            return Reply(200, self._shown(self.keys[key]))
        asked = seen.json()
        if len(asked["status"]) > 5_000:
            return Reply(422, {"error": "Validation failed: Text character limit of 5000 exceeded"})
        status_id = self.next_id()
        self.posts[status_id] = {**asked, "text": asked["status"], "at": timezone.now()}
        self.keys[key] = status_id
        return Reply(200, self._shown(status_id))

    def _one(self, seen: Seen) -> Reply:
        status_id = seen.path.split("/")[4]
        if status_id not in self.posts:
            return Reply(404, {"error": "Record not found"})
        if seen.path.endswith("/source"):
            return Reply(200, {"id": status_id, "text": self.posts[status_id]["text"]})
        shown = self._shown(status_id)
        del self.posts[status_id]
        return Reply(200, shown)

    def _shown(self, status_id: str) -> dict[str, Any]:
        post = self.posts[status_id]
        text = _URL.sub(
            r'<a href="https://\1"><span class="invisible">https://</span><span>\1</span></a>',
            html.escape(post["text"], quote=False),
        )
        return {
            "id": status_id,
            "created_at": post["at"].isoformat().replace("+00:00", "Z"),
            "in_reply_to_id": post.get("in_reply_to_id"),
            "url": f"https://mastodon.example/@rimon/{status_id}",
            "content": f"<p>{text}</p>",
        }

    def _media(self, seen: Seen) -> Reply:
        if seen.method == "POST":
            return Reply(202 if self.processing else 200, {"id": "m1", "url": None})
        self.processing -= 1
        return Reply(206 if self.processing > 0 else 200, {"id": "m1"})
