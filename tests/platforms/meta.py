"""Facebook and Instagram as developers.facebook.com describes their Graph API."""

import re
from typing import Any, ClassVar

from django.utils import timezone

from messaging.channels.facebook import FacebookWay
from messaging.channels.instagram import InstagramWay
from tests.platforms.base import FakePlatform
from tests.servers import Reply, Seen

_FIELD = re.compile(rb'name="([^"]+)"\r\n\r\n([^\r]*)')


def refusal(code: int, *, status: int = 400, subcode: int = 0, **more: Any) -> Reply:
    """Return an error as the Graph API words it."""
    error = {"message": "(#x) s3cret-token", "type": "OAuthException", "code": code, **more}
    if subcode:
        error["error_subcode"] = subcode
    return Reply(status, {"error": {**error, "fbtrace_id": "AbC"}})


class FakeGraph(FakePlatform):
    """What both have: a version in the path, errors in an envelope."""

    credentials: ClassVar = {"access_token": "s3cret-token", "app_secret": "s3cret-client"}

    def unauthorized(self, seen: Seen) -> Reply:
        return refusal(190, status=401, subcode=463)

    def handle(self, seen: Seen) -> Reply:
        assert len(_fields(seen).get("appsecret_proof", "")) == 64
        return self.graph(seen.method, seen.path.removeprefix("/v25.0/"), seen)

    def graph(self, method: str, path: str, seen: Seen) -> Reply:
        raise NotImplementedError


class FakeFacebook(FakeGraph):
    """One Page, 100; refuses a text it has."""

    way = FacebookWay()
    kind = "facebook"
    settings: ClassVar = {"page_id": "100"}

    def __init__(self) -> None:
        super().__init__()
        self.photos: list[dict] = []
        self.film_state = "processing"

    def graph(self, method: str, path: str, seen: Seen) -> Reply:
        fields = _fields(seen)
        if method == "DELETE":
            gone = self.posts.pop(path, None)
            return Reply(200, {"success": True}) if gone else refusal(100, subcode=33)
        if method == "GET":
            return self._read(path)
        if path == "100/photos":
            self.photos.append(fields)
            return Reply(200, {"id": self.next_id()})
        if path == "100/videos":
            return self._add(fields["description"], "", {})
        return self._add(fields["message"], "100_" if path == "100/feed" else "", fields)

    def _add(self, text: str, prefix: str, fields: dict) -> Reply:
        if text in self.texts():
            return refusal(506)
        post_id = f"{prefix}{self.next_id()}"
        self.posts[post_id] = {**fields, "text": text, "created_at": timezone.now()}
        return Reply(200, {"id": post_id})

    def _read(self, path: str) -> Reply:
        if path == "me":
            return Reply(200, {"id": "100", "name": "Rimon Home"})
        if path == "100":
            return Reply(200, {"id": "100", "is_published": True, "can_post": True})
        if path in self.posts:
            return Reply(
                200,
                {
                    "status": {"video_status": self.film_state},
                    "permalink_url": f"/100/videos/{path}",
                },
            )
        rows = [
            {
                "id": post_id,
                "message": post["text"],
                "permalink_url": f"https://www.facebook.com/{post_id}",
            }
            for post_id, post in reversed(self.posts.items())
        ]
        return Reply(200, {"data": rows, "paging": {"cursors": {"after": "x"}}})


class FakeInstagram(FakeGraph):
    """One account, 200; a container is published once at most."""

    way = InstagramWay()
    kind = "instagram"
    settings: ClassVar = {"ig_user_id": "200"}

    def __init__(self) -> None:
        super().__init__()
        self.containers: dict[str, dict] = {}
        self.state = "FINISHED"
        self.can_delete = False
        self.used = 3

    def graph(self, method: str, path: str, seen: Seen) -> Reply:
        if method == "DELETE":
            if not self.can_delete:
                return refusal(10)
            return Reply(200, {"success": bool(self.posts.pop(path, None))})
        if method == "GET":
            return self._read(path)
        fields = _fields(seen)
        if path == "200/media":
            container = self.next_id()
            self.containers[container] = {**fields, "state": self.state}
            return Reply(200, {"id": container})
        if path == "200/media_publish":
            return self._publish(fields["creation_id"])
        comment = self.next_id()
        self.posts[comment] = {"text": fields["message"], "on": path.partition("/")[0]}
        return Reply(200, {"id": comment})

    def _publish(self, container: str) -> Reply:
        held = self.containers[container]
        if held["state"] != "FINISHED":
            return refusal(9007, subcode=2207027)
        held["state"] = "PUBLISHED"
        media_id = self.next_id()
        self.posts[media_id] = {"text": held["caption"], "at": timezone.now().isoformat()}
        return Reply(200, {"id": media_id})

    def _read(self, path: str) -> Reply:
        if path in self.containers:
            return Reply(200, {"status_code": self.containers[path]["state"], "id": path})
        if path in self.posts:
            return Reply(200, {"permalink": f"https://www.instagram.com/p/{path}/"})
        if path == "200":
            return Reply(200, {"id": "200", "username": "rimon"})
        if path.endswith("content_publishing_limit"):
            config = {"quota_total": 100, "quota_duration": 86400}
            return Reply(200, {"data": [{"quota_usage": self.used, "config": config}]})
        return Reply(200, {"data": self._rows(path)})

    def _rows(self, path: str) -> list[dict]:
        on = "" if path == "200/media" else path.partition("/")[0]
        return [
            {
                "id": post_id,
                "caption": post["text"],
                "text": post["text"],
                "timestamp": post.get("at"),
                "permalink": f"https://www.instagram.com/p/{post_id}/",
            }
            for post_id, post in reversed(self.posts.items())
            if post.get("on", "") == on
        ]


def _fields(seen: Seen) -> dict[str, str]:
    if seen.method != "POST":
        return dict(seen.query)
    if "multipart" in seen.headers.get("content-type", ""):
        return {name.decode(): value.decode() for name, value in _FIELD.findall(seen.body)}
    return seen.form()
