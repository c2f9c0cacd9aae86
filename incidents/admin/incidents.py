"""Incidents; their status moves by actions."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ServiceAdmin, service_action
from incidents.admin.assignments import AssignmentInline
from incidents.admin.clocks import ClockInline
from incidents.admin.evidence import EvidenceInline
from incidents.admin.facts import FactInline
from incidents.admin.playbook_runs import RunInline
from incidents.admin.stakeholders import InvolvedInline
from incidents.admin.tasks import TaskInline
from incidents.admin.understanding import (
    RELATIONS,
    UNDERSTANDING,
    IncidentActionForm,
    IncidentForm,
    UnderstandingFields,
    pair_action,
)
from incidents.models import Assignment, Evidence, Fact, Incident, PlaybookRun, ShiftNote, Task
from incidents.services import incidents as services
from incidents.services.acknowledgements import acknowledge_incident
from incidents.services.incident_relations import relate_incidents, unrelate_incidents
from incidents.services.merging import merge_incident

_MOVES = {
    services.start_response: _("Start to respond"),
    services.start_monitoring: _("Start to monitor"),
    services.start_recovery: _("Start to recover"),
    services.start_learning: _("Start to learn"),
    services.close_incident: _("Close"),
    services.decline_incident: _("Decline (give a reason)"),
    services.reopen_incident: _("Reopen (give a reason)"),
}


_BEGUN_HERE = [Fact, Task, Evidence, Assignment, ShiftNote, PlaybookRun]


def _merge(**said: Any) -> Incident:
    return merge_incident(expected_version=None, **said)


# The name of the action, in the form and in its address.
_merge.__name__ = merge_incident.__name__


@admin.register(Incident)
class IncidentAdmin(UnderstandingFields, ServiceAdmin):
    noun = "incident"
    form = IncidentForm
    fixed = ("brand", "mode")
    list_display = [
        "reference",
        "title",
        "status",
        "severity",
        "computed_severity",
        "kind",
        "visibility",
        "mode",
        "lead",
        "opened_at",
        "brand",
    ]
    list_display_links = ["reference", "title"]
    list_select_related = ["brand", "lead"]
    list_filter = [
        "status",
        "severity",
        "computed_severity",
        "mode",
        "kind",
        "legitimacy",
        "responsibility",
        "harm",
        "legal_exposure",
        "visibility",
        "brand",
    ]
    search_fields = ["reference", "title", "summary"]
    autocomplete_fields = ["brand", "lead"]
    date_hierarchy = "opened_at"
    ordering = ["-created_at"]
    action_form = IncidentActionForm
    actions = [
        service_action(acknowledge_incident, "incident", _("Acknowledge")),
        *(
            service_action(service, "incident", label, gives_reason=True)
            for service, label in _MOVES.items()
        ),
        pair_action(_merge, _("Merge into the other incident (give a reason)"), "into", "reason"),
        pair_action(relate_incidents, _("Relate to the other incident"), "other", "note"),
        pair_action(unrelate_incidents, _("Take back the relation to the other"), "other"),
    ]
    inlines = [
        AssignmentInline,
        ClockInline,
        FactInline,
        TaskInline,
        EvidenceInline,
        InvolvedInline,
        RunInline,
    ]
    told_as = "incident_id"
    fieldsets = [
        (None, {"fields": ["brand", "title", "summary", "lead", "visibility", "started_at"]}),
        (
            _("Assessment"),
            {
                "fields": [
                    ("kind", "severity"),
                    "cause",
                    ("legitimacy", "responsibility"),
                    ("crisis_history", "prior_reputation"),
                    ("harm", "legal_exposure"),
                    "audiences",
                    "expected_reaction",
                    "mode",
                ]
            },
        ),
    ]
    _standing = ["reference", "status", "status_reason"]
    _lifecycle = [
        "opened_at",
        "acknowledged_at",
        "acknowledged_by",
        "responded_at",
        "next_update_due_at",
        "ended_at",
        "version",
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the lifecycle of what is there."""
        shown = [
            (_("Understanding"), {"fields": UNDERSTANDING}),
            (_("Relations"), {"fields": RELATIONS}),
            (_("Lifecycle"), {"fields": self._lifecycle}),
        ]
        standing = (None, {"fields": self._standing})
        return [standing, *self.fieldsets, *shown] if obj else self.fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Let nobody set the lifecycle by hand."""
        shown = [*UNDERSTANDING, *RELATIONS, *self._standing, *self._lifecycle]
        return [*super().get_readonly_fields(request, obj), *shown]

    def further(self, obj: Incident) -> Any:
        """Offer what an incident needs first."""
        return [(model, {"incident": obj.pk}) for model in _BEGUN_HERE]

    def get_form(self, request: HttpRequest, obj: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Let the beginning of a new incident be left out: now."""
        form = super().get_form(request, obj, *args, **kwargs)
        if "started_at" in form.base_fields:
            form.base_fields["started_at"].required = obj is not None
        return form

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Incident:
        """Open an incident in triage."""
        return services.open_incident(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Incident:
        """Change what is known of it."""
        return services.change_incident(**fields)
