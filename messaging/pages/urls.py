"""Addresses of the public page; each also with the language in front of its own part."""

from collections.abc import Callable

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, register_converter

from messaging.pages import asking, live, reading, subscribing, voting


class LanguageConverter:
    """A language the page may be read in."""

    regex = "he|en"

    def to_python(self, value: str) -> str:
        """Return it as it is."""
        return value

    def to_url(self, value: str) -> str:
        """Return it as it is."""
        return value


register_converter(LanguageConverter, "spoken")

_PARTS: dict[str, tuple[str, Callable[..., HttpResponseBase]]] = {
    "page": ("", reading.show_page),
    "incident": ("incidents/<uuid:pk>/", reading.show_incident),
    "feed": ("feed.atom", reading.show_feed),
    "subscribe": ("subscribe/", subscribing.subscribe),
    "confirm": ("confirm/<str:token>/", subscribing.confirm),
    "questions": ("questions/", asking.questions),
    "question-asked": ("questions/asked/", asking.asked),
    "question-votes": ("questions/<uuid:pk>/votes/", asking.join),
    "question-joined": ("questions/joined/", asking.joined),
    "poll": ("polls/<uuid:pk>/", voting.poll),
    "poll-voted": ("polls/<uuid:pk>/voted/<str:form>/", voting.voted),
    "live": ("live/<uuid:pk>/", live.live),
    "leave": ("leave/<str:token>/", subscribing.leave),
}

urlpatterns: list[URLPattern] = [
    path(f"<slug:slug>/{prefix}{part}", view, name=f"public-{name}")
    for name, (part, view) in _PARTS.items()
    for prefix in ("", "<spoken:language>/")
]
