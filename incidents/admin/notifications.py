"""Who was told what, to look at."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import RecordAdmin
from incidents.admin.columns import incident_link
from incidents.models import Notification


@admin.register(Notification)
class NotificationAdmin(RecordAdmin):
    list_display = ["created_at", "recipient", "shown_sentence", incident_link, "brand", "read_at"]
    list_select_related = ["recipient", "incident", "brand"]
    list_filter = ["verb", ("read_at", admin.EmptyFieldListFilter), "brand", "created_at"]
    search_fields = ["recipient__username", "text", "^verb"]
    ordering = ["-created_at"]

    @admin.display(description=_("sentence"))
    def shown_sentence(self, notification: Notification) -> str:
        """Say it in the reader's language."""
        return notification.sentence
