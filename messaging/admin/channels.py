"""Channels, changed through their services."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from crisisapi.common.actors import Actor
from messaging.models import Channel
from messaging.services.channels import add_channel, change_channel


@admin.register(Channel)
class ChannelAdmin(admin.ModelAdmin[Channel]):
    list_display = ["name", "platform", "kind", "brand", "is_active"]
    list_filter = ["brand", "platform", "kind", "is_active"]
    list_select_related = ["brand"]
    search_fields = ["name"]
    ordering = ["name"]

    def get_readonly_fields(self, request: HttpRequest, obj: Channel | None = None) -> Any:
        """Keep the brand once it is chosen."""
        return ["brand"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes: publications name their channel; set it inactive."""
        return False

    def save_model(
        self,
        request: HttpRequest,
        obj: Channel,
        form: Any,
        change: bool,  # noqa: FBT001
    ) -> None:
        """Go through the services, so that the event log knows."""
        actor, now = Actor("user", request.user.pk), timezone.now()
        if not change:
            add_channel(id=obj.pk, **form.cleaned_data, actor=actor, now=now)
        elif form.changed_data:
            fields = {name: form.cleaned_data[name] for name in form.changed_data}
            change_channel(channel=obj, actor=actor, now=now, expected_version=None, **fields)
