"""Reviews of incidents; completed and reopened by actions."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ReasonActionForm, ServiceAdmin, service_action
from crisisapi.common.admin_json import json_shown
from incidents.admin.columns import incident_link
from incidents.models import Lesson, Review
from incidents.services import reviews as services

_WORDS = ["summary", "went_well", "went_badly", "causes", "recommendations"]


@admin.register(Review)
class ReviewAdmin(ServiceAdmin):
    noun = "review"
    fixed = ("incident",)
    _own: ClassVar[list[Any]] = [
        "status",
        "status_reason",
        "recorded_at",
        "completed_at",
        "completed_by",
        json_shown(Review, "record"),
    ]
    list_display = ["status", incident_link, "brand", "recorded_at", "completed_at", "completed_by"]
    list_select_related = ["incident", "brand", "completed_by"]
    list_filter = ["status", "brand"]
    search_fields = ["incident__reference", "incident__title", "summary", "recommendations"]
    autocomplete_fields = ["incident"]
    ordering = ["-created_at"]
    action_form = ReasonActionForm
    actions = [
        service_action(services.refresh_review, "review", _("Read the log anew")),
        service_action(services.complete_review, "review", _("Complete")),
        service_action(
            services.reopen_review, "review", _("Reopen (give a reason)"), gives_reason=True
        ),
    ]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask only for the incident at first: the log says the rest."""
        return ["incident", *_WORDS, *self._own] if obj else ["incident"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Let nobody write the record, nor change what is completed."""
        words = _WORDS if obj and obj.is_completed else []
        return [*super().get_readonly_fields(request, obj), *self._own, *words]

    def further(self, obj: Review) -> Any:
        """Offer to learn from it."""
        return [(Lesson, {"incident": obj.incident_id})]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Review:
        """Begin the review with what the log says."""
        return services.draft_review(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Review:
        """Write what people make of it."""
        return services.change_review(**fields)
