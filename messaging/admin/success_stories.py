"""Success stories, changed through their services."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ModelForm, ReasonActionForm, ServiceAdmin, service_action
from messaging.models import SuccessStory
from messaging.services.success_stories import (
    change_story,
    release_story,
    retire_story,
    tell_story,
)


class SuccessStoryForm(ModelForm):
    def clean_tags(self) -> list[Any]:
        """Take an empty field for a story without tags."""
        return self.cleaned_data["tags"] or []

    def clean_figures(self) -> list[Any]:
        """Take an empty field for a story without figures."""
        return self.cleaned_data["figures"] or []


@admin.register(SuccessStory)
class SuccessStoryAdmin(ServiceAdmin):
    noun = "story"
    form = SuccessStoryForm
    list_display = [
        "title",
        "kind",
        "language",
        "is_citable",
        "released_by",
        "expires_on",
        "brand",
        "updated_at",
    ]
    list_filter = ["is_citable", "brand", "kind", "language", "created_at"]
    list_select_related = ["brand", "released_by"]
    search_fields = ["title", "situation", "deed", "tags"]
    autocomplete_fields = ["incident"]
    ordering = ["-created_at"]
    action_form = ReasonActionForm
    actions = [
        service_action(release_story, "story", _("Let messages cite it")),
        service_action(
            retire_story, "story", _("Let no message cite it (give a reason)"), gives_reason=True
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the stories without what they are found by."""
        return super().get_queryset(request).defer("search")

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> SuccessStory:
        """Write a story down."""
        return tell_story(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> SuccessStory:
        """Change a story."""
        return change_story(**fields)
