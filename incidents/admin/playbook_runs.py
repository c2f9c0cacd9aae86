"""Runs of playbooks and their steps; what people do to them are actions."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ReasonActionForm, RecordInline, ServiceAdmin, service_action
from crisisapi.common.admin_json import json_shown
from crisisapi.common.errors import InvalidInput
from incidents.admin.columns import incident_link
from incidents.models import PlaybookRun, RunStep
from incidents.services import playbook_runs, run_steps


class RunInline(RecordInline):
    model = PlaybookRun
    fields = ["playbook", "state", "reason", "started_by", "started_at", "ended_at"]
    ordering = ["-started_at"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read along what is named."""
        rows = super().get_queryset(request)
        return rows.select_related("playbook", "playbook_version__playbook", "started_by")


class StepInline(RecordInline):
    model = RunStep
    fields = ["position", "title", "kind", "state", "reason", "outcome", "wake_at", "ended_by"]
    ordering = ["position"]
    show_change_link = True


_MATCHES: Any = json_shown(PlaybookRun, "matches")


@admin.register(PlaybookRun)
class PlaybookRunAdmin(ServiceAdmin):
    noun = "run"
    fixed = ("incident", "playbook")
    fields = [
        "incident",
        "playbook",
        "playbook_version",
        "state",
        "reason",
        _MATCHES,
        "started_by",
        "started_at",
        "ended_at",
    ]
    readonly_fields = [
        "playbook_version",
        "state",
        "reason",
        _MATCHES,
        "started_by",
        "started_at",
        "ended_at",
    ]
    list_display = ["playbook", incident_link, "state", "brand", "started_by", "started_at"]
    list_select_related = [
        "playbook_version__playbook",
        "playbook",
        "incident",
        "brand",
        "started_by",
    ]
    list_filter = ["state", "brand"]
    search_fields = ["playbook__name", "incident__reference", "incident__title"]
    autocomplete_fields = ["incident", "playbook"]
    date_hierarchy = "started_at"
    ordering = ["-started_at"]
    inlines = [StepInline]
    action_form = ReasonActionForm
    actions = [
        service_action(
            playbook_runs.cancel_run, "run", _("Cancel (give a reason)"), gives_reason=True
        )
    ]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> PlaybookRun:
        """Apply a playbook by hand."""
        return playbook_runs.start_run(**fields)


def choose_option(*, step: RunStep, reason: str, **change: Any) -> RunStep:
    """Decide; the reason names the option."""
    return run_steps.choose_option(step=step, option=reason, **change)


def supply_value(*, step: RunStep, reason: str, **change: Any) -> RunStep:
    """Give one value of a placeholder; the reason is `name=text`."""
    name, equals, text = reason.partition("=")
    if not equals:
        raise InvalidInput(errors={"reason": [_("Write name=text.")]})
    return run_steps.supply_values(step=step, values={name.strip(): text.strip()}, **change)


def approve_step(*, step: RunStep, reason: str, **change: Any) -> RunStep:
    """Agree; the reason is a comment."""
    return run_steps.approve_step(step=step, comment=reason, **change)


_ACTIONS = {
    approve_step: _("Approve"),
    run_steps.decline_step: _("Decline (give a reason)"),
    choose_option: _("Decide (give the option as the reason)"),
    supply_value: _("Supply a value (give name=text as the reason)"),
    run_steps.skip_step: _("Skip (give a reason)"),
}


@admin.display(description=_("options"))
def options(step: RunStep) -> str:
    """Say what can be chosen in a decision."""
    return " / ".join(step.terms.get("options", [])) or "-"


_SHOWN: list[Any] = [
    "run",
    "incident",
    "position",
    "key",
    "kind",
    "title",
    options,
    "state",
    "reason",
    "attempt",
    "outcome",
    json_shown(RunStep, "values"),
    "object_type",
    "object_id",
    "wake_at",
    "started_at",
    "ended_at",
    "ended_by",
    json_shown(RunStep, "terms"),
]


@admin.register(RunStep)
class RunStepAdmin(ServiceAdmin):
    noun = "step"
    fixed = ()
    fields = [*_SHOWN]
    readonly_fields = _SHOWN
    list_display = ["title", "kind", "state", incident_link, "run", "reason", "wake_at"]
    list_select_related = ["incident", "run__incident", "run__playbook_version__playbook"]
    list_filter = ["state", "kind", "brand"]
    search_fields = ["title", "key", "incident__reference"]
    ordering = ["-created_at", "position"]
    action_form = ReasonActionForm
    actions = [
        *(
            service_action(service, "step", label, gives_reason=True)
            for service, label in _ACTIONS.items()
        ),
        service_action(run_steps.retry_step, "step", _("Retry")),
    ]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Steps come with their run."""
        return False
