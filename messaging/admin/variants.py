"""Variants, changed through their services, with the count of each post beside it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ModelForm, RecordInline, ServiceAdmin
from crisisapi.common.admin_json import PrettyJSONField
from messaging.models import MediaAsset, Variant
from messaging.services import variants as services
from messaging.services.limit_sentences import UNITS, sentence_of
from messaging.services.piecing import measures_of, shown_by


def shown_posts(variant: Variant) -> SafeString | str:
    """Return each post with its count and what is wrong with it."""
    if not variant.pieces:
        return "-"
    measures = measures_of(variant, shown_by(variant), variant.pieces)
    rows = (
        (
            measure.length,
            "∞" if measure.limit is None else measure.limit,
            UNITS[measure.unit],
            piece["text"],
            " ".join(sentence_of(problem) for problem in measure.problems),
        )
        for piece, measure in zip(variant.pieces, measures, strict=True)
    )
    return format_html_join(
        "",
        '<p><strong><bdi dir="ltr">{} / {}</bdi> {}</strong><br>'
        '<span dir="auto" style="white-space: pre-wrap">{}</span><br><em>{}</em></p>',
        rows,
    )


@admin.display(description=_("length"))
def lengths(variant: Variant) -> str:
    """Return the counts of the posts, shortly."""
    measures = measures_of(variant, shown_by(variant), variant.pieces)
    return ", ".join(
        f"{one.length}" if one.limit is None else f"{one.length}/{one.limit}" for one in measures
    )


class VariantInline(RecordInline):
    model = Variant
    fields = ["channel", "is_thread", "posts"]
    ordering = ["channel__name"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read along what is counted."""
        return super().get_queryset(request).select_related("channel", "message")

    @admin.display(description=_("posts"))
    def posts(self, variant: Variant) -> SafeString | str:
        """Show each post with its count."""
        return shown_posts(variant)


class VariantForm(ModelForm):
    media_shown = forms.ModelMultipleChoiceField(
        queryset=MediaAsset.objects.all(),
        required=False,
        label=_("pictures and films"),
        help_text=_("In the order they were added; the API knows any order."),
    )

    link = forms.URLField(
        required=False,
        label=_("link"),
        max_length=2_000,
        assume_scheme="https",
        help_text=_("An address the post leads to: a preview where there is one, else its end."),
    )

    options = PrettyJSONField(
        required=False,
        label=capfirst(Variant._meta.get_field("options").verbose_name),
        initial=dict,
        help_text=Variant._meta.get_field("options").help_text,
    )

    class Meta:
        widgets = {"text": forms.Textarea(attrs={"rows": 8, "cols": 80})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.pieces:
            shown = self.instance.media.values_list("asset_id", flat=True)
            self.initial["media_shown"] = list(shown)

    def clean_options(self) -> dict[str, Any]:
        """Take an empty field for no options."""
        return self.cleaned_data["options"] or {}


@admin.register(Variant)
class VariantAdmin(ServiceAdmin):
    noun = "variant"
    form = VariantForm
    fixed = ("message", "channel")
    readonly_fields = ["posts", "created_at", "updated_at"]
    fields = [
        "message",
        "channel",
        "title",
        "text",
        "is_thread",
        "is_numbered",
        "is_isolated",
        "link",
        "options",
        "media_shown",
        "posts",
    ]
    list_display = ["message", "channel", "is_thread", lengths, "brand", "updated_at"]
    list_select_related = ["message", "channel", "brand"]
    list_filter = ["channel__platform", "is_thread", "brand"]
    search_fields = ["message__title", "title", "text", "channel__name"]
    autocomplete_fields = ["message", "channel"]
    ordering = ["-updated_at"]
    list_per_page = 20

    @admin.display(description=_("posts"))
    def posts(self, variant: Variant) -> SafeString | str:
        """Show each post with its count."""
        return shown_posts(variant)

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Variant:
        """Write a variant."""
        return services.write_variant(**_with_media(fields))

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Variant:
        """Change a variant."""
        return services.change_variant(**_with_media(fields))


def _with_media(fields: dict[str, Any]) -> dict[str, Any]:
    if "media_shown" not in fields:
        return fields
    shown = fields.pop("media_shown").order_by("created_at")
    return {**fields, "media": [(asset, asset.alt_text) for asset in shown]}
