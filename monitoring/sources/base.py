"""What a provider of mentions does, what it is given, and what goes wrong.

A provider knows no database: it verifies, answers handshakes, reads bytes into mentions, and
fetches pages of bytes (docs/adr/0014-everything-heard-is-a-delivery.md).
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol

from crisisapi.common.sentences import sentence as _
from crisisapi.common.setup import Field, Problem
from monitoring.rules.incoming import Batch
from monitoring.rules.signature import BadSignature
from monitoring.sources.http import Calls, SourceFault


@dataclass(frozen=True)
class Push:
    """A request that came in: headers by their lower-case names, and the untouched bytes."""

    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What is answered to a handshake."""

    status: int
    body: bytes
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Page:
    """One answer of a platform as it came, and where to go on behind it.

    The cursor is stored in the transaction that stores the mentions, so that neither is ever
    ahead of the other. `warning` is what people should know although the page was read: the
    source is degraded by it, and asked again in its time.
    """

    body: bytes
    cursor: Mapping[str, Any]
    warning: SourceFault | None = None


@dataclass(frozen=True)
class Budget:
    """So many calls in so many rolling seconds, shared by all sources of the same key.

    Where a platform allows an account one stream at a time, the budget has `one_stream`.
    """

    key: str
    calls: int
    seconds: int
    one_stream: bool = False


def _keep_nothing(_tokens: Mapping[str, str]) -> None:
    """Keep nothing: an account without a source behind it has no place for tokens."""


def _nothing_kept() -> Mapping[str, str]:
    """Return that nothing was kept."""
    return {}


@dataclass(frozen=True)
class Account:
    """What a provider knows of a source.

    `secrets` are those that sign now, the newest first. `tokens` are what signing in gave, kept
    encrypted; `keep` adds to them at once, and `latest` returns what anybody has kept by now.
    """

    platform: str = "other"
    settings: Mapping[str, str] = field(default_factory=dict)
    credentials: Mapping[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    tokens: Mapping[str, str] = field(default_factory=dict)
    keep: Callable[[Mapping[str, str]], None] = _keep_nothing
    latest: Callable[[], Mapping[str, str]] = _nothing_kept


class Provider(Protocol):
    """Brings mentions of one kind; what it cannot do it leaves to `BaseProvider`.

    `verify` returns the sender's id of a push, or raises `BadSignature`. `handshake` answers what
    is asked when a webhook is set up, None when it is no handshake; `ping` a push that only asks
    whether we are there, and that nobody signs. `answer` is what a platform wants to hear once a
    push is stored, None where it does not care. `parse` reads the bytes of a
    delivery, pushed or fetched: bad items are refused one by one, and `Unreadable` is raised when
    the whole is not what the platform sends. `fetch` yields page after page from a cursor on,
    empty at first, and raises `SourceFault`; it may be broken off after any page. `resolve`
    returns the bytes that stand behind an id that was pushed without its content; where `looks_up`
    says more than one, `resolve_many` does so for as many at once. `test` says
    what is wrong and changes nothing. A source that `streams` is listened to for as long as the
    connection lasts, instead of being asked every `interval`. `about` says in one sentence what it
    brings, to people who choose among kinds.
    """

    kind: ClassVar[str]
    label: ClassVar[Any]
    about: ClassVar[Any]
    platform: ClassVar[str]
    settings: ClassVar[tuple[Field, ...]]
    credentials: ClassVar[tuple[Field, ...]]
    interval: ClassVar[timedelta]
    least_interval: ClassVar[timedelta]
    accepted_status: ClassVar[int]
    is_pushed: ClassVar[bool]
    is_fetched: ClassVar[bool]
    has_own_secret: ClassVar[bool]
    tells_removals: ClassVar[bool]

    def verify(self, account: Account, push: Push, *, now: datetime) -> str: ...
    def handshake(self, account: Account, push: Push) -> Reply | None: ...
    def ping(self, account: Account, push: Push) -> Reply | None: ...
    def answer(self, account: Account, push: Push) -> Reply | None: ...
    def parse(self, account: Account, body: bytes, *, now: datetime) -> Batch: ...
    def fetch(
        self, account: Account, cursor: Mapping[str, Any], calls: Calls, *, now: datetime
    ) -> Iterator[Page]: ...
    def resolve(self, account: Account, reference: Mapping[str, str], calls: Calls) -> bytes: ...
    def looks_up(self, account: Account) -> int: ...
    def resolve_many(
        self, account: Account, references: Sequence[Mapping[str, str]], calls: Calls
    ) -> tuple[bytes, Collection[int]]: ...
    def budget(self, account: Account) -> Budget | None: ...
    def streams(self, account: Account) -> bool: ...
    def test(self, account: Account, calls: Calls) -> list[Problem]: ...


class BaseProvider:
    """What is true of a provider whose platform can do nothing more.

    With `has_own_secret` the signing secret is ours to make; otherwise the platform gives one,
    and it stands among the credentials. One that `tells_removals` says of posts that they are gone,
    perhaps before they come.
    """

    kind: ClassVar[str]
    label: ClassVar[Any]
    about: ClassVar[Any]
    platform: ClassVar[str] = "other"
    settings: ClassVar[tuple[Field, ...]] = ()
    credentials: ClassVar[tuple[Field, ...]] = ()
    interval: ClassVar[timedelta] = timedelta(minutes=5)
    least_interval: ClassVar[timedelta] = timedelta(seconds=30)
    accepted_status: ClassVar[int] = 200
    is_pushed: ClassVar[bool] = False
    is_fetched: ClassVar[bool] = False
    has_own_secret: ClassVar[bool] = False
    tells_removals: ClassVar[bool] = False

    def verify(self, account: Account, push: Push, *, now: datetime) -> str:
        """Refuse: nobody pushes to such a source."""
        reason = _("Nothing can be pushed to a source of this kind.")
        raise BadSignature("not_pushed", reason)

    def handshake(self, account: Account, push: Push) -> Reply | None:
        """Say that it is none."""
        return None

    def ping(self, account: Account, push: Push) -> Reply | None:
        """Say that it is none."""
        return None

    def answer(self, account: Account, push: Push) -> Reply | None:
        """Leave the answer to whoever stored it."""
        return None

    def fetch(
        self, account: Account, cursor: Mapping[str, Any], calls: Calls, *, now: datetime
    ) -> Iterator[Page]:
        """Yield nothing: such a source is pushed to."""
        return iter(())

    def resolve(self, account: Account, reference: Mapping[str, str], calls: Calls) -> bytes:
        """Refuse: such a source never sends an id alone."""
        raise SourceFault.unresolvable()

    def looks_up(self, account: Account) -> int:
        """Return how many posts it looks up in one call, none where the account cannot."""
        return 1

    def resolve_many(
        self, account: Account, references: Sequence[Mapping[str, str]], calls: Calls
    ) -> tuple[bytes, Collection[int]]:
        """Return the bytes that stand behind ids, and the indexes of those that are gone."""
        return self.resolve(account, references[0], calls), ()

    def budget(self, account: Account) -> Budget | None:
        """Return that its calls are counted by nobody."""
        return None

    def streams(self, account: Account) -> bool:
        """Say that it is asked from time to time."""
        return False

    def test(self, account: Account, calls: Calls) -> list[Problem]:
        """Find nothing wrong."""
        return []
