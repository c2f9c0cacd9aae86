"""What became of a message whose publications are known."""

from collections.abc import Collection
from typing import Literal

Outcome = Literal["published", "partially_published", "failed", "approved"]

_KNOWN = frozenset({"published", "failed"})


def outcome_of(statuses: Collection[str]) -> Outcome | None:
    """Return the status of a message by the last publication to each channel, cancelled left out.

    None while the outcome of one is open; `approved` when none is left.
    """
    found = set(statuses)
    if found - _KNOWN:
        return None
    if not found:
        return "approved"
    if found == _KNOWN:
        return "partially_published"
    return "published" if "published" in found else "failed"
