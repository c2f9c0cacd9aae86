"""Rereadings, to look at."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import RecordAdmin
from monitoring.models import Rereading


@admin.register(Rereading)
class RereadingAdmin(RecordAdmin):
    """Backfills and re-analyses, the latest first; the API and the queries begin them."""

    list_display = ["created_at", "kind", "about", "state", "progress", "changed", "brand"]
    list_filter = ["brand", "kind", "state", "created_at"]
    list_select_related = ["brand", "query", "key_message"]
    search_fields = ["query__name"]
    ordering = ["-created_at", "-id"]

    @admin.display(description=_("for"))
    def about(self, rereading: Rereading) -> str:
        """Return the query or the key message that it is done for."""
        return str(rereading.query or rereading.key_message or "—")

    @admin.display(description=_("progress"))
    def progress(self, rereading: Rereading) -> str:
        """Return how much of it is done."""
        if not rereading.total:
            return "—"
        return f"{min(100, 100 * rereading.done // rereading.total)} %"

    def get_fields(self, request: Any, obj: Any = None) -> list[Any]:
        """Show every field but the place that only the worker knows."""
        return [field.name for field in Rereading._meta.fields if field.name != "cursor_id"]
