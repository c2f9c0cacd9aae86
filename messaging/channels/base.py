"""What a way to the public does, what it is given, and how an attempt ends.

A way knows no database and no events: it is given an account and a piece, calls the platform once
and says what came of it (docs/adr/0011-pieces-are-rows.md).
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal, Protocol
from uuid import UUID

from crisisapi.common.sentences import sentence as _
from crisisapi.common.setup import Field, Problem

Result = Literal["published", "accepted", "awaiting_person", "retry", "failed", "unknown"]


# The code of what was taken down because it was not found; it may yet come to light.
NOT_THERE = "not_there"


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended.

    `published`: it is out. `accepted`: the platform took it and tells later whether it is out.
    `awaiting_person`: a person has to do what `instructions` say. `retry`: surely nothing got out,
    and trying again may help; `retry_after` in seconds where the platform named a time. `failed`:
    surely nothing got out and trying again will not help. `unknown`: it may be out.

    `error` is a sentence people understand, never a secret, never content; `code` a stable word.
    The code `rate_limited` lets everything else for the same channel wait too.
    """

    result: Result
    url: str = ""
    external_id: str = ""
    instructions: str = ""
    error: str = ""
    code: str = ""
    retry_after: float | None = None


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a piece; `open` reads its bytes for platforms that take uploads."""

    url: str
    mime_type: str
    alt_text: str
    size: int
    open: Callable[[], bytes]


@dataclass(frozen=True)
class Piece:
    """One post as it was approved; the same in every attempt.

    `key` is what an idempotency key is made of. `reply_to` and `root` are what the platform calls
    the piece before it in the thread, and the first one. `external_id` is what the platform called
    this piece when it took an earlier attempt, if it ever said so.
    """

    key: UUID
    number: int
    count: int
    title: str
    text: str
    language: str
    attachments: tuple[Attachment, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    reply_to: str = ""
    root: str = ""
    external_id: str = ""
    revision: int = 1


def _keep_nothing(_renewed: Mapping[str, str]) -> None:
    raise NotImplementedError  # an account without a channel renews nothing


@dataclass(frozen=True)
class Account:
    """What a way knows of a channel.

    `keep` stores renewed credentials at once, by name, and leaves the others. `alone` lets one
    worker at a time into a block, across all hosts, and gives it the credentials as they are
    stored then: whoever renews a token that works once does it in there.
    """

    platform: str
    settings: Mapping[str, str]
    credentials: Mapping[str, str]
    keep: Callable[[Mapping[str, str]], None] = _keep_nothing
    alone: Callable[[], AbstractContextManager[Mapping[str, str]]] | None = None
    name: str = ""

    def renewing(self) -> AbstractContextManager[Mapping[str, str]]:
        """Enter `alone`; without a channel behind it nobody else is there."""
        return self.alone() if self.alone else nullcontext(self.credentials)


class Way(Protocol):
    """Publishes through channels of one kind. Every call it makes has a time limit.

    `publish` attempts once. `find` asks the platform what became of a piece of which it is not
    known: `published`; `failed`, it is surely not there; `retry`, it may be there but sending it
    again cannot double it; `unknown`, there is nobody to ask; None, one cannot tell yet.
    For as long as `settles_after` from the attempt, that something is missing proves nothing.
    `follow` says what became of an `accepted` one. With `follow_publishes` a piece that was
    `accepted` gets out only by being followed. With `calls_back`, to withdraw one that was
    `accepted` keeps it in, or is refused when it is out.
    `withdraw` takes a post down: `published` when it is gone, `failed` when the platform does not
    let us; it may be called again for the same post. `test` says what is wrong, sends nothing
    public, and changes nothing. `about` says in one sentence what becomes of a message, to people
    who choose among kinds.
    """

    kind: ClassVar[str]
    about: ClassVar[Any]
    platforms: ClassVar[frozenset[str]]
    settings: ClassVar[tuple[Field, ...]]
    credentials: ClassVar[tuple[Field, ...]]
    settles_after: ClassVar[timedelta]
    follow_publishes: ClassVar[bool]
    calls_back: ClassVar[bool]

    @property
    def can_find(self) -> bool: ...
    def publish(self, account: Account, piece: Piece) -> Outcome: ...
    def find(self, account: Account, piece: Piece, *, since: datetime) -> Outcome | None: ...
    def follow(self, account: Account, external_id: str) -> Outcome: ...
    def withdraw(self, account: Account, external_id: str) -> Outcome: ...
    def test(self, account: Account) -> list[Problem]: ...
    def limits(self, account: Account) -> dict[str, int]: ...


class BaseWay:
    """What a way can do when its platform can do no more than take a post."""

    kind: ClassVar[str]
    about: ClassVar[Any]
    platforms: ClassVar[frozenset[str]]
    settings: ClassVar[tuple[Field, ...]] = ()
    credentials: ClassVar[tuple[Field, ...]] = ()
    settles_after: ClassVar[timedelta] = timedelta(0)
    follow_publishes: ClassVar[bool] = False
    calls_back: ClassVar[bool] = False

    @property
    def can_find(self) -> bool:
        """Whether it is of use to ask the platform what became of a piece."""
        return type(self).find is not BaseWay.find

    def find(self, account: Account, piece: Piece, *, since: datetime) -> Outcome | None:
        """Say that one cannot tell."""
        return None

    def follow(self, account: Account, external_id: str) -> Outcome:
        """Say that it is not known: nothing of this kind is ever `accepted`."""
        return Outcome("unknown", external_id=external_id, code="not_followed")

    def withdraw(self, account: Account, external_id: str) -> Outcome:
        """Say that the platform lets nobody take it down from here."""
        return cannot_withdraw()

    def test(self, account: Account) -> list[Problem]:
        """Find nothing wrong."""
        return []

    def limits(self, account: Account) -> dict[str, int]:
        """Return what the platform says the account may send, by its own names: nothing."""
        return {}


def cannot_withdraw() -> Outcome:
    """Return that a person has to take it down on the platform."""
    error = _("The platform does not let us take it down. A person has to do it there.")
    return Outcome("failed", error=error, code="cannot_withdraw")
