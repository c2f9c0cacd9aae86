"""Lessons; their steps are actions."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ReasonActionForm, ServiceAdmin, service_action
from incidents.models import Lesson
from incidents.services import lessons as services

_STEPS = {
    services.accept_lesson: _("Accept"),
    services.reject_lesson: _("Reject (give a reason)"),
    services.adopt_lesson: _("Adopt: the way we work was changed"),
    services.verify_lesson: _("Verify: it was seen to work"),
}


@admin.register(Lesson)
class LessonAdmin(ServiceAdmin):
    noun = "lesson"
    fixed = ("incident",)
    fields = [
        "incident",
        "title",
        "observation",
        "recommendation",
        "owner",
        "status",
        "status_reason",
    ]
    readonly_fields = ["status", "status_reason"]
    list_display = ["title", "status", "incident", "brand", "owner", "created_at"]
    list_select_related = ["incident", "brand", "owner"]
    list_filter = ["status", "brand"]
    search_fields = ["title", "observation", "recommendation", "incident__reference"]
    autocomplete_fields = ["incident", "owner"]
    ordering = ["-created_at"]
    action_form = ReasonActionForm
    actions = [
        service_action(service, "lesson", label, gives_reason=True)
        for service, label in _STEPS.items()
    ]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Lesson:
        """Propose a lesson."""
        return services.propose_lesson(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Lesson:
        """Change the wording or the owner."""
        return services.change_lesson(**fields)
