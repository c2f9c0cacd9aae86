"""Headers, parameters and the problem document: said once, referred to by every operation."""

from typing import Any

from crisisapi.common.problems import CONTENT_TYPE

_TEXT = {"type": "string"}
_SECONDS = {"type": "integer", "minimum": 1, "examples": [900]}
_ETAG = {"type": "string", "examples": ['"v3-5f2b9c01"']}

HEADERS: dict[str, Any] = {
    "X-Request-Id": {
        "description": "Id of this request, also in our logs; the one you sent, if it was fit.",
        "schema": {"type": "string", "examples": ["0199f3c2-7a10-7c3e-9d55-2f6f0b1f6d21"]},
    },
    "ETag": {
        "description": "What you read, as shown: for If-Match and If-None-Match.",
        "schema": _ETAG,
    },
    "Location": {"description": "Where the new object is.", "schema": {**_TEXT, "format": "uri"}},
    "Idempotent-Replayed": {
        "description": "`true` when this Idempotency-Key was answered before; it is that answer.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "Retry-After": {"description": "Seconds to wait.", "schema": _SECONDS},
    "WWW-Authenticate": {
        "description": "How to sign in.",
        "schema": {"type": "string", "examples": ['Bearer realm="crisisapi"']},
    },
}


def _header(name: str, description: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "header", "description": description, "schema": schema, **more}


PARAMETERS: dict[str, Any] = {
    "Accept-Language": _header(
        "Accept-Language",
        "Language of sentences for people: `en` (by default) or `he`.",
        {"type": "string", "examples": ["he"]},
    ),
    "Idempotency-Key": _header(
        "Idempotency-Key",
        "Any text of yours, up to 255 characters. The same key with the same request within a day "
        "does nothing again and gets the first answer.",
        {"type": "string", "minLength": 1, "maxLength": 255, "examples": ["open-k2-incident-1"]},
    ),
    "If-Match": _header(
        "If-Match",
        "The ETag you read, or `*` to overwrite whatever is there.",
        _ETAG,
        required=True,
    ),
    "If-Match-Optional": _header(
        "If-Match",
        "The ETag you read: refuses with 412 when somebody changed the object since.",
        _ETAG,
    ),
    "If-None-Match": _header(
        "If-None-Match", "The ETag you have: answers 304 when it is still the same.", _ETAG
    ),
    "webhook-id": _header(
        "webhook-id",
        "Id of what is told, the same in every attempt: forget what you had before.",
        {"type": "string", "format": "uuid", "examples": ["019eac41-6c10-7b3e-9d55-2f6f0b1f6d23"]},
        required=True,
    ),
    "webhook-timestamp": _header(
        "webhook-timestamp",
        "Unix seconds of this attempt: refuse what is more than five minutes off.",
        {"type": "string", "examples": ["1780993864"]},
        required=True,
    ),
    "webhook-signature": _header(
        "webhook-signature",
        "`v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`; the key is what base64 decodes "
        "from the secret behind `whsec_`. While a secret is rotated there are two, separated by a "
        "blank: one that fits is enough.",
        {"type": "string", "examples": ["v1,sHbR2ukWLiQVCZ+76JhT/+zTlFv+vjvmZoWCF/ekKnI="]},
        required=True,
    ),
    "fields": {
        "name": "fields",
        "in": "query",
        "description": "Only these fields of each object, separated by commas.",
        "schema": {"type": "string", "examples": ["id,version"]},
    },
}

# What each webhook is signed with that we send.
SIGNED = ("webhook-id", "webhook-timestamp", "webhook-signature")

SCHEMAS: dict[str, Any] = {
    "FieldError": {
        "type": "object",
        "description": "What is wrong with one field.",
        "required": ["code", "message"],
        "properties": {
            "code": {"type": "string", "description": "Stable.", "examples": ["required"]},
            "message": {"type": "string", "description": "A sentence for a person."},
        },
    },
    "Problem": {
        "type": "object",
        "description": "An error after RFC 9457.",
        "required": ["type", "title", "status", "code", "detail", "request_id"],
        "properties": {
            "type": {"type": "string", "format": "uri", "description": "The code as a URN."},
            "title": {"type": "string", "description": "The phrase of the HTTP status."},
            "status": {"type": "integer", "description": "The HTTP status."},
            "code": {
                "type": "string",
                "description": "Stable; branch on this.",
                "examples": ["invalid"],
            },
            "detail": {
                "type": "string",
                "description": "A sentence for a person, in their language.",
            },
            "request_id": {
                "type": "string",
                "description": "Also in X-Request-Id and in our logs.",
            },
            "errors": {
                "type": "object",
                "description": "By field, nested ones with dots: `mentions.0.text`.",
                "additionalProperties": {
                    "type": "array",
                    "items": {"$ref": "#/components/schemas/FieldError"},
                },
            },
        },
    },
}


def header(name: str) -> dict[str, Any]:
    """Return a reference to a header."""
    return {"$ref": f"#/components/headers/{name}"}


def parameter(name: str) -> dict[str, Any]:
    """Return a reference to a parameter."""
    return {"$ref": f"#/components/parameters/{name}"}


def problem_body(codes: list[str]) -> dict[str, Any]:
    """Return the content of an error response, with an example for each code."""
    examples = {code: {"$ref": f"#/components/examples/{code}"} for code in codes}
    schema = {"$ref": "#/components/schemas/Problem"}
    return {CONTENT_TYPE: {"schema": schema, "examples": examples}}
