"""Goals; their state is measured, never set."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ReasonActionForm, RecordInline, ServiceAdmin, service_action
from crisisapi.common.errors import InvalidInput
from incidents.admin.columns import incident_link
from incidents.models import Goal, GoalMeasurement
from incidents.services.goals import change_goal, set_goal, withdraw_goal
from incidents.services.measurements import add_measurement

_MEASURED = [
    "current",
    "progress",
    "state",
    "measured_at",
    "baseline_from",
    "withdrawn_at",
    "withdrawn_reason",
]


def measure(*, goal: Goal, reason: str, expected_version: int | None, **by: Any) -> GoalMeasurement:
    """Write down the number typed beside the action; refuses what is no number."""
    try:
        value = float(reason.strip().replace(",", "."))
    except ValueError as error:
        sentence = _("Write the number beside the action.")
        raise InvalidInput(errors={"value": [sentence]}) from error
    return add_measurement(goal=goal, value=value, **by)


class MeasurementInline(RecordInline):
    model = GoalMeasurement
    fields = ["value", "measured_at", "by", "note"]
    ordering = ["-measured_at"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read who measured along."""
        return super().get_queryset(request).select_related("by")


@admin.register(Goal)
class GoalAdmin(ServiceAdmin):
    noun = "goal"
    fixed = ("incident", "metric")
    fields = ["incident", "title", "metric", "baseline", "target", "deadline", *_MEASURED]
    readonly_fields = _MEASURED
    list_display = [
        "title",
        incident_link,
        "metric",
        "baseline",
        "target",
        "current",
        "state",
        "deadline",
    ]
    list_select_related = ["incident"]
    list_filter = [
        "state",
        "metric",
        ("withdrawn_at", admin.EmptyFieldListFilter),
        "brand",
        "deadline",
    ]
    search_fields = ["title", "incident__reference"]
    autocomplete_fields = ["incident"]
    ordering = ["-created_at"]
    inlines = [MeasurementInline]
    action_form = ReasonActionForm
    actions = [
        service_action(
            measure, "goal", _("Record a measurement (the reason is the number)"), gives_reason=True
        ),
        service_action(withdraw_goal, "goal", _("Withdraw (give a reason)"), gives_reason=True),
    ]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Goal:
        """Set a goal."""
        return set_goal(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Goal:
        """Change title, baseline, target or deadline."""
        return change_goal(**fields)
