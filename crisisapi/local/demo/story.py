"""The example crisis as data: its texts, its mentions, and its own clock in minutes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "example"
FIRST_MINUTE = -720
LAST_MINUTE = 420
# Whole buckets of the metrics, so that before and after a minute are told apart exactly.
GRID = timedelta(minutes=5)
# A batch holds so many minutes of what was said: long ones before the crisis, short ones in it.
_QUIET_BATCH = 60
_BATCH = 5

Text = dict[str, str]


def crisis() -> dict[str, Any]:
    """Return what the people do."""
    found: dict[str, Any] = json.loads((FOLDER / "crisis.json").read_text("utf-8"))
    return found


def mentions() -> list[dict[str, Any]]:
    """Return what the public says, in order."""
    lines = (FOLDER / "mentions.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def both(text: Text, joint: str = " · ") -> str:
    """Return a text in English and Hebrew."""
    return joint.join((text["en"], text["he"]))


def beginning(now: datetime) -> datetime:
    """Return when minute 0 was, for a story that ends now or up to five minutes ago."""
    moment = now.astimezone(UTC) - timedelta(minutes=LAST_MINUTE)
    return moment - (moment - datetime(2000, 1, 1, tzinfo=UTC)) % GRID


@dataclass
class Known:
    """When minute 0 was, and the ids of what the players made, by the names in the story."""

    began_at: datetime
    ids: dict[str, str] = field(default_factory=dict)

    def at(self, minute: float) -> str:
        """Return a minute of the story as RFC 3339."""
        return (self.began_at + timedelta(minutes=minute)).isoformat().replace("+00:00", "Z")


@dataclass(frozen=True)
class Batch:
    """What one delivery brings; `minute` is when the last of it has been said."""

    minute: int
    number: int
    mentions: tuple[dict[str, Any], ...]

    def body(self, known: Known) -> bytes:
        """Return the body of the webhook, the same bytes for the same beginning."""
        items = [
            {name: value for name, value in mention.items() if name != "minute"}
            | {"published_at": known.at(mention["minute"])}
            for mention in self.mentions
        ]
        return json.dumps({"mentions": items}, ensure_ascii=False).encode()


def batches() -> list[Batch]:
    """Return all mentions, cut into deliveries."""
    cut = groupby(mentions(), key=lambda mention: _end(mention["minute"]))
    return [Batch(minute, number, tuple(said)) for number, (minute, said) in enumerate(cut)]


def phases(story: dict[str, Any]) -> Iterator[tuple[int, Text]]:
    """Yield the phases of the story: when each begins, and what it is called."""
    for phase in story["phases"]:
        yield phase["minute"], phase["title"]


def _end(minute: int) -> int:
    length = _QUIET_BATCH if minute < 0 else _BATCH
    return minute - minute % length + length
