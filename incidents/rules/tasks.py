"""Which change of a task is possible from where, and what a promise has come to."""

from datetime import datetime
from typing import Literal

PublicState = Literal["open", "late", "kept", "kept_late", "broken", "withdrawn"]

_NOT_OVER = frozenset({"open", "in_progress", "blocked"})

MOVES: dict[str, frozenset[str]] = {
    "start": frozenset({"open", "blocked"}),
    "block": frozenset({"open", "in_progress"}),
    "finish": _NOT_OVER,
    "cancel": _NOT_OVER,
    "reopen": frozenset({"done", "cancelled"}),
}

RESULT: dict[str, str] = {
    "start": "in_progress",
    "block": "blocked",
    "finish": "done",
    "cancel": "cancelled",
    "reopen": "open",
}

VERB: dict[str, str] = {
    "start": "task.started",
    "block": "task.blocked",
    "finish": "task.finished",
    "cancel": "task.cancelled",
    "reopen": "task.reopened",
}


def possible_moves(status: str) -> list[str]:
    """Return the moves open from a status."""
    return [move for move, sources in MOVES.items() if status in sources]


def public_state(*, status: str, due_at: datetime, ended_at: datetime) -> PublicState:
    """Say what has become of a promise.

    `ended_at` is when it was kept or given up; for one that still stands, the present time.
    Given up in time it is withdrawn, given up after its time it is broken.
    """
    is_late = ended_at > due_at
    if status == "done":
        return "kept_late" if is_late else "kept"
    if status == "cancelled":
        return "broken" if is_late else "withdrawn"
    return "late" if is_late else "open"
