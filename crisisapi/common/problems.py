"""RFC 9457 problem documents for every error, whatever raised it."""

import sys
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from django.core.exceptions import (
    ObjectDoesNotExist,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings

from crisisapi.common.errors import DomainError, Refusal
from crisisapi.common.quoting import shortened
from crisisapi.common.requests import request_id

log = structlog.get_logger(__name__)

CONTENT_TYPE = "application/problem+json"
CHALLENGE = 'Bearer realm="crisisapi"'

_STATUS = {
    Refusal.INVALID: 400,
    Refusal.UNSIGNED: 401,
    Refusal.FORBIDDEN: 403,
    Refusal.MISSING: 404,
    Refusal.CONFLICT: 409,
    Refusal.STALE: 412,
    Refusal.TOO_LARGE: 413,
    Refusal.TOO_MANY: 429,
}
_CODES = {
    400: "bad_request",
    401: "not_authenticated",
    403: "permission_denied",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    411: "length_required",
    413: "body_too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
    500: "internal_error",
    503: "unavailable",
}
# The first that fits: a body too large is a suspicious operation too.
_RAISED_BY_DJANGO: dict[type[Exception], int] = {
    Http404: 404,
    ObjectDoesNotExist: 404,
    PermissionDenied: 403,
    RequestDataTooBig: 413,
    SuspiciousOperation: 400,
    UnreadablePostError: 400,
}

# A deadlock, a lost connection, a full disk: rolled back, and likely to go better in a moment.
_DATABASE_AWAY = (OperationalError, InterfaceError)
DATABASE_RETRY_SECONDS = 2

# Sentences quote what was sent: an answer must not grow with the request.
FIELDS_TOLD = 100
NAME_LENGTH = 200
MESSAGE_LENGTH = 1_000

FieldErrors = dict[str, list[dict[str, str]]]


class PreconditionRequired(exceptions.APIException):
    """An edit came without If-Match."""

    status_code = 428
    default_code = "precondition_required"

    def __init__(self) -> None:
        super().__init__(_("Send If-Match with the ETag of the version you read."))


def problem(
    status: int,
    *,
    code: str = "",
    detail: object = "",
    errors: FieldErrors | None = None,
) -> dict[str, Any]:
    """Return a problem document; `code` defaults to the usual one of the status."""
    code = code or _CODES.get(status, "error")
    document: dict[str, Any] = {
        "type": f"urn:crisisapi:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": _message(detail) or HTTPStatus(status).description,
        "request_id": request_id.get(),
    }
    if errors:
        document["errors"] = _told(errors)
    return document


def _told(errors: FieldErrors) -> FieldErrors:
    """Return so many sentences, of whichever fields come first."""
    told: FieldErrors = {}
    left = FIELDS_TOLD
    for field, entries in errors.items():
        if left <= 0:
            break
        told[shortened(field, NAME_LENGTH)] = entries[:left]
        left -= len(entries)
    return told


def problem_response(status: int, **document: Any) -> HttpResponse:
    """Return a problem as a plain Django response, for code outside of DRF."""
    return HttpResponse(
        orjson.dumps(problem(status, **document)), status=status, content_type=CONTENT_TYPE
    )


def answer_exception(exception: Exception, context: Mapping[str, Any]) -> Response | None:
    """Turn an exception of a view into a problem; the unknown ones go on to the 500 handler."""
    if isinstance(exception, DomainError):
        return _refused(exception)
    if isinstance(exception, exceptions.APIException):
        return _api_exception(exception)
    if isinstance(exception, _DATABASE_AWAY):
        return _database_away(exception)
    for kind, status in _RAISED_BY_DJANGO.items():
        if isinstance(exception, kind):
            return _answer(status, detail=_sentence(status))
    return None


def _sentence(status: int) -> str:
    return {
        403: _("You may not do this."),
        404: _("There is nothing here, or nothing you may see."),
        413: _("The request body is too large."),
        500: _("Something went wrong on our side."),
        503: _("The database did not answer. Repeat the request, with its Idempotency-Key if any."),
    }.get(status, "")


def _refused(error: DomainError) -> Response:
    errors = {
        field: [{"code": error.code, "message": _message(text)} for text in texts]
        for field, texts in error.errors.items()
    }
    answer = _answer(
        _STATUS[error.refusal], code=error.code, detail=error.detail, errors=errors or None
    )
    if error.retry_after is not None:
        answer["Retry-After"] = str(error.retry_after)
    if error.refusal is Refusal.UNSIGNED:
        answer["WWW-Authenticate"] = CHALLENGE
    return answer


def _database_away(error: Exception) -> Response:
    log.warning("database.unavailable", error=type(error.__cause__ or error).__name__)
    answer = _answer(503, detail=_sentence(503))
    answer["Retry-After"] = str(DATABASE_RETRY_SECONDS)
    return answer


def _api_exception(error: exceptions.APIException) -> Response:
    if isinstance(error, exceptions.ValidationError):
        answer = _answer(
            400,
            code="invalid",
            detail=_("The request has errors."),
            errors=flatten(error.get_full_details()),
        )
    else:
        codes = error.get_codes()
        code = codes if isinstance(codes, str) and codes != "error" else ""
        if isinstance(error, exceptions.ParseError):
            code = "malformed_json"
        answer = _answer(error.status_code, code=code, detail=error.detail)
    if header := getattr(error, "auth_header", None):
        answer["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        answer["Retry-After"] = str(int(wait))
    return answer


def _answer(status: int, **document: Any) -> Response:
    return Response(problem(status, **document), status=status, content_type=CONTENT_TYPE)


def flatten(details: object, path: str = "") -> FieldErrors:
    """Flatten DRF's nested error details into `{"a.0.b": [{"code", "message"}]}`."""
    if isinstance(details, Mapping) and set(details) == {"message", "code"}:
        return {path or "non_field_errors": [_entry(details)]}
    found: FieldErrors = {}
    if isinstance(details, Mapping):
        steps: Sequence[tuple[object, object]] = list(details.items())
    else:
        steps = list(enumerate(details)) if isinstance(details, Sequence) else []
    for step, inner in steps:
        leaf = isinstance(inner, Mapping) and set(inner) == {"message", "code"}
        inside_list = isinstance(details, Sequence)
        is_whole = step == api_settings.NON_FIELD_ERRORS_KEY and bool(path)
        below = path if is_whole or (leaf and inside_list) else f"{path}.{step}".lstrip(".")
        for field, entries in flatten(inner, below).items():
            found.setdefault(field, []).extend(entries)
    return found


def _entry(detail: Mapping[Any, Any]) -> dict[str, str]:
    return {"code": force_str(detail["code"]), "message": _message(detail["message"])}


def _message(text: object) -> str:
    # A kept sentence is a text already, and worded by `str` alone.
    return shortened(str(force_str(text)), MESSAGE_LENGTH)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django itself refuses as malformed."""
    status = 413 if isinstance(exception, RequestDataTooBig) else 400
    return problem_response(status, detail=_sentence(status))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a refusal raised outside of the API."""
    return problem_response(403, detail=_sentence(403))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a path that leads nowhere."""
    return problem_response(404, detail=_sentence(404))


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault of ours; its trace is in the log under the same request id."""
    if isinstance(sys.exception(), _DATABASE_AWAY):
        response = problem_response(503, detail=_sentence(503))
        response["Retry-After"] = str(DATABASE_RETRY_SECONDS)
        return response
    return problem_response(500, detail=_sentence(500))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form without a valid CSRF token."""
    return problem_response(403, code="csrf_failed", detail=reason)
