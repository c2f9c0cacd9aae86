"""How the steps of a playbook are described; the service checks them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from incidents.rules.step_fields import DEPARTMENTS, KINDS, ROLES


def _of(kind: str, description: str) -> dict[str, Any]:
    return {"type": kind, "description": description}


def _one_of(description: str, known: tuple[str, ...]) -> dict[str, Any]:
    return _of("string", f"{description} One of: {', '.join(known)}.")


def _list(description: str) -> dict[str, Any]:
    return {**_of("array", description), "items": {"type": "string"}}


def _texts(description: str) -> dict[str, Any]:
    return {**_of("object", description), "additionalProperties": {"type": "string"}}


_RECIPIENTS = {
    **_of("object", "notification: who is told; at least one."),
    "properties": {
        "roles": _list(f"Roles in the incident: {', '.join(ROLES)}."),
        "departments": _list(f"Departments of the brand: {', '.join(DEPARTMENTS)}."),
    },
}

# Which fields a step has beside the common ones depends on its kind.
_STEP: dict[str, Any] = {
    **_of("object", "A step; beside the common fields it has those of its kind."),
    "required": ["key", "kind", "title"],
    "properties": {
        "key": _of("string", "Its name among the steps: lower case, digits, hyphens."),
        "kind": _one_of("What it does.", KINDS),
        "title": _of("string", "What is to be done, in one line."),
        "instructions": _of("string", "How it is done."),
        "after": _list("Keys of the steps it follows; it starts when all are done or skipped."),
        "when": _texts("Choices it hangs on: key of a decision before it → option."),
        "role": _one_of("Who does it: whoever has this role in the incident.", ROLES),
        "department": _one_of("Which department does it.", DEPARTMENTS),
        "due_minutes": {
            "type": ["integer", "null"],
            "description": "task: due so many minutes after it starts.",
        },
        "template": _of("string", "message: name of the template."),
        "language": _of("string", "message: language, ISO 639-1."),
        "values": _texts(
            "message: values for placeholders. incident_title, incident_reference and brand are "
            "known without."
        ),
        "of": _of(
            "string",
            "approval: key of the message step before it whose message has to be approved; "
            "empty: a person approves the step itself.",
        ),
        "text": _of("string", "notification: what people are told."),
        "to": _RECIPIENTS,
        "options": _list("decision: what can be chosen, 2 to 6."),
        "minutes": _of("integer", "wait: how long."),
    },
}


@extend_schema_field({"type": "array", "items": _STEP})
class StepsField(serializers.JSONField):
    """Steps as JSON; mistakes are told by the service, each at its place."""


@extend_schema_field(_STEP)
class StepField(serializers.JSONField):
    """One step as JSON."""
