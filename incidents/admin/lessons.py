"""Lessons; their steps are actions."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ReasonActionForm, ServiceAdmin, service_action
from incidents.admin.columns import incident_link
from incidents.models import Lesson
from incidents.services import lessons as services


def adopt_lesson(*, lesson: Lesson, reason: str, **change: Any) -> Lesson:
    """The way we work was changed; the reason says what was."""
    adoption = services.Adoption(change=reason)
    return services.adopt_lesson(lesson=lesson, adoption=adoption, **change)


def verify_lesson(*, lesson: Lesson, reason: str, **change: Any) -> Lesson:
    """It was seen to work; the reason says what shows it."""
    return services.verify_lesson(lesson=lesson, evidence=reason, **change)


_STEPS = {
    services.accept_lesson: _("Accept"),
    services.reject_lesson: _("Reject (give a reason)"),
    adopt_lesson: _("Adopt (give as the reason what was changed)"),
    verify_lesson: _("Verify (give as the reason what shows that it works)"),
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
        "due_at",
        "status",
        "status_reason",
        "change",
        "playbook_version",
        "evidence",
    ]
    readonly_fields = ["status", "status_reason", "change", "playbook_version", "evidence"]
    list_display = ["title", "status", incident_link, "brand", "owner", "due_at", "created_at"]
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
