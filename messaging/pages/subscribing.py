"""The forms of subscribers: to ask, to confirm, to leave; without cookies and without scripts.

Nobody is signed in here, so there is nothing another site could misuse: asking sends one mail that
must be answered, confirming and leaving need a link that only the address got. Hence no CSRF token,
which would need a cookie.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from crisisapi.common.errors import DomainError, InvalidInput
from crisisapi.common.nudges import nudge
from crisisapi.common.requests import client_address
from messaging.models import PublicPage
from messaging.pages.answers import absent, private, rendered
from messaging.pages.reading import read_page
from messaging.services.subscribers import (
    DeadLink,
    Step,
    TooManyRequests,
    ask_to_subscribe,
    can_subscribe,
    confirm_subscriber,
    end_subscription,
    subscriber_of,
)
from messaging.tasks import mail_subscribers

# People leave it empty: they do not see it.
TRAP = "website"
_FORM = require_http_methods(["GET", "HEAD", "POST"])


@csrf_exempt
@_FORM
def subscribe(request: HttpRequest, slug: str, language: str = "") -> HttpResponseBase:
    """Show the form; take an address and answer the same whether it is known or not."""
    found = read_page(slug, language)
    if found is None or not can_subscribe(found[0]):
        return absent()
    page, spoken = found
    if request.method != "POST":
        return _form(page, spoken)
    address = request.POST.get("address", "")[:320]
    with translation.override(spoken):
        if not request.POST.get(TRAP):
            try:
                _ask(request, page, spoken, address)
            except (InvalidInput, TooManyRequests) as refusal:
                return _refused(page, spoken, address, refusal)
        said = {
            "heading": _("Look into your mailbox"),
            "text": _(
                "If this address is not subscribed yet, a mail with a link is on its way to it. "
                "Open the link to confirm; without that nothing more is sent."
            ),
        }
    return _notice(page, spoken, ("subscribe", {}), None, **said)


@csrf_exempt
@_FORM
def confirm(request: HttpRequest, slug: str, token: str, language: str = "") -> HttpResponseBase:
    """Ask once more (programs that look into mails follow links), then subscribe."""
    return _step(request, (slug, language, token), "confirm", confirm_subscriber)


@csrf_exempt
@_FORM
def leave(request: HttpRequest, slug: str, token: str, language: str = "") -> HttpResponseBase:
    """Ask once more, then send nothing any more; a POST of a mail program leaves at once."""
    return _step(request, (slug, language, token), "leave", end_subscription)


def _ask(request: HttpRequest, page: PublicPage, language: str, address: str) -> None:
    ask_to_subscribe(
        page=page,
        address=address,
        language=language,
        client=client_address(request),
        now=timezone.now(),
    )
    nudge(mail_subscribers)


def _step(
    request: HttpRequest, link: tuple[str, str, str], step: Step, take: Callable[..., Any]
) -> HttpResponseBase:
    slug, language, token = link
    found = read_page(slug, language)
    if found is None:
        return absent()
    page, spoken = found
    part = (step, {"token": token})
    with translation.override(spoken):
        said = _wording(step)
        try:
            if request.method == "POST":
                take(token=token, now=timezone.now())
                return _notice(page, spoken, part, heading=said["done"], text=said["after"])
            subscriber_of(token, step, now=timezone.now())
        except DeadLink as refusal:
            heading = _("This link does not work any more")
            text = _("It is too old, or it was used. You can ask for updates again.")
            return _notice(page, spoken, part, refusal, heading=heading, text=text)
    body = rendered("public/step.html", page, spoken, part, **said)
    return private(body, page=page, language=spoken)


def _wording(step: Step) -> dict[str, str]:
    if step == "confirm":
        return {
            "heading": _("Confirm that you want updates"),
            "text": _("We write to you when something new is published here."),
            "button": _("Yes, send me updates"),
            "done": _("You will hear from us"),
            "after": _("Each mail has a link with which you can leave."),
        }
    return {
        "heading": _("Leave the updates by e-mail"),
        "text": _("We send you nothing more, and erase your address."),
        "button": _("Send me nothing more"),
        "done": _("You get no more mails"),
        "after": _("Your address is erased. What is new stays to be read here."),
    }


def _form(page: PublicPage, language: str, status: int = 200, **said: Any) -> HttpResponse:
    path = page.path_of("subscribe", language)
    body = rendered(
        "public/subscribe.html", page, language, ("subscribe", {}), subscribe=path, **said
    )
    return private(body, page=page, language=language, status=status)


def _refused(page: PublicPage, language: str, address: str, refusal: DomainError) -> HttpResponse:
    sentences = refusal.errors.get("address", [refusal.detail])
    status = 429 if isinstance(refusal, TooManyRequests) else 400
    answer = _form(page, language, status, address=address, error=str(sentences[0]))
    if refusal.retry_after:
        answer["Retry-After"] = str(refusal.retry_after)
    return answer


def _notice(
    page: PublicPage,
    language: str,
    part: tuple[str, dict[str, Any]],
    refusal: DomainError | None = None,
    **said: Any,
) -> HttpResponse:
    body = rendered("public/notice.html", page, language, part, **said)
    return private(body, page=page, language=language, status=404 if refusal else 200)
