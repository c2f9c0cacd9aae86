"""The ledger of facts; decisions are actions."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ReasonActionForm, RecordInline, ServiceAdmin, service_action
from crisisapi.common.errors import InvalidInput
from incidents.admin.columns import incident_link
from incidents.admin.evidence import EvidenceInline
from incidents.models import Evidence, Fact
from incidents.services import facts as services


def supersede(*, reason: str, **said: Any) -> Fact:
    """State a new fact in the words typed beside the action; refuses none."""
    if not reason.strip():
        raise InvalidInput(errors={"statement": [_("Write the new statement beside the action.")]})
    return services.supersede_fact(statement=reason, **said)


class FactInline(RecordInline):
    model = Fact
    fields = ["statement", "status", "bearing", "decided_by", "decided_at"]
    ordering = ["-created_at"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read who decided along; what was superseded is history."""
        rows = super().get_queryset(request).filter(superseded_by=None)
        return rows.select_related("decided_by")


@admin.register(Fact)
class FactAdmin(ServiceAdmin):
    noun = "fact"
    fixed = ("incident",)
    fields = [
        "incident",
        "statement",
        "bearing",
        "evidence",
        "status",
        "status_reason",
        "decided_by",
        "decided_at",
        "superseded_by",
    ]
    readonly_fields = ["status", "status_reason", "decided_by", "decided_at", "superseded_by"]
    list_display = [
        "statement",
        incident_link,
        "status",
        "bearing",
        "brand",
        "decided_by",
        "decided_at",
        "superseded_by",
    ]
    list_select_related = ["incident", "brand", "decided_by", "superseded_by"]
    list_filter = ["status", "bearing", ("superseded_by", admin.EmptyFieldListFilter), "brand"]
    search_fields = ["statement", "evidence", "incident__reference"]
    autocomplete_fields = ["incident"]
    ordering = ["-created_at"]
    inlines = [EvidenceInline]
    action_form = ReasonActionForm
    actions = [
        service_action(services.confirm_fact, "fact", _("Confirm: it is true"), gives_reason=True),
        service_action(services.refute_fact, "fact", _("Refute: it is false"), gives_reason=True),
        service_action(
            supersede, "fact", _("Supersede (the reason is the new statement)"), gives_reason=True
        ),
    ]

    def further(self, obj: Fact) -> Any:
        """Offer to show it."""
        return [(Evidence, {"incident": obj.incident_id, "fact": obj.pk})]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Fact:
        """State something, unconfirmed."""
        return services.state_fact(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Fact:
        """Change the evidence, or the statement while it is unconfirmed."""
        return services.change_fact(**fields)
