"""Answers that everybody may read: kept by caches, asked for again at the price of a 304."""

import hashlib
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

# Served from a cache while a new answer is fetched, and as long as the service cannot be reached.
STALE_TIMES = 5
STALE_IF_ERROR_SECONDS = 86_400
_RUNS_NOTHING = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; sandbox"


def shared(
    request: HttpRequest, response: HttpResponse, *, seconds: int, changed_at: datetime
) -> HttpResponse:
    """Return the answer with what caches need, or a 304 for who has it; it depends on its address.

    The entity tag is of the content, so that it changes with what is shown and only then.
    `changed_at` must not be before anything shown last changed.
    """
    response["Cache-Control"] = caching_for(seconds)
    response["ETag"] = f'"{hashlib.blake2b(response.content, digest_size=16).hexdigest()}"'
    response["Last-Modified"] = http_date(changed_at.timestamp())
    answer: Any = get_conditional_response(
        request,
        etag=response["ETag"],
        last_modified=int(changed_at.timestamp()),
        response=response,
    )
    answer.path_says_all = True  # for PathSaysAllMiddleware
    return answer  # type: ignore[no-any-return]


def kept_privately(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return an answer for one caller, or a 304 for who has it; what it shows runs nothing."""
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = f'"{hashlib.blake2b(response.content, digest_size=16).hexdigest()}"'
    response["Content-Security-Policy"] = _RUNS_NOTHING
    answer: Any = get_conditional_response(request, etag=response["ETag"], response=response)
    return answer  # type: ignore[no-any-return]


def caching_for(seconds: int) -> str:
    """Return the Cache-Control of what everybody may read for so many seconds."""
    stale = f"stale-if-error={STALE_IF_ERROR_SECONDS}"
    if not seconds:
        return f"public, no-cache, {stale}"
    return f"public, max-age={seconds}, stale-while-revalidate={seconds * STALE_TIMES}, {stale}"
