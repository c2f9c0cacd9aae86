"""Authors and their influence, to look at, and to link to stakeholders."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import RecordAdmin, ServiceAdmin, service_action
from incidents.models.stakeholder import Stance
from monitoring.admin.pages import CappedPaginator
from monitoring.models import Author, Influence, Mention
from monitoring.rules.forgetting import plain_handle
from monitoring.selectors.stances import overall_stance
from monitoring.services.author_links import link_author, unlink_author

_COUNTED = [
    "mentions",
    "positive",
    "neutral",
    "negative",
    "repeats",
    "agrees",
    "disputes",
    "first_seen_at",
    "last_seen_at",
]


@admin.register(Author)
class AuthorAdmin(ServiceAdmin):
    """Who is heard; only who that is can be said here."""

    noun = "author"
    list_display = ["account", "platform", "mentions", "stance", "stakeholder", "last_seen_at"]
    list_filter = ["brand", "platform", "is_known", ("stakeholder", admin.EmptyFieldListFilter)]
    list_select_related = ["brand", "stakeholder"]
    search_fields = ["=id", "stakeholder__name"]
    search_help_text = _("The whole name of the account, or the name of the stakeholder.")
    autocomplete_fields = ["stakeholder"]
    ordering = ["-id"]
    paginator = CappedPaginator
    show_facets = admin.ShowFacets.NEVER  # each would be a count of all rows
    fields = ["account", "brand", "platform", "stakeholder", "stance", "is_known", *_COUNTED]
    readonly_fields = ["account", "brand", "platform", "stance", "is_known", *_COUNTED]
    actions = [
        service_action(unlink_author, "author", _("It is not that stakeholder")),
    ]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """They come of mentions."""
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read along what mentions say of them."""
        return Author.objects.heard().named()

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """Find accounts by their names in mentions, too."""
        found, is_doubled = super().get_search_results(request, queryset, search_term)
        if not search_term:
            return found, is_doubled
        said = Mention.objects.by_handle(plain_handle(search_term))
        named = queryset.filter(key__in=said.values("author_key"))
        return queryset.filter(Q(pk__in=found.values("pk")) | Q(pk__in=named.values("pk"))), False

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Author:
        """Say which stakeholder it is, or none."""
        if fields["stakeholder"] is not None:
            return link_author(**fields)
        del fields["stakeholder"]
        return unlink_author(**fields)

    @admin.display(description=_("account"))
    def account(self, author: Any) -> SafeString | str:
        """Return name and handle as their latest mention says."""
        return _account(author) or str(_("forgotten"))

    @admin.display(description=_("stance"))
    def stance(self, author: Author) -> str:
        """Return how they stand, from what they said."""
        return str(Stance(overall_stance(author)).label)


def _account(author: Any) -> SafeString:
    known = author.known or {}
    told = [known[name] for name in ("name", "handle") if known.get(name)]
    return format_html_join(" · ", "<bdi>{}</bdi>", ((one,) for one in told))


@admin.register(Influence)
class InfluenceAdmin(RecordAdmin):
    """Who moves which incident, as it was last measured."""

    list_display = [
        "incident",
        "rank",
        "author",
        "score",
        "people",
        "answers",
        "shares",
        "copies",
        "reach",
    ]
    list_filter = ["brand", "measured_at"]
    list_select_related = ["brand", "incident", "author"]
    search_fields = ["incident__reference", "incident__title", "=author__id"]
    ordering = ["incident", "rank"]
