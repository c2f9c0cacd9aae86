"""Mentions, to look at."""

from collections.abc import Callable
from typing import Any, ClassVar, Literal

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import RecordAdmin, service_action
from monitoring.admin.pages import CappedPaginator
from monitoring.models import Mention, Sentiment
from monitoring.selectors.vocabulary import values_in_use
from monitoring.services.corrections import Verdict, correct_mention, undo_correction

TEXT_SHOWN = 120


def _calling(sentiment: Sentiment) -> Callable[..., Mention]:
    """Return the service that says so of a mention."""

    def call(*, expected_version: int | None, **said: Any) -> Mention:
        return correct_mention(verdict=Verdict(sentiment), **said)

    call.__name__ = f"call_{sentiment.value}"
    return call


class InUseFilter(SimpleListFilter):
    """The values that occur; Django's own filter would read every row to find them."""

    column: ClassVar[Literal["platform", "language"]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return each value under its own name."""
        return [(value, value) for value in values_in_use(self.column)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the mentions with the chosen value."""
        chosen = self.value()
        return queryset.filter(**{self.column: chosen}) if chosen else queryset


class PlatformFilter(InUseFilter):
    title = _("platform")
    parameter_name = column = "platform"


class LanguageFilter(InUseFilter):
    title = _("language")
    parameter_name = column = "language"


@admin.register(Mention)
class MentionAdmin(RecordAdmin):
    """The latest to arrive come first: the primary key has that order, whatever the filters.

    A filter on dates stands where Django's date hierarchy would: that one reads all rows to
    find the first and the last date.
    """

    list_display = [
        "published_at",
        "platform",
        "short_text",
        "author",
        "language",
        "sentiment",
        "likes",
        "comments",
        "shares",
        "reach",
        "brand",
    ]
    list_display_links = ["short_text"]
    list_filter = [
        "brand",
        PlatformFilter,
        LanguageFilter,
        "sentiment",
        "author_verified",
        "published_at",
    ]
    list_select_related = ["brand"]
    search_fields = ["text", "author_handle", "author_name", "=author_external_id"]
    search_help_text = _(
        "Words of the text, or its author. With millions of mentions, choose a brand first."
    )
    ordering = ["-id"]
    paginator = CappedPaginator
    actions = [
        service_action(
            _calling(Sentiment.NEGATIVE), "mention", _("It is negative"), permission="correct"
        ),
        service_action(
            _calling(Sentiment.NEUTRAL), "mention", _("It is neutral"), permission="correct"
        ),
        service_action(
            _calling(Sentiment.POSITIVE), "mention", _("It is positive"), permission="correct"
        ),
        service_action(
            undo_correction, "mention", _("Take the correction back"), permission="correct"
        ),
    ]
    show_facets = admin.ShowFacets.NEVER  # each would be a count of all rows

    def has_correct_permission(self, request: HttpRequest) -> bool:
        """Whoever may change mentions: nobody does it by form."""
        return request.user.has_perm("monitoring.change_mention")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Show every field, the text in its own direction."""
        names = [field.name for field in Mention._meta.fields]
        return ["full_text" if name == "text" else name for name in names]

    @admin.display(description=_("text"))
    def short_text(self, mention: Mention) -> SafeString:
        """Return the beginning of the text."""
        return _in_its_direction(Truncator(mention.text).chars(TEXT_SHOWN) or "—")

    @admin.display(description=_("author"))
    def author(self, mention: Mention) -> SafeString | str:
        """Return name and handle; many platforms tell one of them only."""
        known = [one for one in (mention.author_name, mention.author_handle) if one]
        return format_html_join(" · ", "<bdi>{}</bdi>", ((one,) for one in known)) or "-"

    @admin.display(description=_("text"))
    def full_text(self, mention: Mention) -> SafeString:
        """Return the whole text."""
        return _in_its_direction(mention.text)


def _in_its_direction(text: str) -> SafeString:
    style = "display: block; min-width: 22em; white-space: pre-line"
    return format_html('<span dir="auto" style="{}">{}</span>', style, text)
