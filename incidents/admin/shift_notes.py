"""The shift log: written here too, never rewritten."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from crisisapi.common.admin import ServiceAdmin
from incidents.admin.columns import incident_link
from incidents.models import ShiftNote
from incidents.services.shift_notes import write_shift_note


@admin.register(ShiftNote)
class ShiftNoteAdmin(ServiceAdmin):
    noun = "note"
    fixed = ("incident", "text")
    fields = ["incident", "text", "kind", "author", "created_at"]
    readonly_fields = ["kind", "author", "created_at"]
    list_display = ["created_at", incident_link, "kind", "author", "text"]
    list_select_related = ["incident", "author"]
    list_filter = ["kind", "brand", "created_at"]
    search_fields = ["text", "incident__reference"]
    autocomplete_fields = ["incident"]
    ordering = ["-created_at"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody rewrites the log."""
        return False

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> ShiftNote:
        """Write a note."""
        return write_shift_note(**fields)
