"""How a clock of an incident stands against its time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Outcome = Literal["met", "met_late"]

# The public is owed the next update while the incident is in one of these.
UPDATING = frozenset({"responding", "monitoring", "recovering"})
# What looks back on the past is in no hurry.
TIMED_MODES = frozenset({"live", "drill"})


@dataclass(frozen=True)
class Standing:
    """Seconds left, and seconds past the time; None where there is nothing to count."""

    remaining_seconds: int | None
    late_by_seconds: int | None


def outcome_of(*, due_at: datetime, stopped_at: datetime) -> Outcome:
    """Say whether a clock was stopped in time; the due moment itself is in time."""
    return "met" if stopped_at <= due_at else "met_late"


def standing_of(
    *, state: str, due_at: datetime, stopped_at: datetime | None, now: datetime
) -> Standing:
    """Return how a clock stands: a running one now, a stopped one when it was stopped.

    Whole seconds, rounded down. A cancelled clock has neither time left nor lateness.
    """
    if state == "cancelled":
        return Standing(None, None)
    ahead = due_at - (stopped_at or now)
    late_by = max(0, int(-ahead.total_seconds()))
    remaining = max(0, int(ahead.total_seconds())) if state == "running" else None
    return Standing(remaining, late_by)
