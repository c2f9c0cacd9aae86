"""Answers that are reports: pages to read, files to keep."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from monitoring.services.report_writing import WrittenReport

# Nothing in a page of ours runs, and it asks nobody for anything.
_GUARDS = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; sandbox"
    ),
}


def written_answer(written: WrittenReport) -> HttpResponse:
    """Return the report: a page is shown, everything else is kept as a file."""
    is_file = written.media_type != "text/html"
    named = content_disposition_header(as_attachment=is_file, filename=written.file_name)
    charset = "; charset=utf-8" if written.media_type.startswith("text/") else ""
    headers = {"Content-Disposition": named or "attachment", **_GUARDS}
    return HttpResponse(
        written.content, content_type=f"{written.media_type}{charset}", headers=headers
    )
