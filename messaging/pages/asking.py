"""Questions on the page: read, asked, joined; without cookies and without scripts.

The list is for one person: each form carries a mark of its own, so that it counts once. It is
never cached; the page that is lists the answers and leads here. No CSRF token, for the reason
`messaging/pages/subscribing.py` gives.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crisisapi.common.errors import DomainError
from crisisapi.common.requests import client_address
from messaging.models import PublicPage
from messaging.pages.answers import absent, private, rendered
from messaging.pages.reading import read_page
from messaging.pages.subscribing import TRAP
from messaging.selectors.audience import answers_of, open_questions
from messaging.services.asking import Asked, NoSuchQuestion, ask_question, join_question
from messaging.services.audience_limits import Caller
from messaging.services.voters import new_voter

_FORM = require_http_methods(["GET", "HEAD", "POST"])
_TEXT, _NAME, _ADDRESS = 4_000, 200, 320


@csrf_exempt
@_FORM
def questions(request: HttpRequest, slug: str, language: str = "") -> HttpResponseBase:
    """Show what was answered and asked; take a question, the same answer whatever becomes of it."""
    found = read_page(slug, language)
    if found is None:
        return absent()
    page, spoken = found
    if request.method != "POST":
        return _shown(page, spoken, {"about": request.GET.get("about", "")})
    if not page.takes_questions:
        return absent()
    typed = {
        "text": request.POST.get("text", "")[:_TEXT],
        "name": request.POST.get("name", "")[:_NAME],
        "contact": request.POST.get("contact", "")[:_ADDRESS],
        "about": request.POST.get("about", ""),
        "session": request.POST.get("session", ""),
    }
    if not request.POST.get(TRAP):
        with translation.override(spoken):
            try:
                _ask(request, page, spoken, typed)
            except DomainError as refusal:
                return _refused(page, spoken, typed, refusal)
    return see_other(page, "question-asked", language)


@require_safe
def asked(request: HttpRequest, slug: str, language: str = "") -> HttpResponseBase:
    """Say that it has arrived."""
    return said(
        slug,
        language,
        "question-asked",
        lambda: (
            _("We have your question"),
            _("A person reads it. What we answer stands here, for everybody who wants to know it."),
        ),
    )


@csrf_exempt
@require_POST
def join(request: HttpRequest, slug: str, pk: UUID, language: str = "") -> HttpResponseBase:
    """Take that somebody wants to know it too; twice with one form counts once."""
    found = read_page(slug, language)
    if found is None:
        return absent()
    page, spoken = found
    with translation.override(spoken):
        try:
            join_question(
                page=page,
                question_id=pk,
                token=request.POST.get("form", ""),
                caller=caller_of(request),
                now=timezone.now(),
            )
        except NoSuchQuestion:
            return absent()
        except DomainError as refusal:
            return refused_notice(page, spoken, ("questions", {}), refusal)
    return see_other(page, "question-joined", language)


@require_safe
def joined(request: HttpRequest, slug: str, language: str = "") -> HttpResponseBase:
    """Say that it is counted."""
    return said(
        slug,
        language,
        "question-joined",
        lambda: (
            _("You are counted"),
            _("What many want to know is answered first."),
        ),
    )


def caller_of(request: HttpRequest) -> Caller:
    """Return where a request comes from."""
    return Caller(client_address(request), request.headers.get("User-Agent", ""))


def see_other(page: PublicPage, part: str, language: str, **named: Any) -> HttpResponse:
    """Lead to where the outcome is said, so that loading it again sends nothing again."""
    response = HttpResponseRedirect(page.path_of(part, language, **named), status=303)
    response["Cache-Control"] = "no-store"
    return response


def said(slug: str, language: str, part: str, words: Any) -> HttpResponseBase:
    """Answer with a heading and a sentence in the language of the page."""
    found = read_page(slug, language)
    if found is None:
        return absent()
    page, spoken = found
    with translation.override(spoken):
        heading, text = words()
    body = rendered("public/notice.html", page, spoken, (part, {}), heading=heading, text=text)
    return private(body, page=page, language=spoken)


def refused_notice(
    page: PublicPage, language: str, part: tuple[str, dict[str, Any]], refusal: DomainError
) -> HttpResponse:
    """Answer with what stood in the way."""
    heading = _("This did not work")
    text = str(refusal.detail)
    body = rendered("public/notice.html", page, language, part, heading=heading, text=text)
    return waiting(private(body, page=page, language=language, status=400), refusal)


def waiting(response: HttpResponse, refusal: DomainError) -> HttpResponse:
    """Say when to come back, where that is what was refused for."""
    if refusal.retry_after:
        response.status_code = 429
        response["Retry-After"] = str(refusal.retry_after)
    return response


def _ask(request: HttpRequest, page: PublicPage, language: str, typed: dict[str, str]) -> None:
    ask_question(
        page=page,
        asked=Asked(
            text=typed["text"],
            language=language,
            name=typed["name"],
            contact=typed["contact"] if settings.MAIL_IS_ON else "",
            about=_id(typed["about"]),
            session=_id(typed["session"]),
        ),
        caller=caller_of(request),
        now=timezone.now(),
    )


def _shown(
    page: PublicPage, language: str, typed: dict[str, str], status: int = 200, **more: Any
) -> HttpResponse:
    listed = [
        {"question": one, "path": page.path_of("question-votes", language, pk=one.id)}
        for one in open_questions(page, language)
    ]
    about, session = _id(typed["about"]), _id(typed.get("session", ""))
    body = rendered(
        "public/questions.html",
        page,
        language,
        ("questions", {}),
        answers=answers_of(page, language),
        open=listed,
        token=new_voter(),
        here=page.path_of("questions", language),
        about=str(about) if about else "",
        session_id=str(session) if session else "",
        typed=typed,
        mails=settings.MAIL_IS_ON,
        **more,
    )
    return private(body, page=page, language=language, status=status)


def _refused(
    page: PublicPage, language: str, typed: dict[str, str], refusal: DomainError
) -> HttpResponse:
    field, sentences = next(iter(refusal.errors.items()), ("", [refusal.detail]))
    answer = _shown(page, language, typed, 400, error=str(sentences[0]), wrong=field)
    return waiting(answer, refusal)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
