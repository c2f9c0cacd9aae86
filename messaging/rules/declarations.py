"""What a template says of its placeholders: name, type, label, example, limits."""

from collections.abc import Iterator, Mapping
from typing import Any

from messaging.rules.placeholders import is_name

TYPES = (
    "text",
    "number",
    "date",
    "time",
    "datetime",
    "url",
    "phone",
    "email",
    "choice",
    "money",
    "fact",
)
# Values no longer than this, in characters; a declaration may ask for less.
VALUE_LENGTH = 5_000
MOST = 50
_FIELDS = {
    "type": "text",
    "label": {},
    "required": True,
    "example": "",
    "choices": [],
    "max_length": None,
}

Declaration = dict[str, Any]
# Where it is wrong, and a stable word for how.
Flaw = tuple[str, str]


def declared(said: object) -> Any:
    """Return declarations in full; a bare name stands for a text. What is neither comes back."""
    if not isinstance(said, list):
        return said
    return [_declaration(one) for one in said]


def _declaration(said: object) -> Any:
    if isinstance(said, str):
        said = {"name": said}
    if not isinstance(said, Mapping):
        return said
    return {"name": said.get("name"), **_FIELDS, **said}


def flaws_of(declarations: object) -> list[Flaw]:
    """Return what is wrong with declarations in full, each with its path; empty: nothing."""
    if not isinstance(declarations, list):
        return [("", "not_a_list")]
    if len(declarations) > MOST:
        return [("", "too_many")]
    flaws: list[Flaw] = []
    seen: set[str] = set()
    for place, one in enumerate(declarations):
        found = list(_flaws(one)) or ([("name", "twice")] if one["name"] in seen else [])
        flaws += [(f"{place}.{path}" if path else str(place), code) for path, code in found]
        if not found:
            seen.add(one["name"])
    return flaws


def _flaws(one: Any) -> Iterator[Flaw]:
    if not isinstance(one, Mapping):
        yield "", "not_an_object"
        return
    if unknown := set(one) - {"name", *_FIELDS}:
        yield min(map(str, unknown)), "unknown_field"
    if not is_name(one.get("name")):
        yield "name", "not_a_name"
    if one["type"] not in TYPES:
        yield "type", "not_a_type"
    if not _is_label(one["label"]):
        yield "label", "not_a_label"
    if not isinstance(one["required"], bool):
        yield "required", "not_a_bool"
    if not isinstance(one["example"], str) or len(one["example"]) > VALUE_LENGTH:
        yield "example", "not_a_text"
    yield from _limits(one)


def _limits(one: Mapping[str, Any]) -> Iterator[Flaw]:
    choices, most = one["choices"], one["max_length"]
    if not _are_choices(choices) or (one["type"] == "choice") != bool(choices):
        yield "choices", "not_choices"
    if most is not None and (type(most) is not int or not 1 <= most <= VALUE_LENGTH):
        yield "max_length", "not_a_length"


def _are_choices(choices: object) -> bool:
    return (
        isinstance(choices, list)
        and all(isinstance(one, str) and one.strip() for one in choices)
        and len(set(choices)) == len(choices)
    )


def _is_label(label: object) -> bool:
    return isinstance(label, Mapping) and all(
        isinstance(code, str) and len(code) == 2 and isinstance(text, str) and len(text) <= 200
        for code, text in label.items()
    )
