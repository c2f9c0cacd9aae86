"""What became of a message whose publications are known."""

from collections.abc import Collection
from typing import Literal

Outcome = Literal["published", "partially_published", "failed", "approved", "scheduled", "on_hold"]

_KNOWN = frozenset({"published", "failed"})
_WAITING = frozenset({"scheduled", "held"})


def outcome_of(statuses: Collection[str]) -> Outcome | None:
    """Return the status of a message by the last publication to each channel, cancelled left out.

    A publication that waits for its time counts as `scheduled`. None while one is on its way or
    its outcome open; `approved` when none is left.
    """
    found = set(statuses)
    if not found:
        return "approved"
    if unsettled := found - _KNOWN:
        if "published" in found or unsettled - _WAITING:
            return None
        return "on_hold" if "held" in unsettled else "scheduled"
    if found == _KNOWN:
        return "partially_published"
    return "published" if "published" in found else "failed"
