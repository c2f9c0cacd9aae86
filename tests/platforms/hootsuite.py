"""Hootsuite as its published description of the REST API says."""

import base64
from typing import ClassVar

from messaging.channels.hootsuite import HootsuiteWay
from tests.platforms.base import FakePlatform, Handler
from tests.servers import Reply, Seen


class FakeHootsuite(FakePlatform):
    """One member with one profile, 115, on X."""

    way = HootsuiteWay()
    kind = "hootsuite"
    network = "x"
    settings: ClassVar = {"social_profile_id": "115"}
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
        self.state = "SCHEDULED"
        self.uploaded: list[Seen] = []
        self.profile: dict = {"id": "115", "type": "TWITTER", "isReauthRequired": 0}

    def open_handlers(self) -> dict[tuple[str, str], Handler]:
        return {("POST", "/oauth2/token"): self._renew, ("PUT", "/bucket/m"): self._put}

    def handle(self, seen: Seen) -> Reply:
        if seen.path.startswith("/v1/media"):
            return self._media(seen)
        if seen.path.startswith("/v1/socialProfiles/"):
            return Reply(200, {"data": self.profile})
        if seen.path == "/v1/messages" and seen.method == "POST":
            return self._schedule(seen)
        if seen.path == "/v1/messages":
            return Reply(200, {"data": [self._shown(one) for one in self.posts]})
        return self._one(seen)

    def _schedule(self, seen: Seen) -> Reply:
        asked = seen.json()
        assert asked["socialProfileIds"] == ["115"]
        message_id = self.next_id()
        self.posts[message_id] = {**asked, "state": self.state}
        return Reply(200, {"data": [self._shown(message_id)]})

    def _one(self, seen: Seen) -> Reply:
        message_id = seen.path.rpartition("/")[2]
        if message_id not in self.posts:
            return Reply(404, {"errors": [{"code": 40400, "message": "not found"}]})
        if seen.method == "GET":
            return Reply(200, {"data": self._shown(message_id)})
        if self.posts[message_id]["state"] == "SENT":
            return Reply(400, {"errors": [{"code": 40003, "message": "cannot delete"}]})
        del self.posts[message_id]
        return Reply(200, {})

    def _shown(self, message_id: str) -> dict:
        post = self.posts[message_id]
        url = "https://x.com/rimon/status/9" if post["state"] == "SENT" else None
        return {
            "id": message_id,
            "state": post["state"],
            "text": post["text"],
            "socialProfile": {"id": "115"},
            "postUrl": url,
        }

    def _media(self, seen: Seen) -> Reply:
        if seen.method == "GET":
            return Reply(200, {"data": {"id": "m", "state": "READY"}})
        url = f"http://{seen.headers['host']}/bucket/m"
        return Reply(200, {"data": {"id": "m", "uploadUrl": url, "uploadUrlDurationSeconds": 1800}})

    def _put(self, seen: Seen) -> Reply:
        self.uploaded.append(seen)
        return Reply(200)

    def _renew(self, seen: Seen) -> Reply:
        basic = base64.b64encode(b"app:s3cret-client").decode()
        if (
            seen.headers["authorization"] != f"Basic {basic}"
            or seen.form()["refresh_token"] != self.refresh
        ):
            return Reply(401, {"error": "invalid_grant"})
        self.renewals += 1
        token = f"s3cret-token-{self.renewals}"
        self.refresh = f"s3cret-refresh-{self.renewals}"
        self.tokens = {token}
        return Reply(
            200,
            {
                "access_token": token,
                "refresh_token": self.refresh,
                "expires_in": 3600,
                "token_type": "bearer",
                "scope": "offline",
            },
        )
