"""Goals; their state is measured, never set."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from crisisapi.common.admin import ServiceAdmin
from incidents.models import Goal
from incidents.services.goals import change_goal, set_goal

_MEASURED = ["current", "progress", "state", "measured_at"]


@admin.register(Goal)
class GoalAdmin(ServiceAdmin):
    noun = "goal"
    fixed = ("incident", "metric")
    fields = ["incident", "title", "metric", "baseline", "target", "deadline", *_MEASURED]
    readonly_fields = _MEASURED
    list_display = ["title", "metric", "baseline", "target", "current", "state", "deadline"]
    list_filter = ["state", "metric", "brand", "deadline"]
    search_fields = ["title", "incident__reference"]
    autocomplete_fields = ["incident"]
    ordering = ["-created_at"]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Goal:
        """Set a goal."""
        return set_goal(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Goal:
        """Change title, baseline, target or deadline."""
        return change_goal(**fields)
