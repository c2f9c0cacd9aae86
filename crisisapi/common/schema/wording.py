"""Names and sentences of operations, made of the resource's noun and the action's verb."""

import re
from collections.abc import Sequence
from typing import Any

_VERBS = {
    "list": "list",
    "create": "create",
    "retrieve": "get",
    "partial_update": "update",
    "destroy": "delete",
}
_ROLES = {
    "viewer": "viewer or higher",
    "responder": "responder or higher",
    "approver": "approver or manager",
    "manager": "manager",
}


def camel(words: Sequence[str]) -> str:
    """Return `rotateSourceSecret` for `["rotate", "source", "secret"]`."""
    first, *rest = re.split(r"[-_ ]+", " ".join(words).lower())
    return first + "".join(word.capitalize() for word in rest)


def singular(noun: str) -> str:
    """Return `delivery` for `deliveries`."""
    if noun.endswith("ies"):
        return noun[:-3] + "y"
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun


def spoken(noun: str) -> str:
    """Return `API key` for `api-key`."""
    return re.sub(r"\bapi\b", "API", noun.replace("-", " ").replace("_", " "))


def with_article(noun: str) -> str:
    """Return `an API key` for `api-key`."""
    said = spoken(noun)
    return f"{'an' if said[0].lower() in 'aeiou' else 'a'} {said}"


def phrase(*, action: str, method: str, many: bool, nouns: str) -> tuple[str, str]:
    """Return operation id and summary, e.g. `rotateSourceSecret` and its sentence."""
    noun = singular(nouns)
    if action == "list":
        return camel(["list", nouns]), f"List {spoken(nouns)}"
    if action in _VERBS:
        verb, rest = _VERBS[action], ""
    elif method == "GET":
        verb, rest = ("list" if many else "get"), action
    else:
        verb, _, rest = action.partition("_")
    part = f" the {spoken(rest)} of" if rest else ""
    said = f"{verb.capitalize()}{part} {with_article(noun)}"
    return camel([verb, noun, rest] if rest else [verb, noun]), said


def needed(access: Any) -> str:
    """Say in a sentence what role or scope an action asks.

    `access` is what a view's `access` map holds: `role` is None where any person will do; `scope`
    is None where no key may, and `*` where any may.
    """
    person = f"the role {_ROLES[access.role.value]}" if access.role else "any signed-in person"
    if access.scope is None:
        return f"**Needs:** {person}; API keys may not."
    key = "any API key" if access.scope == "*" else f"an API key with `{access.scope}`"
    return f"**Needs:** {person}, or {key}."


def sentences_of(thing: Any) -> str:
    """Return a docstring without its indentation, paragraphs kept."""
    lines = [line.strip() for line in (thing.__doc__ or "").strip().splitlines()]
    paragraphs = "\n".join(lines).split("\n\n")
    return "\n\n".join(paragraph.replace("\n", " ") for paragraph in paragraphs)
