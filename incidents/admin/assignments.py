"""Roles in incidents: given here, ended by an action."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import RecordInline, ServiceAdmin, service_action
from incidents.models import Assignment
from incidents.services.assignments import assign_role, end_assignment


class AssignmentInline(RecordInline):
    model = Assignment
    fields = ["role", "person", "note", "taken_over_from", "created_at", "ended_at"]
    ordering = ["role", "-created_at"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read the people along."""
        rows = super().get_queryset(request)
        return rows.select_related("person", "taken_over_from__person")


@admin.register(Assignment)
class AssignmentAdmin(ServiceAdmin):
    noun = "assignment"
    fixed = ("incident", "person", "role", "note")
    fields = ["incident", "person", "role", "note", "taken_over_from", "created_at", "ended_at"]
    readonly_fields = ["taken_over_from", "created_at", "ended_at"]
    list_display = ["person", "role", "incident", "brand", "created_at", "ended_at"]
    list_select_related = ["person", "incident", "brand"]
    list_filter = ["role", ("ended_at", admin.EmptyFieldListFilter), "brand"]
    search_fields = ["person__username", "person__first_name", "incident__reference", "note"]
    autocomplete_fields = ["incident", "person"]
    ordering = ["-created_at"]
    actions = [service_action(end_assignment, "assignment", _("End"))]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Assignment:
        """Give a role; one that somebody holds alone passes on."""
        return assign_role(**fields)
