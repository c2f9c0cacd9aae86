"""The event log, to look at."""

from django.contrib import admin

from crisisapi.common.admin import RecordAdmin
from crisisapi.events.models import Event


@admin.register(Event)
class EventAdmin(RecordAdmin):
    list_display = ["occurred_at", "brand", "position", "verb", "object_type", "actor_kind"]
    list_select_related = ["brand"]
    list_filter = ["brand", "occurred_at"]
    search_fields = ["^verb", "^object_type"]
    ordering = ["-id"]
