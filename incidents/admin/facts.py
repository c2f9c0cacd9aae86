"""The ledger of facts; decisions are actions."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ServiceAdmin, service_action
from incidents.models import Fact
from incidents.services import facts as services


@admin.register(Fact)
class FactAdmin(ServiceAdmin):
    noun = "fact"
    fixed = ("incident",)
    fields = ["incident", "statement", "evidence", "status", "decided_by", "decided_at"]
    readonly_fields = ["status", "decided_by", "decided_at"]
    list_display = ["statement", "status", "incident", "brand", "decided_by", "decided_at"]
    list_select_related = ["incident", "brand", "decided_by"]
    list_filter = ["status", "brand"]
    search_fields = ["statement", "evidence", "incident__reference"]
    autocomplete_fields = ["incident"]
    ordering = ["-created_at"]
    actions = [
        service_action(services.confirm_fact, "fact", _("Confirm: it is true")),
        service_action(services.refute_fact, "fact", _("Refute: it is false")),
    ]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Fact:
        """State something, unconfirmed."""
        return services.state_fact(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Fact:
        """Change the evidence, or the statement while it is unconfirmed."""
        return services.change_fact(**fields)
