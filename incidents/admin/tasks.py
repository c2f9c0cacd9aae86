"""Tasks and commitments; their steps are actions, and what was promised stands."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import (
    ModelForm,
    ReasonActionForm,
    RecordInline,
    ServiceAdmin,
    service_action,
)
from incidents.admin.columns import incident_link
from incidents.admin.evidence import EvidenceInline
from incidents.models import Evidence, Task
from incidents.services import tasks as services

_WITH_A_REASON = {
    services.block_task: _("Block (give a reason)"),
    services.cancel_task: _("Cancel (give a reason)"),
    services.reopen_task: _("Reopen (give a reason)"),
}


class TaskForm(ModelForm):
    """A new task; with a promise it is a commitment."""

    promised_words = forms.CharField(
        label=_("Promise"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What the public was promised, word for word; empty for a task."),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a promise without a time."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("promised_words") and not said.get("due_at"):
            self.add_error("due_at", _("Say when it was promised to be done."))
        return said


class TaskInline(RecordInline):
    model = Task
    fields = ["title", "kind", "status", "owner", "department", "due_at", "alarm"]
    ordering = ["due_at"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read along who does it."""
        return super().get_queryset(request).select_related("owner")


@admin.register(Task)
class TaskAdmin(ServiceAdmin):
    noun = "task"
    fixed = ("incident",)
    list_display = [
        "title",
        incident_link,
        "kind",
        "status",
        "priority",
        "owner",
        "department",
        "due_at",
        "alarm",
    ]
    list_select_related = ["incident", "owner"]
    list_filter = ["kind", "status", "alarm", "priority", "department", "brand", "due_at"]
    search_fields = ["title", "description", "promise", "incident__reference"]
    autocomplete_fields = ["incident", "owner"]
    ordering = ["-created_at"]
    action_form = ReasonActionForm
    inlines = [EvidenceInline]
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
            promise = {"fields": ["promised_words", "promised_in"]}
            return [(None, {"fields": self._given}), (_("Promised in public"), promise)]
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
        by_services = [*self._steps, *self._promised] if obj else []
        return [*super().get_readonly_fields(request, obj), *by_services, *due]

    def get_form(self, request: HttpRequest, obj: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Ask for a promise only where none was made."""
        if obj is None:
            kwargs["form"] = TaskForm
        return super().get_form(request, obj, *args, **kwargs)

    def further(self, obj: Task) -> Any:
        """Offer to show that it was done."""
        return [(Evidence, {"incident": obj.incident_id, "task": obj.pk})]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Task:
        """Add a task, or make a commitment where the public was promised something."""
        promise, promised_in = fields.pop("promised_words"), fields.pop("promised_in")
        if not promise:
            return services.add_task(**fields)
        return services.make_commitment(promise=promise, promised_in=promised_in, **fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Task:
        """Change what is to be done, or pass it on."""
        return services.change_task(**fields)
