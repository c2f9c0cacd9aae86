"""How pages are answered: cacheable by anybody and without cookies, or for one person alone."""

import base64
import hashlib
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation

from crisisapi.common.caching import shared
from messaging.models import PublicPage
from messaging.rules.contrast import DARK_GROUND, LIGHT_GROUND, readable_on
from messaging.rules.words import direction_of

HTML = "text/html; charset=utf-8"


def policy_of(style: str = "") -> str:
    """Return a content security policy: no scripts, styles of ours, forms to us alone."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    inline = f" 'sha256-{digest}'" if style else ""
    return (
        f"default-src 'none'; style-src 'self'{inline}; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


def theme_of(page: PublicPage) -> str:
    """Return the style with the page's colour, shaded until it can be read on both grounds."""
    light = readable_on(page.colour, LIGHT_GROUND)
    dark = readable_on(page.colour, DARK_GROUND)
    return (
        f":root{{--accent:{light}}}"
        f"@media (prefers-color-scheme:dark){{:root{{--accent:{dark}}}}}"
        f"@media print{{:root{{--accent:{light}}}}}"
    )


def rendered(
    template: str, page: PublicPage, language: str, part: tuple[str, dict[str, Any]], **said: Any
) -> str:
    """Return a page as HTML in a language, times in the brand's zone.

    `part` names what is shown, so that it can be offered in the other languages too.
    """
    name, key = part
    others = [
        (code, translation.get_language_info(code)["name_local"], page.path_of(name, code, **key))
        for code in page.languages
    ]
    context = {
        "page": page,
        "language": language,
        "direction": direction_of(language),
        "theme": theme_of(page),
        "others": others,
        "main_path": page.path_of(name, **key),
        "home": page.path_of("page", language),
        "feed": page.path_of("feed", language),
        "date_format": "j בF Y, H:i" if language == "he" else "j F Y, H:i",
        "day_format": "j בF Y" if language == "he" else "j F Y",
        **said,
    }
    with translation.override(language), timezone.override(page.brand.time_zone):
        return render_to_string(template, context)


def cacheable(
    request: HttpRequest,
    body: str,
    *,
    page: PublicPage,
    language: str,
    changed_at: datetime,
    content_type: str = HTML,
) -> HttpResponse:
    """Answer what everybody may read and keep; 304 to who has it."""
    response = HttpResponse(body, content_type=content_type)
    _describe(response, page, language)
    return shared(request, response, seconds=page.cache_seconds, changed_at=changed_at)


def private(body: str, *, page: PublicPage, language: str, status: int = 200) -> HttpResponse:
    """Answer what is for one person: kept by nobody, found by no search engine."""
    response = HttpResponse(body, content_type=HTML, status=status)
    _describe(response, page, language)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def absent() -> HttpResponse:
    """Answer that there is no such page, without a word of what there may be."""
    response = HttpResponse(render_to_string("public/absent.html"), content_type=HTML, status=404)
    response["Content-Security-Policy"] = policy_of()
    response["Cache-Control"] = "no-cache"
    return response


def _describe(response: HttpResponse, page: PublicPage, language: str) -> None:
    response["Content-Language"] = language
    response["Content-Security-Policy"] = policy_of(theme_of(page))
    response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
