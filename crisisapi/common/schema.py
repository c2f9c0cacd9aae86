"""How operations look in the OpenAPI document."""

import re
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

_ERRORS = {
    "400": "The request has errors; `errors` says which fields.",
    "401": "Sign in, or send a valid token or API key.",
    "403": "Your role or the key's scopes do not allow this.",
    "404": "There is nothing here, or nothing you may see.",
    "409": "The state of the object does not allow this.",
    "412": "Somebody else changed the object since you read it.",
    "413": "The body is too large.",
    "415": "Send application/json.",
    "428": "Send If-Match with the ETag you read.",
    "429": "Too many requests; wait for Retry-After seconds.",
}
_VERBS = {
    "list": "list",
    "create": "create",
    "retrieve": "get",
    "partial_update": "update",
    "destroy": "delete",
}


def _camel(text: str) -> str:
    first, *rest = re.split(r"[-_/]+", text)
    return first + "".join(word.capitalize() for word in rest)


class OperationSchema(AutoSchema):
    """Operation ids fit for a client method, and the headers every operation takes."""

    def get_operation_id(self) -> str:
        """Return e.g. `listIncidents`, `getIncident`, `respondIncident`."""
        noun = self.get_tags()[0]
        action = getattr(self.view, "action", None) or self.method.lower()
        single = getattr(self.view, "noun", "") or _singular(noun)
        verb = _VERBS.get(action, _camel(action))
        return _camel(f"{verb}-{noun if action == 'list' else single}")

    def get_tags(self) -> list[str]:
        """Return the resource, the first part of the path after the version."""
        parts = [part for part in self.path.split("/") if part and not part.startswith("{")]
        return [getattr(self.view, "tag", "") or parts[2]]

    def get_summary(self) -> str:
        """Return the first line of the docstring of the action."""
        method = getattr(self.view, getattr(self.view, "action", "") or "", None)
        text = getattr(self.view, "summaries", {}).get(getattr(self.view, "action", ""))
        return str(text or (getattr(method, "__doc__", "") or "").strip().split("\n")[0])

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular declares it
        """Return the rest of the docstring of the action."""
        method = getattr(self.view, getattr(self.view, "action", "") or "", None)
        lines = (getattr(method, "__doc__", "") or "").strip().split("\n")[1:]
        return "\n".join(line.strip() for line in lines).strip()

    def get_override_parameters(self) -> list[Any]:
        """Add Idempotency-Key to every POST that takes one, If-Match to every edit."""
        from_view = list(super().get_override_parameters())
        if self.method == "POST" and getattr(self.view, "idempotent", False):
            from_view.append(_header("Idempotency-Key", "Any text of yours; repeat it safely."))
        if self.method in ("PATCH", "DELETE"):
            from_view.append(_header("If-Match", "The ETag of the version you read.", needed=True))
        return from_view


def _header(name: str, description: str, *, needed: bool = False) -> Any:
    return OpenApiParameter(
        name, str, OpenApiParameter.HEADER, required=needed, description=description
    )


def _singular(noun: str) -> str:
    last = noun.rsplit("-", 1)[-1]
    if last.endswith("ies"):
        return noun[:-3] + "y"
    return noun[:-1] if last.endswith("s") and not last.endswith("ss") else noun


def describe_problems(
    result: dict[str, Any],
    generator: Any,
    request: Any,
    public: bool,  # noqa: FBT001 - drf-spectacular calls it so
) -> dict[str, Any]:
    """Add the Problem schema, and to each operation the errors it can answer."""
    result["components"].setdefault("schemas", {})["Problem"] = _PROBLEM
    for operations in result["paths"].values():
        for method, operation in operations.items():
            for status in _errors_of(method, operation):
                operation["responses"].setdefault(
                    status,
                    {
                        "description": _ERRORS[status],
                        "content": {
                            "application/problem+json": {
                                "schema": {"$ref": "#/components/schemas/Problem"}
                            }
                        },
                    },
                )
            operation["responses"] = dict(sorted(operation["responses"].items()))
    return result


def _errors_of(method: str, operation: dict[str, Any]) -> set[str]:
    signed_in = {} not in operation.get("security", [{}])
    found = {"400"} | ({"401", "403"} if signed_in else set())
    names = {parameter["name"] for parameter in operation.get("parameters", [])}
    if "id" in names:
        found.add("404")
    if method == "post":
        found |= {"409", "413", "415"}
    if method in ("patch", "delete"):
        found |= {"409", "412", "428"}
    if method == "patch":
        found |= {"413", "415"}
    return found


_PROBLEM = {
    "type": "object",
    "description": "An error after RFC 9457.",
    "required": ["type", "title", "status", "code", "detail", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri", "examples": ["urn:crisisapi:problem:invalid"]},
        "title": {"type": "string", "examples": ["Bad Request"]},
        "status": {"type": "integer", "examples": [400]},
        "code": {
            "type": "string",
            "description": "Stable; branch on this.",
            "examples": ["invalid"],
        },
        "detail": {"type": "string", "description": "A sentence for a person, in their language."},
        "request_id": {"type": "string", "description": "Also in X-Request-Id and in our logs."},
        "errors": {
            "type": "object",
            "description": "By field, nested ones with dots.",
            "additionalProperties": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["code", "message"],
                    "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
                },
            },
        },
    },
}
