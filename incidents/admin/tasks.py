"""Tasks and commitments; their steps are actions, and what was promised stands."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ReasonActionForm, ServiceAdmin, service_action
from incidents.models import Task
from incidents.services import tasks as services

_WITH_A_REASON = {
    services.block_task: _("Block (give a reason)"),
    services.cancel_task: _("Cancel (give a reason)"),
    services.reopen_task: _("Reopen (give a reason)"),
}


@admin.register(Task)
class TaskAdmin(ServiceAdmin):
    noun = "task"
    fixed = ("incident",)
    list_display = [
        "title",
        "kind",
        "status",
        "priority",
        "owner",
        "department",
        "due_at",
        "alarm",
        "incident",
    ]
    list_select_related = ["incident", "owner"]
    list_filter = ["kind", "status", "alarm", "priority", "department", "brand", "due_at"]
    search_fields = ["title", "description", "promise", "incident__reference"]
    autocomplete_fields = ["incident", "owner"]
    ordering = ["-created_at"]
    action_form = ReasonActionForm
    actions = [
        service_action(services.start_task, "task", _("Start")),
        service_action(services.finish_task, "task", _("Finish (a commitment needs evidence)")),
        *(
            service_action(service, "task", label, gives_reason=True)
            for service, label in _WITH_A_REASON.items()
        ),
    ]
    _given = ["incident", "title", "description", "owner", "department", "priority", "due_at"]
    _steps = ["status", "status_reason", "alarm", "done_at", "done_by"]
    _promised = ["kind", "promise", "promised_at", "public_state"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show what became of it once it is there, and of a commitment what was promised."""
        if obj is None:
            return [(None, {"fields": self._given})]
        shown = [
            (None, {"fields": [*self._given, "evidence"]}),
            (_("Progress"), {"fields": self._steps}),
        ]
        if obj.is_commitment:
            promised = [*self._promised, "promised_in", "is_public"]
            shown.append((_("Promised in public"), {"fields": promised}))
        return shown

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Let nobody set the steps by hand, or promise otherwise afterwards."""
        due = ["due_at"] if obj and obj.is_commitment else []
        by_services = [*self._steps, *self._promised]
        return [*super().get_readonly_fields(request, obj), *by_services, *due]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Task:
        """Add a task."""
        return services.add_task(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Task:
        """Change what is to be done, or pass it on."""
        return services.change_task(**fields)
