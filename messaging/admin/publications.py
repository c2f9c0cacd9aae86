"""Publications, to look at."""

from django.contrib import admin

from crisisapi.common.admin import RecordAdmin
from messaging.models import Publication


@admin.register(Publication)
class PublicationAdmin(RecordAdmin):
    list_display = [
        "message",
        "channel",
        "revision",
        "status",
        "url",
        "attempts",
        "requested_by",
        "requested_at",
        "published_by",
        "published_at",
    ]
    list_filter = ["status", "channel__platform", "brand", "requested_at"]
    list_select_related = ["message", "channel", "requested_by", "published_by"]
    search_fields = ["message__title", "channel__name", "url", "external_id"]
    date_hierarchy = "requested_at"
    ordering = ["-requested_at"]
