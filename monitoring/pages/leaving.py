"""Leaving reports by mail: one button, or one click in the program that reads the mail."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, get_language_bidi
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from monitoring.services.report_letters import recipient_id_of
from monitoring.services.report_schedules import leave_by_link

_GUARDS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
}


@csrf_exempt  # The token is all it takes, and RFC 8058 posts without a cookie.
@require_http_methods(["GET", "HEAD", "POST"])
def leave_reports(request: HttpRequest, token: str) -> HttpResponse:
    """Show the button; a POST leaves. A mail program that looks at links makes nobody leave."""
    recipient = recipient_id_of(token)
    is_done = False
    if recipient is not None and request.method == "POST":
        is_done = leave_by_link(recipient_id=recipient, now=timezone.now())
    said = {
        "is_known": recipient is not None,
        "is_done": is_done,
        "language": get_language(),
        "direction": "rtl" if get_language_bidi() else "ltr",
    }
    status = 200 if recipient else 404
    page = render(request, "reports/leaving.html", said, status=status)
    for name, value in _GUARDS.items():
        page[name] = value
    return page
