"""Second looks: what waits for the slow tier, and what it found."""

from django.contrib import admin

from crisisapi.common.admin import RecordAdmin
from monitoring.models import SecondLook


@admin.register(SecondLook)
class SecondLookAdmin(RecordAdmin):
    """They come of the reading, and of alerts."""

    list_display = [
        "asked_at",
        "reason",
        "first_sentiment",
        "sentiment",
        "analyser",
        "finished_at",
        "brand",
    ]
    list_filter = ["brand", "reason", "first_sentiment", "sentiment", "asked_at"]
    list_select_related = ["brand"]
    search_fields = ["=mention__id", "analyser"]
    ordering = ["-asked_at"]
