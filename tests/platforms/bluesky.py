"""A personal data server as the lexicons of the AT Protocol describe it."""

from typing import ClassVar

from messaging.channels.bluesky import BlueskyWay
from tests.platforms.base import FakePlatform, Handler
from tests.servers import Reply, Seen

DID = "did:plc:rimon"
_XRPC = "/xrpc/com.atproto."


class FakeBluesky(FakePlatform):
    """One account, @rimon.example; answers a second record at a key as servers do today."""

    way = BlueskyWay()
    kind = "bluesky"
    settings: ClassVar = {"handle": "rimon.example"}
    credentials: ClassVar = {
        "app_password": "s3cret-password",
        "access_token": "s3cret-token",
        "refresh_token": "s3cret-refresh",
        "did": DID,
    }

    def __init__(self) -> None:
        super().__init__()
        self.sessions = 0
        self.prolongs = True
        self.blobs: list[Seen] = []
        self.taken = Reply(
            500, {"error": "InternalServerError", "message": "Internal Server Error"}
        )

    def open_handlers(self) -> dict[tuple[str, str], Handler]:
        return {
            ("POST", f"{_XRPC}server.createSession"): self._create_session,
            ("POST", f"{_XRPC}server.refreshSession"): self._prolong,
        }

    def unauthorized(self, seen: Seen) -> Reply:
        return Reply(400, {"error": "ExpiredToken", "message": "Token has expired"})

    def handle(self, seen: Seen) -> Reply:
        handlers: dict[str, Handler] = {
            "repo.createRecord": self._create,
            "repo.getRecord": self._get,
            "repo.deleteRecord": self._delete,
            "repo.uploadBlob": self._blob,
            "identity.resolveHandle": self._resolve,
            "server.getSession": lambda _seen: Reply(
                200, {"handle": "rimon.example", "did": DID, "active": True}
            ),
        }
        return handlers[seen.path.removeprefix(_XRPC)](seen)

    def _create(self, seen: Seen) -> Reply:
        asked = seen.json()
        uri = f"at://{asked['repo']}/{asked['collection']}/{asked['rkey']}"
        if uri in self.posts:
            return self.taken
        self.posts[uri] = asked["record"]
        return Reply(
            200,
            {"uri": uri, "cid": f"cid-{asked['rkey']}", "commit": {}, "validationStatus": "valid"},
        )

    def _get(self, seen: Seen) -> Reply:
        asked = seen.query
        uri = f"at://{asked['repo']}/{asked['collection']}/{asked['rkey']}"
        if uri not in self.posts:
            return Reply(
                400, {"error": "RecordNotFound", "message": f"Could not locate record: {uri}"}
            )
        return Reply(200, {"uri": uri, "cid": f"cid-{asked['rkey']}", "value": self.posts[uri]})

    def _delete(self, seen: Seen) -> Reply:
        asked = seen.json()
        self.posts.pop(f"at://{asked['repo']}/{asked['collection']}/{asked['rkey']}", None)
        return Reply(200, {})

    def _blob(self, seen: Seen) -> Reply:
        self.blobs.append(seen)
        ref = {"$link": f"bafy{len(self.blobs)}"}
        return Reply(
            200,
            {
                "blob": {
                    "$type": "blob",
                    "ref": ref,
                    "mimeType": seen.headers["content-type"],
                    "size": len(seen.body),
                }
            },
        )

    def _resolve(self, seen: Seen) -> Reply:
        if seen.query["handle"] == "standards.example":
            return Reply(200, {"did": "did:plc:standards"})
        return Reply(400, {"error": "InvalidRequest", "message": "Unable to resolve handle"})

    def _create_session(self, seen: Seen) -> Reply:
        if seen.json()["password"] != "s3cret-password":
            return Reply(
                401,
                {"error": "AuthenticationRequired", "message": "Invalid identifier or password"},
            )
        return self._session()

    def _prolong(self, seen: Seen) -> Reply:
        if not self.prolongs or seen.headers["authorization"] != "Bearer s3cret-refresh":
            return Reply(400, {"error": "ExpiredToken"})
        return self._session()

    def _session(self) -> Reply:
        self.sessions += 1
        token = f"s3cret-token-{self.sessions}"
        self.tokens = {token}
        return Reply(
            200,
            {
                "accessJwt": token,
                "refreshJwt": "s3cret-refresh",
                "did": DID,
                "handle": "rimon.example",
            },
        )
