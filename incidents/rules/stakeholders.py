"""How to treat a stakeholder, and how to reach them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from incidents.rules.flaws import Flaw

Strategy = Literal["manage_closely", "keep_satisfied", "keep_informed", "monitor"]
STRATEGIES: tuple[Strategy, ...] = ("manage_closely", "keep_satisfied", "keep_informed", "monitor")

# Influence and interest run from 1 to 5; above the middle of the scale is high.
HIGH = 4

CONTACT_KINDS = ("email", "phone", "handle", "address", "other")
MOST_CONTACTS = 20
VALUE_LENGTH, LABEL_LENGTH = 500, 100

_SHAPES = {
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+"),
    "phone": re.compile(r"\+?\d[\d\s()./-]{3,28}\d"),
    "handle": re.compile(r"@?[^\s@]{1,100}"),
}


def strategy_of(*, influence: int, interest: int) -> Strategy:
    """Return how to treat somebody, after the power/interest grid of Mendelow (1991).

    Both numbers are from 1 to 5; from 4 on they count as high.
    """
    if influence >= HIGH:
        return "manage_closely" if interest >= HIGH else "keep_satisfied"
    return "keep_informed" if interest >= HIGH else "monitor"


def flaws_of_contacts(said: Any) -> Iterator[Flaw]:
    """Yield what is wrong with `[{kind, value, label}]`; label may be left out."""
    if not isinstance(said, list) or len(said) > MOST_CONTACTS:
        yield Flaw((), "contacts_shape", {"most": MOST_CONTACTS})
        return
    for place, contact in enumerate(said):
        yield from _flaws_of_contact((str(place),), contact)


def contact_like(line: str) -> dict[str, str]:
    """Return a line of free text as the contact it looks like."""
    value = line.strip()[:VALUE_LENGTH]
    looks = [kind for kind in ("email", "phone") if _SHAPES[kind].fullmatch(value)]
    if not looks and value.startswith("@") and _SHAPES["handle"].fullmatch(value):
        looks = ["handle"]
    return {"kind": looks[0] if looks else "other", "value": value, "label": ""}


def _flaws_of_contact(path: tuple[str, ...], contact: Any) -> Iterator[Flaw]:
    if not isinstance(contact, Mapping) or set(contact) - {"kind", "value", "label"}:
        yield Flaw(path, "contact_shape")
        return
    kind, value, label = (contact.get(name, "") for name in ("kind", "value", "label"))
    if kind not in CONTACT_KINDS:
        yield Flaw((*path, "kind"), "contact_kind", {"choices": ", ".join(CONTACT_KINDS)})
    elif not isinstance(value, str) or not 0 < len(value.strip()) <= len(value) <= VALUE_LENGTH:
        yield Flaw((*path, "value"), "contact_value", {"most": VALUE_LENGTH})
    elif kind in _SHAPES and not _SHAPES[kind].fullmatch(value):
        yield Flaw((*path, "value"), f"contact_{kind}")
    if not isinstance(label, str) or len(label) > LABEL_LENGTH:
        yield Flaw((*path, "label"), "contact_label", {"most": LABEL_LENGTH})
