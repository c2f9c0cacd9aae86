"""What became of a message when it is known what became of its publications."""

from collections.abc import Collection
from typing import Literal

Outcome = Literal[
    "published",
    "partially_published",
    "failed",
    "withdrawn",
    "approved",
    "scheduled",
    "on_hold",
]

# What is being taken down is still there.
_OUT = frozenset({"published", "withdrawing"})
_PUBLIC = _OUT | {"partially_published"}
_KNOWN = _PUBLIC | {"failed", "withdrawn"}
_WAITING = frozenset({"scheduled", "held"})


def outcome_of(statuses: Collection[str]) -> Outcome | None:
    """Return the status of a message by the last publication to each channel, cancelled left out.

    A publication that waits for its time counts as `scheduled`. None while one is on its way or
    its outcome open; `approved` when none is left; `withdrawn` when what was out was taken down
    everywhere.
    """
    found = set(statuses)
    if not found:
        return "approved"
    if unsettled := found - _KNOWN:
        if found & _PUBLIC or unsettled - _WAITING:
            return None
        return "on_hold" if "held" in unsettled else "scheduled"
    if found & _PUBLIC:
        return "published" if found <= _OUT else "partially_published"
    return "withdrawn" if "withdrawn" in found else "failed"
