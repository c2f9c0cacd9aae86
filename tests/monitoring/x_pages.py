"""Pages of posts as X answers them, and what has to be known of the posts afterwards."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from monitoring.models import Mention, Source
from monitoring.rules.incoming import COUNTERS

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
_FIRST = 2_080_000_000_000_000_000
_METRICS = ("like_count", "reply_count", "retweet_count", "impression_count")


@dataclass(frozen=True)
class Said:
    """A post in one of its versions, as it was seen once."""

    number: int
    revision: int = 0
    text: str = "It smokes"
    counts: tuple[int, int, int, int] = (0, 0, 0, 0)

    @property
    def id(self) -> str:
        """The id it is known by, whatever its version."""
        return str(_FIRST + 100 * self.number)

    def shown(self) -> dict[str, Any]:
        """Return it as X shows it: each version has an id of its own."""
        history = [str(int(self.id) + version) for version in range(self.revision + 1)]
        return {
            "id": history[-1],
            "text": self.text,
            "author_id": "222",
            "created_at": f"{NOW - timedelta(minutes=self.number):%Y-%m-%dT%H:%M:%S.000Z}",
            "edit_history_tweet_ids": history,
            "public_metrics": dict(zip(_METRICS, self.counts, strict=True)),
        }


def id_of(number: int) -> str:
    """Return the id of a post."""
    return Said(number).id


def page(said: Iterable[Said], removed: Iterable[int] = ()) -> bytes:
    """Return a page of posts, with those that X says are gone."""
    gone = [
        {
            "resource_type": "tweet",
            "resource_id": id_of(number),
            "type": "https://api.x.com/2/problems/resource-not-found",
        }
        for number in removed
    ]
    return json.dumps({"data": [one.shown() for one in said], "errors": gone}).encode()


@dataclass
class Known:
    """What has to be known of one post."""

    revision: int
    text: str
    counts: tuple[int, ...]
    is_removed: bool = False


@dataclass
class Ledger:
    """What has to be known after everything that came: told again, in the simplest words."""

    posts: dict[str, Known] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def hear(self, said: Sequence[Said], removed: Iterable[int] = ()) -> tuple[int, int]:
        """Take in a page; returns how many posts are new, and how many known ones changed."""
        before = {key: (one.revision, one.text, one.counts) for key, one in self.posts.items()}
        for one in self._best(said):
            self._take(one)
        for number in removed:
            self._remove(id_of(number))
        after = {key: (one.revision, one.counts) for key, one in self.posts.items()}
        changed = [key for key, was in before.items() if after[key] != (was[0], was[2])]
        return len(after) - len(before), len(changed)

    def _best(self, said: Sequence[Said]) -> list[Said]:
        """Join what stands in a page more than once: the first of the latest version."""
        best: dict[str, Said] = {}
        for one in said:
            kept = best.get(one.id, one)
            latest = one if one.revision > kept.revision else kept
            most = tuple(map(max, kept.counts, one.counts))
            best[one.id] = Said(one.number, latest.revision, latest.text, most)  # type: ignore[arg-type]
        return list(best.values())

    def _take(self, one: Said) -> None:
        known = self.posts.get(one.id)
        if known is None:
            self.posts[one.id] = Known(one.revision, one.text, one.counts)
            if one.id in self.gone:
                self._remove(one.id)
            return
        known.counts = tuple(map(max, known.counts, one.counts))
        if one.revision > known.revision and not known.is_removed:
            known.revision, known.text = one.revision, one.text

    def _remove(self, key: str) -> None:
        known = self.posts.get(key)
        if known is None:
            self.gone.add(key)
            return
        known.is_removed, known.text = True, ""


def stored(source: Source) -> dict[str, Known]:
    """Return what is known of the posts of a source."""
    return {
        one.external_id: Known(
            one.revision,
            one.text,
            tuple(getattr(one, name) for name in COUNTERS),
            one.removed_at is not None,
        )
        for one in Mention.objects.filter(source=source)
    }
