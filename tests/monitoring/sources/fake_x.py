"""X as docs.x.com describes what it tells apps: searches, mentions, posts by id, stream rules."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from monitoring.rules.x_posts import id_at, time_of_id
from monitoring.sources.http import Answer, Calls
from tests.servers import Reply, Seen

TOKEN = "s3cret-bearer"
NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


def post(post_id: int | str, text: str = "My kettle smokes", **fields: Any) -> dict[str, Any]:
    """Return a post as X has it."""
    return {
        "id": str(post_id),
        "text": text,
        "author_id": "222",
        "created_at": f"{time_of_id(str(post_id)) or NOW:%Y-%m-%dT%H:%M:%S.000Z}",
        "lang": "en",
        "edit_history_tweet_ids": [str(post_id)],
        "public_metrics": {
            "retweet_count": 3,
            "reply_count": 1,
            "like_count": 9,
            "quote_count": 2,
            "bookmark_count": 0,
            "impression_count": 410,
        },
        **fields,
    }


AUTHOR = {
    "id": "222",
    "username": "tealover",
    "name": "Tea Lover",
    "verified": True,
    "public_metrics": {"followers_count": 5200},
}


class FakeX:
    """Posts by the time they were made; shows those older than half a minute, newest first."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now
        self.posts: dict[int, dict[str, Any]] = {}
        self.shown_at: dict[int, datetime] = {}
        self.page_size = 100
        self.rules: list[dict[str, str]] = []
        self.errors: list[dict[str, Any]] = []

    def say(self, ago: timedelta, *, number: int = 0, late: timedelta | None = None) -> int:
        """Let somebody post; `late` is how much later than usual X shows it. Returns its id."""
        made = self.now - ago
        post_id = id_at(made) + number
        self.posts[post_id] = post(post_id, f"My kettle smokes, number {post_id}")
        self.shown_at[post_id] = made + timedelta(seconds=30) + (late or timedelta(0))
        return post_id

    def answer(self, seen: Seen) -> Reply:
        """Answer as X does."""
        if seen.headers.get("authorization") != f"Bearer {TOKEN}":
            return Reply(401, {"title": "Unauthorized", "type": "about:blank", "status": 401})
        handler = self._handlers().get(seen.path)
        if handler is None:
            return Reply(200, {"errors": [{"title": "Not Found Error", "resource_type": "user"}]})
        return handler(seen)

    def _handlers(self) -> dict[str, Callable[[Seen], Reply]]:
        me = {"id": "111", "username": "northwind"}
        return {
            "/2/tweets/search/recent": partial(
                self._search, token="next_token", reach=timedelta(days=7)
            ),
            "/2/users/111/mentions": partial(self._search, token="pagination_token", reach=None),
            "/2/users/by/username/northwind": lambda _seen: Reply(200, {"data": me}),
            "/2/tweets": self._look_up,
            "/2/tweets/search/stream/rules": self._rules,
            "/2/tweets/search/stream": lambda _seen: Reply(stream=[b"\r\n"]),
        }

    def _search(self, seen: Seen, *, token: str, reach: timedelta | None) -> Reply:
        since, oldest = int(seen.query.get("since_id", 0)), datetime(2006, 1, 1, tzinfo=UTC)
        if "since_id" in seen.query and "start_time" in seen.query:
            return _invalid("Invalid use of 'since_id' in conjunction with 'start_time'.")
        if "start_time" in seen.query:
            oldest = datetime.fromisoformat(seen.query["start_time"])
        asked = time_of_id(str(since)) if since else oldest if "start_time" in seen.query else None
        if reach and asked and asked < self.now - reach:
            return _invalid("'since_id' must be a tweet id created after 7 days ago.")
        upto = datetime.max.replace(tzinfo=UTC)
        if "end_time" in seen.query:
            upto = datetime.fromisoformat(seen.query["end_time"])
        # A token names a place in what was found, which stays the same whenever it is used.
        ceiling = int(seen.query.get(token) or 2**63)
        found = sorted(
            (
                one
                for one in self.posts
                if since < one < ceiling
                and self.shown_at[one] <= self.now
                and oldest <= (time_of_id(str(one)) or oldest) < upto
            ),
            reverse=True,
        )
        return self._page(found[: self.page_size], more=len(found) > self.page_size)

    def _page(self, ids: list[int], *, more: bool) -> Reply:
        meta: dict[str, Any] = {"result_count": len(ids)}
        said: dict[str, Any] = {"meta": meta}
        if ids:
            meta |= {"newest_id": str(ids[0]), "oldest_id": str(ids[-1])}
            said["data"] = [self.posts[one] for one in ids]
            said["includes"] = {"users": [AUTHOR]}
        if more:
            meta["next_token"] = str(ids[-1])
        if self.errors:
            said["errors"] = self.errors
        return Reply(200, said)

    def _look_up(self, seen: Seen) -> Reply:
        asked = seen.query["ids"].split(",")
        if len(asked) > 100 or not all(one.isdigit() for one in asked):
            return _invalid("The `ids` query parameter value is not valid.")
        found = [self.posts[int(one)] for one in asked if int(one) in self.posts]
        said: dict[str, Any] = {"includes": {"users": [AUTHOR]}}
        if found:
            said["data"] = found
        if missing := [gone(one) for one in asked if int(one) not in self.posts]:
            said["errors"] = missing
        return Reply(200, said)

    def _rules(self, seen: Seen) -> Reply:
        if seen.method == "GET":
            meta = {"sent": f"{self.now:%Y-%m-%dT%H:%M:%S.000Z}", "result_count": len(self.rules)}
            return Reply(200, {"data": self.rules, "meta": meta} if self.rules else {"meta": meta})
        asked = seen.json()
        for rule in asked.get("add", []):
            if rule["value"].startswith("("):
                error = {"title": "UnprocessableEntity", "details": ["missing )"], **rule}
                return Reply(200, {"errors": [error], "meta": {}})
            self.rules.append({"id": str(len(self.rules) + 1), **rule})
        deleted = asked.get("delete", {}).get("ids", [])
        self.rules = [rule for rule in self.rules if rule["id"] not in deleted]
        return Reply(201 if asked.get("add") else 200, {"meta": {}})


class Direct(Calls):
    """Calls that reach a fake without a network, for walks of many steps."""

    def __init__(self, fake: FakeX) -> None:
        super().__init__()
        self.fake = fake

    def get(self, url: str, *, params: Any = None, headers: Any = None, limit: int = 0) -> Answer:
        """Ask the fake."""
        named = {name.lower(): value for name, value in (headers or {}).items()}
        path = url.removeprefix("https://api.x.com")
        reply = self.fake.answer(Seen("GET", path, params or {}, named, b""))
        return Answer(reply.status, dict(reply.headers), reply.content(), url)


def gone(post_id: str, kind: str = "resource-not-found") -> dict[str, Any]:
    """Return what X says of a post that is not there any more."""
    return {
        "value": post_id,
        "resource_id": post_id,
        "resource_type": "tweet",
        "parameter": "ids",
        "title": "Not Found Error",
        "detail": f"Could not find tweet with ids: [{post_id}].",
        "type": f"https://api.x.com/2/problems/{kind}",
    }


def _invalid(message: str) -> Reply:
    return Reply(
        400,
        {
            "errors": [{"parameters": {}, "message": message}],
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": "https://api.x.com/2/problems/invalid-request",
        },
    )
