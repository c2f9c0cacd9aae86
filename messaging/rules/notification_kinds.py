"""Which sort of news an event is: what people choose by when they say how to be told."""

from collections.abc import Mapping

KINDS = (
    "incident",
    "role",
    "task",
    "clock",
    "review",
    "publication",
    "flag",
    "brake",
    "stakeholder",
    "goal",
    "lesson",
    "word",
    "source",
    "alert",
)

_NOUNS: Mapping[str, str] = {
    "incident": "incident",
    "assignment": "role",
    "task": "task",
    "clock": "clock",
    "message": "review",
    "review_round": "review",
    "publication": "publication",
    "hold": "brake",
    "involvement": "stakeholder",
    "goal": "goal",
    "lesson": "lesson",
    "template": "lesson",
    "question": "task",
    "source": "source",
    "alert": "alert",
}
_VERBS: Mapping[str, str] = {
    "incident.people_notified": "word",
    "message.flagged": "flag",
    "message.published": "publication",
    "message.partially_published": "publication",
    "message.failed": "publication",
}
# What cannot wait until the morning, even for those who are asleep.
_URGENT = frozenset(
    {
        "incident.opened",
        "incident.reopened",
        "incident.people_notified",
        "clock.late",
        "message.submitted",
        "message.flagged",
        "message.glass_broken",
        "publication.unknown",
        "publication.failed",
        "hold.raised",
        "source.failing",
        "source.silent",
        "alert.raised",
        "alert.late",
    }
)
# What is worth most in its first seconds, and comes alone.
_PRESSING = frozenset({"alert.raised"})


def kind_of(verb: str) -> str | None:
    """Return the sort of news a verb is, None for what nobody is told of."""
    return _VERBS.get(verb) or _NOUNS.get(verb.partition(".")[0])


def is_urgent(verb: str) -> bool:
    """Say whether it may break somebody's quiet hours."""
    return verb in _URGENT


def urgency_of(verb: str) -> int:
    """Return what leaves before what: 0 at once, 1 urgent, 2 the rest."""
    if is_pressing(verb):
        return 0
    return 1 if is_urgent(verb) else 2


def is_pressing(verb: str) -> bool:
    """Say whether it leaves at once, without waiting for what else happens in the same go."""
    return verb in _PRESSING
