"""Claims of the public, and the facts that answer them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from crisisapi.common.admin import ServiceAdmin
from incidents.admin.columns import incident_link
from monitoring.models import Claim
from monitoring.services.claims import change_claim, state_claim


@admin.register(Claim)
class ClaimAdmin(ServiceAdmin):
    """What the public asserts, in the team's words."""

    noun = "claim"
    fixed = ("incident",)
    fields = ["incident", "statement", "fact", "made_by"]
    readonly_fields = ["made_by"]
    list_display = ["statement", incident_link, "fact", "brand", "created_at"]
    list_filter = ["brand", ("fact", admin.EmptyFieldListFilter), "created_at"]
    list_select_related = ["incident", "brand", "fact"]
    search_fields = ["statement", "incident__reference"]
    autocomplete_fields = ["incident", "fact"]
    ordering = ["-created_at", "-id"]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Claim:
        """Write a claim down."""
        return state_claim(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Claim:
        """Word it otherwise, or say which fact answers it."""
        return change_claim(**fields)
