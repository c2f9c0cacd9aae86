"""What the log of an incident says about it, in short: the record of a review.

Times in and out are datetimes with an offset, durations are seconds. Whatever is returned holds
only what JSON can say once datetimes are written as text.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

from incidents.rules.lifecycle import VERB

MOMENTS_LIMIT = 200

# The turns of a crisis come first; then what people did about it.
_TURNS = (
    "incident.",
    "publication.published",
    "message.approved",
    "fact.confirmed",
    "fact.refuted",
    "fact.superseded",
    "alert.",
)
_DEEDS = (
    "message.submitted",
    "message.rejected",
    "message.withdrawn",
    "message.flagged",
    "goal.",
    "clock.met",
    "clock.late",
    "task.promised",
    "task.finished",
    "task.late",
    "assignment.",
    "playbookrun.",
    "lesson.",
)
# Said of a moment, where its event has it.
_TELLING = (
    "title",
    "statement",
    "reason",
    "from",
    "to",
    "status",
    "state",
    "kind",
    "role",
    "severity",
    "playbook",
    "promise",
    "url",
)
_TEXT_LENGTH = 300
# Other events tell of a change in the same words: a severity that was computed anew, for one.
_MOVED = frozenset(VERB.values())


@dataclass(frozen=True)
class Told:
    """One event, as the log has it."""

    verb: str
    at: datetime
    object_type: str = ""
    object_id: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def moments_of(events: Sequence[Told]) -> list[dict[str, Any]]:
    """Return the key moments in their order, at most 200; turns rather than deeds."""
    turns = [event for event in events if event.verb.startswith(_TURNS)]
    deeds = [event for event in events if event.verb.startswith(_DEEDS)]
    kept = _ends(turns, MOMENTS_LIMIT)
    kept += _ends(deeds, MOMENTS_LIMIT - len(kept))
    return [_moment(event) for event in sorted(kept, key=lambda event: event.at)]


def counts_of(events: Sequence[Told]) -> dict[str, int]:
    """Return how often each verb was told, the most frequent first."""
    return dict(Counter(event.verb for event in events).most_common())


def statuses_of(events: Sequence[Told], *, now: datetime) -> list[dict[str, Any]]:
    """Return the statuses an incident went through and how long it was in each, the last to now."""
    opened = next((event for event in events if event.verb == "incident.opened"), None)
    if opened is None:
        return []
    turns = [(opened.at, "triage")]
    turns += [(event.at, str(event.data["to"])) for event in events if event.verb in _MOVED]
    ends = [*(at for at, _status in turns[1:]), now]
    return [
        {"status": status, "since": since, "seconds": _seconds(since, end)}
        for (since, status), end in zip(turns, ends, strict=True)
    ]


def messages_of(events: Sequence[Told]) -> dict[str, Any]:
    """Return how many messages were written, approved and so on, and how long approvals took.

    The time of an approval runs from the last submission before it.
    """
    counts = counts_of(events)
    submitted: dict[str, datetime] = {}
    waits: list[int] = []
    for event in events:
        if event.verb == "message.submitted":
            submitted[event.object_id] = event.at
        elif event.verb == "message.approved" and event.object_id in submitted:
            waits.append(_seconds(submitted.pop(event.object_id), event.at))
    steps = ("written", "submitted", "approved", "rejected", "withdrawn")
    return {
        **{step: counts.get(f"message.{step}", 0) for step in steps},
        "published": counts.get("publication.published", 0),
        "approval_seconds": {
            "median": int(median(waits)) if waits else None,
            "longest": max(waits, default=None),
        },
        "first_published_after_seconds": _until(events, "publication.published"),
        "first_approved_after_seconds": _until(events, "message.approved"),
    }


def clocks_of(events: Sequence[Told]) -> list[dict[str, Any]]:
    """Return what was told of the clocks of an incident, in order."""
    return [
        {"at": event.at, "what": event.verb.removeprefix("clock."), **_telling(event)}
        for event in events
        if event.verb.startswith("clock.")
    ]


def _until(events: Sequence[Told], verb: str) -> int | None:
    """Return the seconds from the opening to the first event of the verb."""
    opened = next((event.at for event in events if event.verb == "incident.opened"), None)
    first = next((event.at for event in events if event.verb == verb), None)
    return _seconds(opened, first) if opened and first else None


def _ends(events: Sequence[Told], limit: int) -> list[Told]:
    """Return at most so many: the first half and the last half of them."""
    if len(events) <= limit:
        return list(events)
    half = limit // 2
    return [*events[: limit - half], *events[len(events) - half :]]


def _moment(event: Told) -> dict[str, Any]:
    return {
        "at": event.at,
        "verb": event.verb,
        "object_type": event.object_type,
        "object_id": event.object_id,
        "said": _telling(event),
    }


def _telling(event: Told) -> dict[str, Any]:
    said = {name: event.data[name] for name in _TELLING if event.data.get(name) not in (None, "")}
    return {
        name: value[:_TEXT_LENGTH] if isinstance(value, str) else value
        for name, value in said.items()
        if isinstance(value, str | int | float)
    }


def _seconds(start: datetime, end: datetime) -> int:
    return max(0, int((end - start).total_seconds()))
