"""What the platforms of the tests have in common."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from messaging.channels.base import Account, Piece, Way
from tests.servers import Reply, Seen

Handler = Callable[[Seen], Reply]
SECRETS = ("s3cret-token", "s3cret-refresh", "s3cret-client", "s3cret-password")
KEY = UUID("019eabee-9440-7001-bdea-7770f7ecff7a")
TEXT = "Please stop using kettles K2-4 & read https://rimon.example/k2 today. אנא הפסיקו."


class FakePlatform:
    """Answers like a platform; `posts` has what the public sees, by the platform's ids."""

    way: ClassVar[Way]
    kind: ClassVar[str]
    network: ClassVar[str] = ""
    settings: ClassVar[Mapping[str, str]] = {}
    credentials: ClassVar[Mapping[str, str]] = {"access_token": "s3cret-token"}

    def __init__(self) -> None:
        self.posts: dict[str, dict[str, Any]] = {}
        self.tokens = {"s3cret-token"}
        self.number = 1_000
        self.refused = ""
        # Of platforms that list late, and of those that tell a state.
        self.lag = 0
        self.state = ""

    def answer(self, seen: Seen) -> Reply:
        """Refuse a token that is not valid, and the word `refused`; otherwise do what is asked."""
        if seen.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            handler = self.open_handlers().get((seen.method, seen.path))
            return handler(seen) if handler else self.unauthorized(seen)
        if self.refused and self.refused.encode() in seen.body:
            return Reply(422, {"error": "Validation failed"})
        return self.handle(seen)

    def open_handlers(self) -> dict[tuple[str, str], Handler]:
        """Return what may be called without a token."""
        return {}

    def unauthorized(self, seen: Seen) -> Reply:
        """Return the refusal of a token."""
        return Reply(401, {"title": "Unauthorized", "status": 401})

    def handle(self, seen: Seen) -> Reply:
        """Return the answer to a call with a good token."""
        raise NotImplementedError

    def next_id(self) -> str:
        """Return an id that was not given before."""
        self.number += 1
        return str(self.number)

    def account(self, url: str, **credentials: str) -> Account:
        """Return an account there, whose renewed credentials are kept in `kept`."""
        self.kept: dict[str, str] = {}
        return Account(
            platform=self.network or self.kind,
            settings={"api_base": url, **self.settings},
            credentials={**self.credentials, **credentials},
            keep=self.kept.update,
        )

    def texts(self) -> list[str]:
        """Return what the public reads, the oldest first."""
        return [str(post["text"]) for post in self.posts.values()]


def a_piece(**fields: Any) -> Piece:
    """Return a piece with plain defaults."""
    plain: dict[str, Any] = {
        "key": KEY,
        "number": 1,
        "count": 1,
        "title": "Kettle K2",
        "text": TEXT,
        "language": "he",
    }
    return Piece(**{**plain, **fields})
