"""Who was told what, to look at."""

from django.contrib import admin

from crisisapi.common.admin import RecordAdmin
from incidents.models import Notification


@admin.register(Notification)
class NotificationAdmin(RecordAdmin):
    list_display = ["created_at", "recipient", "sentence", "brand", "read_at"]
    list_select_related = ["recipient", "brand"]
    list_filter = ["verb", ("read_at", admin.EmptyFieldListFilter), "brand", "created_at"]
    search_fields = ["recipient__username", "text", "^verb"]
    ordering = ["-created_at"]
