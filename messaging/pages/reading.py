"""The page, its incidents and its feed: for everybody, in each of its languages."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from messaging.models import PublicPage
from messaging.pages.answers import absent, cacheable, rendered
from messaging.pages.feed import feed_of
from messaging.selectors.audience import answers_of
from messaging.selectors.live_sessions import LiveSessionView, view_sessions
from messaging.selectors.polls import PollView, view_polls
from messaging.selectors.public_shapes import IncidentView
from messaging.selectors.public_view import (
    find_public,
    latest_updates,
    page_of,
    view_incident,
    view_page,
)
from messaging.services.subscribers import can_subscribe

# The newest; all of them have an address of their own.
ANSWERS_ON_PAGE = 10


def read_page(slug: str, language: str) -> tuple[PublicPage, str] | None:
    """Return a page that everybody may read, and the language it is asked for in."""
    page = page_of(slug)
    if page is None or (language and language not in page.languages):
        return None
    return page, language or page.main_language


@require_safe
def show_page(request: HttpRequest, slug: str, language: str = "") -> HttpResponseBase:
    """Show all that the public is told."""
    found = read_page(slug, language)
    if found is None:
        return absent()
    page, spoken = found
    view = view_page(page, spoken, now=_now())
    body = rendered(
        "public/page.html",
        page,
        spoken,
        ("page", {}),
        view=view,
        answers=answers_of(page, spoken)[:ANSWERS_ON_PAGE],
        polls=_polls(page, spoken),
        lives=_lives(page, spoken),
        questions=page.path_of("questions", spoken),
        can_subscribe=can_subscribe(page),
        subscribe=page.path_of("subscribe", spoken),
    )
    return cacheable(request, body, page=page, language=spoken, changed_at=view.changed_at)


@require_safe
def show_incident(
    request: HttpRequest, slug: str, pk: UUID, language: str = ""
) -> HttpResponseBase:
    """Show one incident; one that was merged leads to the other."""
    found = read_page(slug, language)
    public = find_public(found[0], pk) if found else None
    if found is None or public is None:
        return absent()
    page, spoken = found
    if public.pk != pk:
        return HttpResponsePermanentRedirect(page.path_of("incident", language, pk=public.pk))
    view = view_incident(page, public, spoken, now=_now())
    with translation.override(spoken):
        elsewhere = _elsewhere(page, view.incidents[0])
    body = rendered(
        "public/incident.html",
        page,
        spoken,
        ("incident", {"pk": pk}),
        view=view,
        incident=view.incidents[0],
        questions=page.path_of("questions", spoken),
        elsewhere=elsewhere,
        can_subscribe=can_subscribe(page),
        subscribe=page.path_of("subscribe", spoken),
    )
    return cacheable(request, body, page=page, language=spoken, changed_at=view.changed_at)


@require_safe
def show_feed(request: HttpRequest, slug: str, language: str = "") -> HttpResponseBase:
    """Show the last updates to feed readers."""
    found = read_page(slug, language)
    if found is None:
        return absent()
    page, spoken = found
    entries = latest_updates(page, spoken)
    with translation.override(spoken), timezone.override(page.brand.time_zone):
        body = feed_of(page, spoken, entries)
    changed_at = max([page.changed_at, *(one.changed_at for one, _public, _title in entries)])
    answer = cacheable(
        request,
        body,
        page=page,
        language=spoken,
        changed_at=changed_at,
        content_type="application/atom+xml; charset=utf-8",
    )
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _elsewhere(page: PublicPage, incident: IncidentView) -> list[tuple[dict[str, str], int]]:
    """Return how many updates there are in other languages, and where."""
    return [
        (
            {
                "code": code,
                "name": translation.get_language_info(code)["name_translated"],
                "path": page.path_of("incident", code, pk=incident.id),
            },
            count,
        )
        for code, count in incident.elsewhere.items()
        if code in page.languages
    ]


def _polls(page: PublicPage, language: str) -> list[tuple[PollView, str]]:
    """Return the polls of the page, and where each is answered."""
    return [
        (view, page.path_of("poll", language, pk=view.id))
        for view in view_polls(page, language, now=_now())
    ]


def _lives(page: PublicPage, language: str) -> list[tuple[LiveSessionView, str]]:
    """Return the live sessions of the page, and where each is."""
    return [
        (view, page.path_of("live", language, pk=view.id))
        for view in view_sessions(page, language, now=_now())
    ]


def _now() -> datetime:
    return timezone.now()
