"""X as docs.x.com describes it: posts, timelines, media, tokens whose renewal works once."""

import html
import re
from datetime import datetime
from typing import Any, ClassVar

from django.utils import timezone

from messaging.channels.x import XWay
from tests.platforms.base import FakePlatform, Handler
from tests.servers import Reply, Seen

_URL = re.compile(r"https?://\S+")


class FakeX(FakePlatform):
    """One account, @rimon; refuses a text it has."""

    way = XWay()
    kind = "x"
    settings: ClassVar = {"username": "rimon"}
    credentials: ClassVar = {
        "client_id": "app",
        "client_secret": "s3cret-client",
        "access_token": "s3cret-token",
        "refresh_token": "s3cret-refresh",
    }

    def __init__(self) -> None:
        super().__init__()
        self.refresh = "s3cret-refresh"
        self.renewals = 0
        self.media: dict[str, dict] = {}
        self.processing = 0

    def open_handlers(self) -> dict[tuple[str, str], Handler]:
        return {("POST", "/2/oauth2/token"): self._renew}

    def handle(self, seen: Seen) -> Reply:
        if seen.path.startswith("/2/media"):
            return self._media(seen)
        if seen.path == "/2/users/me":
            said = {"id": "77", "name": "Rimon Home", "username": "rimon"}
            return Reply(200, {"data": said}, {"x-access-level": "read-write"})
        if seen.path == "/2/users/77/tweets":
            return self._timeline(seen)
        return self._post(seen) if seen.method == "POST" else self._delete(seen)

    def _post(self, seen: Seen) -> Reply:
        asked = seen.json()
        if asked["text"] in self.texts():
            detail = "You are not allowed to create a Tweet with duplicate content."
            refusal = {"detail": detail, "type": "about:blank", "title": "Forbidden", "status": 403}
            return Reply(403, refusal)
        post_id = self.next_id()
        self.posts[post_id] = {**asked, "created_at": timezone.now()}
        return Reply(201, {"data": {"id": post_id, "text": asked["text"]}})

    def _timeline(self, seen: Seen) -> Reply:
        self.lag -= 1
        since = datetime.fromisoformat(seen.query["start_time"])
        rows = [
            _shown(post_id, post)
            for post_id, post in reversed(self.posts.items())
            if post["created_at"] >= since and self.lag < 0
        ]
        return Reply(
            200,
            {"data": rows, "meta": {"result_count": len(rows)}}
            if rows
            else {"meta": {"result_count": 0}},
        )

    def _delete(self, seen: Seen) -> Reply:
        gone = self.posts.pop(seen.path.rpartition("/")[2], None)
        return (
            Reply(200, {"data": {"deleted": True}}) if gone else Reply(404, {"title": "Not Found"})
        )

    def _renew(self, seen: Seen) -> Reply:
        if seen.form().get("refresh_token") != self.refresh:
            return Reply(
                400,
                {
                    "error": "invalid_request",
                    "error_description": "Value passed for the token was invalid.",
                },
            )
        self.renewals += 1
        token = f"s3cret-token-{self.renewals}"
        self.refresh = f"s3cret-refresh-{self.renewals}"
        self.tokens = {token}
        return Reply(
            200,
            {
                "token_type": "bearer",
                "expires_in": 7200,
                "access_token": token,
                "refresh_token": self.refresh,
                "scope": "tweet.read tweet.write users.read offline.access",
            },
        )

    def _media(self, seen: Seen) -> Reply:
        if seen.path == "/2/media/metadata":
            asked = seen.json()
            self.media[asked["id"]]["alt"] = asked["metadata"]["alt_text"]["text"]
            return Reply(200, {"data": {"id": asked["id"]}})
        if seen.path.endswith("/initialize"):
            media_id = self.next_id()
            self.media[media_id] = {**seen.json(), "sent": 0}
            return Reply(200, {"data": {"id": media_id, "media_key": f"3_{media_id}"}})
        if seen.method == "GET":
            self.processing -= 1
            state = "in_progress" if self.processing > 0 else "succeeded"
            return Reply(
                200, {"data": {"processing_info": {"state": state, "check_after_secs": 1}}}
            )
        if seen.path.endswith("/append"):
            self.media[seen.path.split("/")[-2]]["sent"] += 1
        return Reply(200, {"data": {"id": seen.path.split("/")[-2]}})


def _shown(post_id: str, post: dict) -> dict:
    """Escape and shorten as X does."""
    urls = [
        {"url": f"https://t.co/{number:010}", "expanded_url": url}
        for number, url in enumerate(_URL.findall(post["text"]))
    ]
    text = html.escape(post["text"], quote=False)
    for url in urls:
        text = text.replace(html.escape(url["expanded_url"], quote=False), url["url"])
    shown: dict[str, Any] = {
        "id": post_id,
        "text": text,
        "entities": {"urls": urls},
        "edit_history_tweet_ids": [post_id],
    }
    parent = post.get("reply", {}).get("in_reply_to_tweet_id")
    if parent:
        shown["text"] = f"@rimon {text}"
        shown["referenced_tweets"] = [{"type": "replied_to", "id": parent}]
    return shown
