"""Files people sent, given back: as downloads, never as pages of ours."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

_GUARDS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


def download(content: bytes, *, name: str, content_type: str) -> HttpResponse:
    """Return bytes as an attachment; a name that is not ASCII is given as RFC 5987 says."""
    named = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    headers = {"Content-Disposition": named, **_GUARDS}
    return HttpResponse(content, content_type=content_type, headers=headers)
