"""What is known of the request being answered: its id, and where it comes from."""

from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest

request_id: ContextVar[str] = ContextVar("request_id", default="")


def client_address(request: HttpRequest) -> str:
    """Return the network address of the caller, behind a proxy as the proxy saw it.

    Only the last part of X-Forwarded-For is believed: the ones before it can be made up.
    """
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_TLS else ""
    seen = forwarded.rpartition(",")[2].strip()
    return seen or str(request.META.get("REMOTE_ADDR", ""))
