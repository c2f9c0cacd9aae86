"""Public pages: set up, looked at, opened and closed; how many subscribe, never who."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import LanguagesField, ModelForm, ServiceAdmin, service_action
from messaging.admin.words import WordsField
from messaging.models import PublicPage, SubscriberStatus
from messaging.services import public_pages as services


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(widget=forms.Textarea(attrs={"rows": 4, "cols": 40}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Return the texts as lines."""
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Return the lines that are not blank."""
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what would be stored."""
        return bool(self.to_python(data) != (initial or []))


class PublicPageForm(ModelForm):
    languages = LanguagesField(
        label=_("languages"),
        help_text=_("Languages it is read in, he or en, the main one first."),
    )
    titles = WordsField(label=_("title"), help_text=_("Its heading, by language; one line."))
    intros = WordsField(
        rows=3, label=_("introduction"), help_text=_("What stands at its top, by language.")
    )
    blocked_words = LinesField(
        label=_("blocked words"),
        help_text=_("Words that flag a question for its moderator, one a line; shown to nobody."),
    )
    colour = forms.CharField(
        label=_("colour"),
        initial="#1f4e79",
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text=_("Colour of headings and links, e.g. #1f4e79; shaded until it can be read."),
    )


@admin.register(PublicPage)
class PublicPageAdmin(ServiceAdmin):
    noun = "page"
    form = PublicPageForm
    fields = [
        "brand",
        "slug",
        "languages",
        "titles",
        "intros",
        "contact_url",
        "colour",
        "cache_seconds",
        "takes_subscribers",
        "takes_questions",
        "blocked_words",
        "is_published",
        "seen_at",
        "subscriber_count",
    ]
    readonly_fields = ["is_published", "seen_at", "subscriber_count"]
    list_display = ["slug", "brand", "is_published", "seen_at", "subscriber_count", "changed_at"]
    list_filter = ["is_published", "brand"]
    list_select_related = ["brand"]
    search_fields = ["slug", "brand__name"]
    ordering = ["slug"]
    actions = [
        service_action(services.open_page, "page", _("Open it to everybody")),
        service_action(services.close_page, "page", _("Close it")),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PublicPage]:
        """Count who is written to."""
        confirmed = Q(subscribers__status=SubscriberStatus.CONFIRMED)
        pages: QuerySet[PublicPage] = super().get_queryset(request)
        return pages.annotate(readers=Count("subscribers", filter=confirmed))

    @admin.display(description=_("subscribers"))
    def subscriber_count(self, page: Any) -> int:
        """How many people get its updates by e-mail."""
        return int(getattr(page, "readers", 0))

    @admin.display(description=_("address"))
    def seen_at(self, page: PublicPage) -> SafeString | str:
        """Where it is read, once it is open."""
        if not page.is_published:
            return "–"
        path = page.path_of("page")
        return format_html('<a href="{}" dir="ltr">{}</a>', path, path)

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> PublicPage:
        """Set up a page."""
        return services.add_page(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> PublicPage:
        """Change how it looks."""
        return services.change_page(**fields)
