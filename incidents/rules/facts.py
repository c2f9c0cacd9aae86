"""Which decision on a fact is possible from where, and which of them needs a reason."""

from typing import Literal

Status = Literal["unconfirmed", "confirmed", "false"]

# What is decided may be decided the other way: people err, and laboratories too.
DECISIONS: dict[str, frozenset[str]] = {
    "confirmed": frozenset({"unconfirmed", "false"}),
    "false": frozenset({"unconfirmed", "confirmed"}),
}
VERB: dict[str, str] = {"confirmed": "fact.confirmed", "false": "fact.refuted"}

# Messages may rest on these decisions, so that the wording stands from then on.
DECIDED = frozenset(DECISIONS)


def is_correction(before: str, after: str) -> bool:
    """Say whether a decision turns an earlier one round: it needs a reason."""
    return before in DECIDED and before != after


def needs_evidence(status: str) -> bool:
    """Say whether nothing may have this status without something that shows it."""
    return status == "confirmed"
