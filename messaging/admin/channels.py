"""Channels, changed through their services."""

from django.contrib import admin

from messaging.admin.bases import ServiceAdmin
from messaging.models import Channel
from messaging.services.channels import add_channel, change_channel


@admin.register(Channel)
class ChannelAdmin(ServiceAdmin):
    noun = "channel"
    add = add_channel
    change = change_channel
    list_display = ["name", "platform", "kind", "brand", "is_active"]
    list_filter = ["brand", "platform", "kind", "is_active"]
    search_fields = ["name"]
    ordering = ["name"]
