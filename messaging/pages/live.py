"""Live sessions on the page: read, asked for, joined; without cookies and without scripts."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from messaging.pages.answers import absent, private, rendered
from messaging.pages.reading import read_page
from messaging.selectors.live_sessions import public_sessions, shown_queue, view_session
from messaging.services.voters import new_voter


@require_safe
def live(request: HttpRequest, slug: str, pk: UUID, language: str = "") -> HttpResponseBase:
    """Show a session with its queue; asked and joined is where all questions are."""
    found = read_page(slug, language)
    if found is None:
        return absent()
    page, spoken = found
    session = public_sessions(page, now=timezone.now()).filter(pk=pk).first()
    if session is None:
        return absent()
    queue = [
        {"question": one, "path": page.path_of("question-votes", spoken, pk=one.id)}
        for one in shown_queue(session, page)
    ]
    body = rendered(
        "public/live.html",
        page,
        spoken,
        ("live", {"pk": pk}),
        session=view_session(session, page, spoken),
        queue=queue,
        token=new_voter(),
        here=page.path_of("questions", spoken),
        again=page.path_of("live", spoken, pk=pk),
        mails=settings.MAIL_IS_ON,
    )
    return private(body, page=page, language=spoken)
