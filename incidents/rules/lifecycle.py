"""Which change of status is possible from where."""

MOVES: dict[str, frozenset[str]] = {
    "respond": frozenset({"triage"}),
    "monitor": frozenset({"responding"}),
    "recover": frozenset({"monitoring"}),
    "learn": frozenset({"recovering"}),
    "close": frozenset({"learning"}),
    "decline": frozenset({"triage"}),
    "reopen": frozenset({"monitoring", "recovering", "learning", "closed", "declined"}),
    "merge": frozenset({"triage", "responding", "monitoring", "recovering", "learning"}),
}

RESULT: dict[str, str] = {
    "respond": "responding",
    "monitor": "monitoring",
    "recover": "recovering",
    "learn": "learning",
    "close": "closed",
    "decline": "declined",
    "reopen": "responding",
    "merge": "merged",
}

VERB: dict[str, str] = {
    "respond": "incident.response_started",
    "monitor": "incident.monitoring_started",
    "recover": "incident.recovery_started",
    "learn": "incident.learning_started",
    "close": "incident.closed",
    "decline": "incident.declined",
    "reopen": "incident.reopened",
    "merge": "incident.merged",
}


def possible_moves(status: str) -> list[str]:
    """Return the moves open from a status, in the order of the lifecycle."""
    return [move for move, sources in MOVES.items() if status in sources]
