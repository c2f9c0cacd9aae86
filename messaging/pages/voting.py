"""Polls on the page: read, answered; without cookies and without scripts."""

from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from crisisapi.common.errors import DomainError
from messaging.models import Poll, PublicPage
from messaging.pages.answers import absent, private, rendered
from messaging.pages.asking import caller_of, see_other, waiting
from messaging.pages.reading import read_page
from messaging.selectors.polls import public_polls, tallies_of, view_poll
from messaging.services.voters import DeadForm, new_voter
from messaging.services.voting import NoSuchPoll, cast_ballot, has_voted

_FORM = require_http_methods(["GET", "HEAD", "POST"])


@csrf_exempt
@_FORM
def poll(request: HttpRequest, slug: str, pk: UUID, language: str = "") -> HttpResponseBase:
    """Show a poll with its form; take a ballot, and lead to where it is said that it counts."""
    found = _found(slug, pk, language)
    if found is None:
        return absent()
    page, spoken, asked = found
    if request.method != "POST":
        return _shown(page, spoken, asked)
    token = request.POST.get("form", "")
    choices = [int(one) for one in request.POST.getlist("choice")[:20] if _is_number(one)]
    with translation.override(spoken):
        try:
            cast_ballot(
                page=page,
                poll_id=pk,
                choices=choices,
                token=token,
                caller=caller_of(request),
                now=timezone.now(),
            )
        except NoSuchPoll:
            return absent()
        except DomainError as refusal:
            sentence = next(iter(refusal.errors.values()), [refusal.detail])[0]
            return waiting(_shown(page, spoken, asked, error=str(sentence)), refusal)
    return see_other(page, "poll-voted", language, pk=pk, form=token)


@require_safe
def voted(
    request: HttpRequest, slug: str, pk: UUID, form: str, language: str = ""
) -> HttpResponseBase:
    """Say that a ballot is counted, with what who voted may see."""
    found = _found(slug, pk, language)
    if found is None:
        return absent()
    page, spoken, asked = found
    try:
        is_known = has_voted(asked, form)
    except DeadForm:
        is_known = False
    return _shown(page, spoken, asked, is_voter=is_known)


def _found(slug: str, pk: UUID, language: str) -> tuple[PublicPage, str, Poll] | None:
    found = read_page(slug, language)
    asked = public_polls(found[0]).filter(pk=pk).first() if found else None
    return (*found, asked) if found and asked else None


def _shown(
    page: PublicPage, language: str, asked: Poll, *, error: str = "", is_voter: bool = False
) -> HttpResponse:
    tally = tallies_of([asked])[asked.pk]
    now = timezone.now()
    body = rendered(
        "public/poll.html",
        page,
        language,
        ("poll", {"pk": asked.pk}),
        poll=view_poll(asked, tally, page, language, now=now, has_voted=is_voter),
        here=page.path_of("poll", language, pk=asked.pk),
        token=new_voter(),
        error=error,
        is_voter=is_voter,
    )
    return private(body, page=page, language=language, status=400 if error else 200)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 3
