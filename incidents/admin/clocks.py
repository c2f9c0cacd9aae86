"""Clocks, to look at: they are run by what happens."""

from typing import Any

from django.contrib import admin

from crisisapi.common.admin import RecordAdmin, RecordInline
from incidents.admin.columns import incident_link
from incidents.models import Clock

_SHOWN: list[Any] = ["kind", "state", "alarm", "started_at", "due_at", "stopped_at"]


class ClockInline(RecordInline):
    model = Clock
    fields = _SHOWN
    ordering = ["-started_at"]


@admin.register(Clock)
class ClockAdmin(RecordAdmin):
    list_display = [*_SHOWN, incident_link, "brand"]
    list_select_related = ["incident", "brand"]
    list_filter = ["kind", "state", "alarm", "brand", "due_at"]
    search_fields = ["incident__reference", "incident__title"]
    ordering = ["-created_at"]
