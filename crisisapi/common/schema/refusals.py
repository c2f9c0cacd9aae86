"""The errors an operation can answer, with an example of each made by the code that answers."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404
from rest_framework import exceptions
from rest_framework.exceptions import ErrorDetail

from crisisapi.common.errors import DomainError, StaleVersion
from crisisapi.common.idempotency import KeyReused
from crisisapi.common.problems import PreconditionRequired, answer_exception, problem
from crisisapi.common.schema.components import header, problem_body

REQUEST_ID = "0199f3c2-7a10-7c3e-9d55-2f6f0b1f6d21"

DESCRIPTIONS = {
    400: "The request has errors; `errors` says in which fields.",
    401: "Sign in, or send a valid token, key or signature.",
    403: "Your role or the key's scopes do not allow this.",
    404: "There is nothing here, or nothing you may see.",
    409: "The state of things does not allow this.",
    412: "Somebody changed the object since you read it.",
    413: "The body is too large.",
    415: "Send `application/json`.",
    428: "Send If-Match with the ETag you read.",
    429: "Too many attempts: wait for Retry-After seconds.",
    503: "The database is away for a moment: try again after Retry-After seconds.",
}

# Error responses that are the same for many operations, and the problems each is shown with.
SHARED = {
    "BadQuery": ["unknown_parameter"],
    "BadBody": ["invalid", "unknown_field", "malformed_json"],
    "NotSignedIn": ["not_authenticated", "authentication_failed"],
    "Forbidden": ["permission_denied"],
    "ForbiddenToWrite": ["permission_denied", "csrf_failed"],
    "NotFound": ["not_found"],
    "KeyReused": ["idempotency_key_reused"],
    "Stale": ["stale_version"],
    "BodyTooLarge": ["body_too_large"],
    "UnsupportedMediaType": ["unsupported_media_type"],
    "PreconditionRequired": ["precondition_required"],
    "Unavailable": ["unavailable"],
}
_HEADERS = {401: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After"}


def _field_error(field: str, code: str, sentence: str) -> Exception:
    return exceptions.ValidationError({field: [ErrorDetail(sentence, code=code)]})


def _raised() -> dict[str, Exception]:
    return {
        "invalid": _field_error("title", "required", "This field is required."),
        "unknown_field": _field_error("tilte", "unknown_field", "There is no such field here."),
        "unknown_parameter": _field_error(
            "colour", "unknown_parameter", "There is no such parameter here. Known: fields."
        ),
        "malformed_json": exceptions.ParseError("The body is not valid JSON: unexpected end."),
        "not_authenticated": exceptions.NotAuthenticated(),
        "authentication_failed": exceptions.AuthenticationFailed(
            "This token or key is not known, or no longer valid."
        ),
        "permission_denied": exceptions.PermissionDenied(DESCRIPTIONS[403]),
        "csrf_failed": exceptions.PermissionDenied(
            "CSRF Failed: CSRF token missing.", code="csrf_failed"
        ),
        "not_found": Http404(),
        "idempotency_key_reused": KeyReused(),
        "stale_version": StaleVersion(),
        "body_too_large": RequestDataTooBig(),
        "unsupported_media_type": exceptions.UnsupportedMediaType("text/plain"),
        "precondition_required": PreconditionRequired(),
    }


@cache
def usual_problems() -> dict[str, dict[str, Any]]:
    """Return the problem documents that many operations share, by name."""
    found = {name: _answered(error) for name, error in _raised().items()}
    away = {**problem(503, detail=DESCRIPTIONS[503]), "request_id": REQUEST_ID}
    return {**found, "unavailable": away}


def _answered(error: Exception) -> dict[str, Any]:
    response = answer_exception(error, {})
    if response is None:
        raise error
    return {**response.data, "request_id": REQUEST_ID}


def domain_errors(base: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    """Return every refusal that is loaded."""
    for cls in base.__subclasses__():
        yield cls
        yield from domain_errors(cls)


def own_problem(app: str, code: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the problem document of a refusal; `said` completes what only an instance knows."""
    if "status" in said:
        document = problem(said["status"], code=code)
    else:
        [cls] = [one for one in domain_errors() if _is_of(one, app) and one.code == code][:1]
        refusal = DomainError(cls.detail)
        refusal.code, refusal.refusal = code, cls.refusal
        document = _answered(refusal)
    more = {name: said[name] for name in ("detail", "errors") if name in said}
    return {**document, **more, "request_id": REQUEST_ID}


def _is_of(refusal: type[DomainError], app: str) -> bool:
    return refusal.__module__.startswith(f"{app}.")


def error_responses(
    usual: Iterable[str], own: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Return the error responses of an operation: shared ones by reference, its own in full."""
    known = usual_problems()
    names: dict[int, list[str]] = {}
    for name in usual:
        names.setdefault(known[name]["status"], []).append(name)
    told: dict[int, dict[str, Any]] = {}
    for code, document in own.items():
        told.setdefault(document["status"], {})[code] = document
    return {
        str(status): _referred(names.get(status, []))
        if status not in told and names[status] in SHARED.values()
        else _in_full(status, names.get(status, []), told.get(status, {}))
        for status in {*names, *told}
    }


def shared_responses() -> dict[str, dict[str, Any]]:
    """Return the error responses that operations refer to."""
    known = usual_problems()
    return {
        called: _in_full(known[names[0]]["status"], names, {}) for called, names in SHARED.items()
    }


def _referred(names: list[str]) -> dict[str, Any]:
    [called] = [called for called, known in SHARED.items() if known == names]
    return {"$ref": f"#/components/responses/{called}"}


def _in_full(status: int, names: list[str], own: Mapping[str, Any]) -> dict[str, Any]:
    content = problem_body(names)
    for body in content.values():
        body["examples"] |= {
            code: {"summary": document["detail"], "value": document}
            for code, document in own.items()
        }
    headers = ["X-Request-Id"] + ([_HEADERS[status]] if status in _HEADERS else [])
    return {
        "description": DESCRIPTIONS.get(status, HTTPStatus(status).phrase),
        "headers": {name: header(name) for name in headers},
        "content": content,
    }
