"""The fields of a playbook's steps: which kind has which, and what each may hold."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# What is wrong (a code), with the values of its sentence.
Fault = tuple[str, dict[str, Any]]
_YEAR = 365 * 24 * 60


@dataclass(frozen=True)
class Field:
    """What a field may hold, whether it must be given, and what it is when it is not."""

    check: Callable[[Any], Iterator[Fault]]
    default: Callable[[], Any] = str
    is_needed: bool = False

    def faults(self, step: Mapping[str, Any], name: str) -> Iterator[Fault]:
        """Yield what is wrong with the field of a step."""
        if name not in step:
            if self.is_needed:
                yield "needed", {}
        elif not self.is_needed and step[name] == self.default():
            return
        else:
            yield from self.check(step[name])


def _text(most: int) -> Callable[[Any], Iterator[Fault]]:
    def check(value: Any) -> Iterator[Fault]:
        if not _is_text(value, most):
            yield "text", {"most": most}

    return check


def _is_text(value: Any, most: int) -> bool:
    # PostgreSQL keeps no NUL in a text.
    return isinstance(value, str) and 0 < len(value.strip()) <= most and "\0" not in value


def _choice(known: Collection[str]) -> Callable[[Any], Iterator[Fault]]:
    def check(value: Any) -> Iterator[Fault]:
        if not isinstance(value, str) or value not in known:
            yield "choice", {"known": ", ".join(known)}

    return check


def _minutes(value: Any) -> Iterator[Fault]:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _YEAR:
        yield "minutes", {"most": _YEAR}


def _pattern(pattern: str, code: str) -> Callable[[Any], Iterator[Fault]]:
    def check(value: Any) -> Iterator[Fault]:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            yield code, {}

    return check


def _keys(value: Any) -> Iterator[Fault]:
    if not isinstance(value, list) or not all(isinstance(key, str) for key in value):
        yield "keys", {}
    elif len(set(value)) != len(value):
        yield "keys_repeated", {}


def _texts(value: Any) -> Iterator[Fault]:
    if not isinstance(value, dict) or not all(
        _is_text(key, 60) and _is_text(text, 2_000) for key, text in value.items()
    ):
        yield "texts", {}


def _options(value: Any) -> Iterator[Fault]:
    right = isinstance(value, list) and all(_is_text(option, 60) for option in value)
    if not right or not 2 <= len(set(value)) == len(value) <= 6:
        yield "options", {}


def _recipients(value: Any) -> Iterator[Fault]:
    known = {"roles": ROLES, "departments": DEPARTMENTS}
    right = isinstance(value, dict) and any(value.values()) and set(value) <= set(known)
    if not right or not all(
        isinstance(names, list) and all(name in known[sort] for name in names)
        for sort, names in value.items()
    ):
        yield (
            "recipients",
            {"roles": ", ".join(ROLES), "departments": ", ".join(DEPARTMENTS)},
        )


# The values of `IncidentRole` and `Department`; a test holds them together.
ROLES = (
    "lead",
    "communications_lead",
    "spokesperson",
    "legal",
    "scribe",
    "monitor",
    "liaison",
    "expert",
    "observer",
)
DEPARTMENTS = (
    "marketing",
    "pr",
    "legal",
    "hr",
    "support",
    "executive",
    "operations",
    "other",
)

KINDS = ("task", "message", "approval", "notification", "decision", "wait")

COMMON: dict[str, Field] = {
    "key": Field(_text(40), is_needed=True),
    "kind": Field(_choice(KINDS), is_needed=True),
    "title": Field(_text(200), is_needed=True),
    "instructions": Field(_text(5_000)),
    "after": Field(_keys, list),
    "when": Field(_texts, dict),
    "role": Field(_choice(ROLES)),
    "department": Field(_choice(DEPARTMENTS)),
}

OWN: dict[str, dict[str, Field]] = {
    "task": {"due_minutes": Field(_minutes, lambda: None)},
    "message": {
        "template": Field(_pattern(r"[a-z0-9]+(-[a-z0-9]+)*", "template_name"), is_needed=True),
        "language": Field(_pattern(r"[a-z]{2}", "language"), is_needed=True),
        "values": Field(_texts, dict),
    },
    "approval": {"of": Field(_text(40))},
    "notification": {
        "text": Field(_text(1_000), is_needed=True),
        "to": Field(_recipients, is_needed=True),
    },
    "decision": {"options": Field(_options, is_needed=True)},
    "wait": {"minutes": Field(_minutes, is_needed=True)},
}
