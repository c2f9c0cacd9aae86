"""X: pushed events, searches, the mentions of an account, and the filtered stream."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import orjson
from django.utils.translation import gettext_lazy

from crisisapi.common.setup import Field, Problem
from monitoring.rules.incoming import Batch
from monitoring.rules.x_payloads import read_payload
from monitoring.rules.x_posts import id_of, is_id, objects
from monitoring.rules.x_signature import HEADER, signed, verify_signed
from monitoring.sources import x_setup, x_stream
from monitoring.sources.base import Account, BaseProvider, Budget, Page, Push, Reply
from monitoring.sources.http import Calls, SourceFault
from monitoring.sources.x_asking import searches_of
from monitoring.sources.x_calls import FIELDS, Session, said_in
from monitoring.sources.x_search import walk
from monitoring.sources.x_setup import lookback_of, streams, username_of
from monitoring.sources.x_trying import problems_of

CHALLENGE_LENGTH = 1_000
LOOKED_UP = 100
# X allows an app this many of each kind of call in a quarter of an hour.
CALLS = 450
WINDOW_SECONDS = 15 * 60


class XProvider(BaseProvider):
    """Listens to X in the way the setting `mode` says; looks up single posts in each."""

    kind = "x"
    label = gettext_lazy("X")
    about = gettext_lazy(
        "Listens to X: posts that a search or rules find, or what happens at your account."
    )
    platform = "x"
    settings: ClassVar[tuple[Field, ...]] = x_setup.SETTINGS
    credentials: ClassVar[tuple[Field, ...]] = x_setup.CREDENTIALS
    interval = timedelta(minutes=1)
    least_interval = timedelta(seconds=15)
    is_pushed = True
    is_fetched = True
    tells_removals = True

    def verify(self, account: Account, push: Push, *, now: datetime) -> str:
        """Check the signature over the body; what X repeats has the same bytes."""
        verify_signed(
            account.credentials.get("consumer_secret", ""),
            signature=push.headers.get(HEADER, ""),
            body=push.body,
        )
        return f"pushed:{hashlib.sha256(push.body).hexdigest()}"

    def handshake(self, account: Account, push: Push) -> Reply | None:
        """Answer the challenge by which X makes sure that we know the secret."""
        secret = account.credentials.get("consumer_secret", "")
        token = push.query.get("crc_token", "")
        if not secret or not token or len(token) > CHALLENGE_LENGTH:
            return None
        answer = signed(secret, token.encode("utf-8", "replace"))
        return Reply(200, orjson.dumps({"response_token": answer}), "application/json")

    def parse(self, account: Account, body: bytes, *, now: datetime) -> Batch:
        """Read an event, a page, or lines of the stream."""
        name = username_of(account).lower()
        return read_payload(body, own=frozenset({name} if name else ()), now=now)

    def fetch(
        self, account: Account, cursor: Mapping[str, Any], calls: Calls, *, now: datetime
    ) -> Iterator[Page]:
        """Search, ask for mentions or listen, as the mode says; nothing where X only pushes."""
        session = Session(account, calls, now=now)
        if streams(account):
            yield from x_stream.listen(session, cursor)
        elif searches := searches_of(session):
            yield from walk(session, searches, cursor, lookback=lookback_of(account))

    def looks_up(self, account: Account) -> int:
        """Return how many posts X shows at once, none without a token."""
        return LOOKED_UP if account.credentials.get("bearer_token") else 0

    def resolve(self, account: Account, reference: Mapping[str, str], calls: Calls) -> bytes:
        """Return a post by its `id`; raises `SourceFault` for one that is gone."""
        body, gone = self.resolve_many(account, [reference], calls)
        if gone:
            raise SourceFault.gone()
        return body

    def resolve_many(
        self, account: Account, references: Sequence[Mapping[str, str]], calls: Calls
    ) -> tuple[bytes, Collection[int]]:
        """Return posts by their `id`, and which of them are deleted or protected."""
        session = Session(account, calls, now=datetime.now(UTC))
        asked = [reference.get("id", "") for reference in references]
        # X refuses all for one that is no id.
        usable = dict.fromkeys(one for one in asked if is_id(one))
        if not usable:
            return b"", range(len(asked))
        answer = session.get("/2/tweets", {"ids": ",".join(usable), **FIELDS})
        shown = {id_of(post.get("id")) for post in objects(said_in(answer), "data")}
        return answer.body, [index for index, one in enumerate(asked) if one not in shown]

    def budget(self, account: Account) -> Budget | None:
        """Return what all sources of the app share; a stream is one call only."""
        mode, token = account.settings.get("mode"), account.credentials.get("bearer_token")
        if streams(account) or not token:
            return None
        app = hashlib.sha256(token.encode()).hexdigest()[:32]
        asked = "search" if mode == "search" else "mentions"
        return Budget(f"x:{asked}:{app}", CALLS, WINDOW_SECONDS)

    def streams(self, account: Account) -> bool:
        """Say whether the mode is to listen to the stream."""
        return streams(account)

    def test(self, account: Account, calls: Calls) -> list[Problem]:
        """Ask for as little as shows that the token, the plan and the search are good."""
        return problems_of(Session(account, calls, now=datetime.now(UTC)))


PROVIDER = XProvider()
