"""Key messages, changed through their services."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from crisisapi.common.admin import ModelForm, ServiceAdmin
from incidents.admin.columns import incident_link
from messaging.models import KeyMessage
from messaging.services.key_messages import add_key_message, change_key_message


class KeyMessageForm(ModelForm):
    def clean_proof_points(self) -> list[Any]:
        """Take an empty field for a message without proof points."""
        return self.cleaned_data["proof_points"] or []


@admin.register(KeyMessage)
class KeyMessageAdmin(ServiceAdmin):
    noun = "key_message"
    form = KeyMessageForm
    fixed = ("incident",)
    list_display = [
        "__str__",
        incident_link,
        "audience_kind",
        "audience",
        "position",
        "is_active",
        "superseded_by",
        "brand",
        "updated_at",
    ]
    list_filter = ["brand", "audience_kind", "is_active", "created_at"]
    list_select_related = ["incident", "brand", "superseded_by"]
    search_fields = ["texts", "audience", "incident__reference"]
    autocomplete_fields = ["incident", "facts"]
    ordering = ["incident", "position"]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> KeyMessage:
        """Write a key message."""
        return add_key_message(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> KeyMessage:
        """Change a key message."""
        return change_key_message(**fields)
