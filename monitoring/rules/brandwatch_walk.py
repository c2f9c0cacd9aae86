"""How far a query of Brandwatch was read, so that nothing is missed and a run may end anywhere.

Mentions are asked for by when they were added, the newest first. A walk goes down from the top to
what an earlier walk has seen, and a little below: what is added meanwhile is above it, and is
found by the next one. While a walk lasts, the cursor says where it stands; afterwards only up to
when everything is known.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitoring.rules.brandwatch import moment_of

# What is found on the first run: added in the last days.
FIRST = timedelta(days=7)
# Mentions may be shown a little later than they say they were added.
OVERLAP = timedelta(minutes=5)
# A source that was asked this recently has little to tell.
RECENT = timedelta(hours=1)
SMALL, LARGE = 100, 2_000
# Empty pages in a row that still name a next one.
EMPTY_PAGES = 3


@dataclass(frozen=True)
class Walk:
    """A way down from `high` to `until`; `next` is Brandwatch's word for the page to ask for.

    `high` is when the newest mention of the walk was added. `start` and `end` are the bounds of
    publication, the same for each page of a walk. `size` is the number of mentions of a page.
    """

    since: datetime | None
    high: datetime | None
    start: str
    end: str
    size: int
    next: str = ""
    empty: int = 0

    @classmethod
    def resumed(cls, cursor: Mapping[str, Any], *, days: int, now: datetime) -> "Walk":
        """Return where a cursor stands: in the middle of a walk, or before a new one."""
        since, walk = moment_of(cursor.get("since")), cursor.get("walk")
        if isinstance(walk, Mapping):
            return cls(
                since=since,
                high=moment_of(walk.get("high")),
                start=str(walk["start"]),
                end=str(walk["end"]),
                size=int(walk["size"]),
                next=str(walk["next"]),
            )
        # Whole days, so that asking in vain is answered with the same bytes.
        today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return cls(
            since=since,
            high=None,
            start=as_sent(today - timedelta(days=days)),
            end=as_sent(today + timedelta(days=2)),
            size=SMALL if since and now - since < RECENT else LARGE,
        )

    def until(self, *, now: datetime) -> datetime:
        """Return when the oldest mention was added that the walk has to see."""
        return self.since - OVERLAP if self.since else now - FIRST

    def again(self) -> "Walk":
        """Return the same walk from the top: Brandwatch does not know its page any more."""
        return replace(self, next="", size=LARGE, empty=0)

    def after(self, page: Mapping[str, Any], *, now: datetime) -> "Walk | None":
        """Return the walk behind a page; None when that was the last."""
        results, following = page["results"], page.get("nextCursor")
        added = [at for one in results if (at := _added(one))]
        walk = replace(self, high=_latest(self.high, *added, now=now))
        if added and added[-1] < self.until(now=now):
            return None
        if self.size == SMALL and not self.next and len(results) >= SMALL:
            return replace(walk, size=_size(added, self.until(now=now)), next="", empty=0)
        empty = 0 if results else self.empty + 1
        if not _is_name(following) or str(following) == self.next or empty > EMPTY_PAGES:
            return None
        return replace(walk, next=str(following), empty=empty)

    def cursor(self) -> dict[str, Any]:
        """Return what to store to go on from here."""
        if not self.next:
            # Nothing is lost by beginning anew before the second page.
            return _since(self.since)
        walk = {
            "high": self.high.isoformat() if self.high else "",
            "start": self.start,
            "end": self.end,
            "size": self.size,
            "next": self.next,
        }
        return {**_since(self.since), "walk": walk}

    def finished(self, page: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
        """Return what to store when `page` was the last."""
        added = (_added(one) for one in page["results"])
        high = _latest(self.high, *(at for at in added if at), now=now)
        return _since(max((at for at in (self.since, high) if at), default=None))


def as_sent(at: datetime) -> str:
    """Return a time as Brandwatch wants it, without a colon in the offset."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000+0000"


def _since(at: datetime | None) -> dict[str, Any]:
    return {"since": at.isoformat()} if at else {}


def _added(item: Any) -> datetime | None:
    return moment_of(item.get("added")) if isinstance(item, Mapping) else None


def _latest(*moments: datetime | None, now: datetime) -> datetime | None:
    """Return the latest; one in the future is a mistake that would hide what is added till then."""
    return max((min(at, now) for at in moments if at), default=None)


def _is_name(following: Any) -> bool:
    return isinstance(following, str | int) and bool(following)


def _size(added: list[datetime], until: datetime) -> int:
    """Return how many mentions the whole way holds, going by those of a first small page."""
    if not added or added[0] <= added[-1]:
        return LARGE
    ways = (added[0] - until) / (added[0] - added[-1])
    return min(LARGE, max(2 * SMALL, math.ceil(1.2 * ways * len(added))))
