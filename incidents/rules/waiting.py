"""Whom an incident waited on, for how long, and what it waited on along its critical path.

Every event whose data has `waits_on` says that its object waits on somebody from then on, or, with
None, on nobody any more. One object waits on one party at a time; objects wait side by side.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

Dimension = Literal["person", "department", "role"]
DIMENSIONS: tuple[Dimension, ...] = ("person", "department", "role")


@dataclass(frozen=True)
class Party:
    """Who is waited on: a person, a department, a role, or several of these at once."""

    person: str | None = None
    department: str | None = None
    role: str | None = None

    def __bool__(self) -> bool:
        return any((self.person, self.department, self.role))


@dataclass(frozen=True)
class Turn:
    """What one event says: from a time on, a thing waits on a party (None: on nobody)."""

    at: datetime
    thing_type: str
    thing_id: UUID
    party: Party | None


@dataclass(frozen=True)
class Wait:
    """A thing waited on a party from a time until another; `is_open` where it still does."""

    thing_type: str
    thing_id: UUID
    party: Party
    began_at: datetime
    ended_at: datetime
    is_open: bool = False


@dataclass(frozen=True)
class Leg:
    """A stretch of the critical path; `wait` is None where it waited on nobody."""

    began_at: datetime
    ended_at: datetime
    wait: Wait | None


def waits_of(turns: Iterable[Turn], *, until: datetime) -> list[Wait]:
    """Return the waits that the turns of a log (in its order) tell of, none beyond `until`.

    What is passed on within a thing ends one wait and begins the next; saying the same again
    changes nothing. Waits of no length are left out.
    """
    open_waits: dict[UUID, Wait] = {}
    found: list[Wait] = []
    for turn in turns:
        before = open_waits.get(turn.thing_id)
        if turn.at > until or (before and before.party == turn.party):
            continue
        if before:
            found.append(replace(open_waits.pop(turn.thing_id), ended_at=turn.at))
        if turn.party:
            open_waits[turn.thing_id] = Wait(
                turn.thing_type, turn.thing_id, turn.party, turn.at, until
            )
    found += [replace(wait, ended_at=until, is_open=True) for wait in open_waits.values()]
    return sorted(
        (wait for wait in found if wait.ended_at > wait.began_at or wait.is_open),
        key=lambda wait: (wait.began_at, wait.ended_at, wait.thing_id),
    )


def union_of(waits: Iterable[Wait]) -> timedelta:
    """Return the time during which at least one of the waits lasted: overlaps count once."""
    total, reached = timedelta(), None
    for began_at, ended_at in sorted((wait.began_at, wait.ended_at) for wait in waits):
        start = began_at if reached is None else max(began_at, reached)
        if ended_at > start:
            total += ended_at - start
        reached = ended_at if reached is None else max(reached, ended_at)
    return total


def totals_of(waits: Sequence[Wait], dimension: Dimension) -> dict[str, timedelta]:
    """Return how long was waited on each person, department or role, the longest first."""
    names = {getattr(wait.party, dimension) for wait in waits} - {None}
    totals = {
        name: union_of(wait for wait in waits if getattr(wait.party, dimension) == name)
        for name in names
    }
    return dict(sorted(totals.items(), key=lambda item: (-item[1], item[0])))


def critical_path(waits: Sequence[Wait], *, start: datetime, end: datetime) -> list[Leg]:
    """Return the chain of waits that decided when the end came, from start to end without gaps.

    Walked backward, as in the critical path method (Kelley and Walker, 1959): of what had to be
    finished before a moment, the last to finish was the one that held it up; its own beginning
    is the next moment looked at. Of several that finished at once the longest counts. A wait
    that outlasts a moment did not hold it up. Where no wait had finished, nobody was waited on.
    """
    finished = _by_finish(waits, start)
    ends = [wait.ended_at for wait in finished]
    legs: list[Leg] = []
    moment = end
    while moment > start:
        last = finished[place - 1] if (place := bisect_right(ends, moment)) else None
        if last is None:
            legs.append(Leg(start, moment, None))
            break
        if last.ended_at < moment:
            legs.append(Leg(last.ended_at, moment, None))
        began_at = max(start, last.began_at)
        legs.append(Leg(began_at, last.ended_at, last))
        moment = began_at
    return legs[::-1]


def _by_finish(waits: Iterable[Wait], start: datetime) -> list[Wait]:
    """Return what lasted beyond the start in the order of finishing, the longest of equals last."""
    lasting = (wait for wait in waits if wait.ended_at > start and wait.began_at < wait.ended_at)
    return sorted(
        lasting, key=lambda wait: (wait.ended_at, -(wait.began_at - start), wait.thing_id)
    )
