"""What happens to every request before and after its view."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from crisisapi.common.ids import uuid7
from crisisapi.common.problems import problem_response
from crisisapi.common.requests import request_id

_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{8,64}")
LENGTH_DIGITS = 18

Answer = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Give the request an id (the caller's own X-Request-Id when it is sane), and say it back."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with X-Request-Id set."""
        given = request.headers.get("X-Request-Id", "")
        current = given if _ACCEPTABLE.fullmatch(given) else str(uuid7())
        token = request_id.set(current)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response["X-Request-Id"] = current
        return response


class BodyLimitMiddleware:
    """Refuse a body that is too large, or of unsaid length, before reading it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 411, 400 or 413, or pass the request on."""
        length = request.headers.get("Content-Length", "")
        if not length:
            if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
                return problem_response(411, detail="Send the body with a Content-Length.")
            return self.get_response(request)
        if not (length.isascii() and length.isdigit()):
            return problem_response(400, detail="Content-Length must be a whole number.")
        limit = settings.MAX_BODY_BYTES
        if len(length) > LENGTH_DIGITS or int(length) > limit:
            return problem_response(
                413, detail=f"A request body may have at most {limit} bytes; split the request."
            )
        return self.get_response(request)


class PathSaysAllMiddleware:
    """Let caches share an answer that depends on its path alone.

    Outside of LocaleMiddleware, which makes every answer vary by Accept-Language; a view says
    `answer.path_says_all = True`.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer without Vary where the view said so."""
        response = self.get_response(request)
        if getattr(response, "path_says_all", False):
            response.headers.pop("Vary", None)
        return response
