"""Where people and teams are told, and what was sent there."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ModelForm, RecordAdmin, ServiceAdmin
from messaging.models import NotificationTarget, OutgoingNotification
from messaging.services.notification_targets import add_target, change_target


class TargetForm(ModelForm):
    """Takes an address, and never shows it: who has it can write to the team's chat."""

    address = forms.CharField(
        label=_("Address"),
        required=False,
        max_length=2_000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Of an incoming webhook, or of the team's mailbox. Empty: as it is."),
    )


@admin.register(NotificationTarget)
class NotificationTargetAdmin(ServiceAdmin):
    noun = "target"
    form = TargetForm
    fixed = ("brand", "person", "way")
    list_display = ["__str__", "brand", "person", "way", "timing", "is_active", "failing_since"]
    list_filter = ["brand", "way", "timing", "is_active"]
    list_select_related = ["brand", "person"]
    search_fields = ["name", "person__username"]
    autocomplete_fields = ["person"]
    ordering = ["name", "id"]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> NotificationTarget:
        """Name an address."""
        return add_target(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> NotificationTarget:
        """Change where and when it is told; an empty address stays as it is."""
        if not fields.get("address"):
            fields.pop("address", None)
        return change_target(**fields)


@admin.register(OutgoingNotification)
class OutgoingNotificationAdmin(RecordAdmin):
    list_display = ["created_at", "target", "status", "attempts", "sent_at", "last_error"]
    list_filter = ["brand", "status"]
    list_select_related = ["target__brand", "target__person"]
    ordering = ["-created_at"]
