"""Channels, changed through their services."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from crisisapi.common.admin import ReasonActionForm, ServiceAdmin
from messaging.admin.holds import stop_channel_action
from messaging.models import Channel
from messaging.services.channels import add_channel, change_channel


@admin.register(Channel)
class ChannelAdmin(ServiceAdmin):
    noun = "channel"
    list_display = ["name", "platform", "kind", "brand", "is_active"]
    list_filter = ["brand", "platform", "kind", "is_active"]
    search_fields = ["name"]
    ordering = ["name"]
    action_form = ReasonActionForm
    actions = [stop_channel_action]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Channel:
        """Make a channel."""
        return add_channel(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Channel:
        """Change name or platform, or whether anything is published there."""
        return change_channel(**fields)
