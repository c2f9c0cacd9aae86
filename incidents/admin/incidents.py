"""Incidents; their status moves by actions."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ReasonActionForm, ServiceAdmin, service_action
from incidents.models import Incident
from incidents.services import incidents as services

_MOVES = {
    services.start_response: _("Start to respond"),
    services.start_monitoring: _("Start to monitor"),
    services.start_recovery: _("Start to recover"),
    services.start_learning: _("Start to learn"),
    services.close_incident: _("Close"),
    services.decline_incident: _("Decline (give a reason)"),
    services.reopen_incident: _("Reopen (give a reason)"),
}


@admin.register(Incident)
class IncidentAdmin(ServiceAdmin):
    noun = "incident"
    fixed = ("brand", "mode")
    list_display = [
        "reference",
        "title",
        "brand",
        "status",
        "severity",
        "kind",
        "mode",
        "lead",
        "opened_at",
    ]
    list_display_links = ["reference", "title"]
    list_select_related = ["brand", "lead"]
    list_filter = ["status", "severity", "mode", "kind", "legitimacy", "brand"]
    search_fields = ["reference", "title", "summary"]
    autocomplete_fields = ["brand", "lead"]
    date_hierarchy = "opened_at"
    ordering = ["-created_at"]
    action_form = ReasonActionForm
    actions = [
        service_action(service, "incident", label, gives_reason=True)
        for service, label in _MOVES.items()
    ]
    fieldsets = [
        (None, {"fields": ["brand", "title", "summary", "lead", "started_at"]}),
        (
            _("Assessment"),
            {"fields": ["kind", "cause", "legitimacy", "responsibility", "severity", "mode"]},
        ),
    ]
    _lifecycle = [
        "reference",
        "status",
        "status_reason",
        "opened_at",
        "responded_at",
        "ended_at",
        "version",
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the lifecycle of what is there."""
        lifecycle = (_("Lifecycle"), {"fields": self._lifecycle})
        return [*self.fieldsets, lifecycle] if obj else self.fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Let nobody set the lifecycle by hand."""
        return [*super().get_readonly_fields(request, obj), *self._lifecycle]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Incident:
        """Open an incident in triage."""
        return services.open_incident(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Incident:
        """Change what is known of it."""
        return services.change_incident(**fields)
