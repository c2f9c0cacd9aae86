"""Channels, changed through their services; secrets are typed in and never shown."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ReasonActionForm, service_action
from crisisapi.common.admin_setup import SetUp, SetupAdmin, problems_shown
from crisisapi.common.sentences import read
from messaging.admin.holds import stop_channel_action
from messaging.channels import WAYS
from messaging.models import Channel, ChannelKind, Platform
from messaging.services.channel_tests import try_channel
from messaging.services.channels import add_channel, change_channel


@admin.register(Channel)
class ChannelAdmin(SetupAdmin):
    noun = "channel"
    asked = ("kind", "brand", "name", "platform", "is_active")
    kinds: ClassVar[Mapping[str, SetUp]] = WAYS
    list_display = ["name", "platform", "kind", "brand", "is_active", "tested_at", "works"]
    list_filter = ["brand", "platform", "kind", "is_active"]
    list_select_related = ["brand"]
    search_fields = ["name"]
    ordering = ["name"]
    readonly_fields = ["tested_at", "problems", "resume_at"]
    actions = [
        service_action(try_channel, "channel", _("Test it (nothing is published)")),
        stop_channel_action,
    ]
    action_form = ReasonActionForm

    def label_of(self, kind: str) -> Any:
        """Return what people call a kind."""
        return ChannelKind(kind).label

    def get_form(self, request: HttpRequest, obj: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Offer the platforms that the kind reaches."""
        form = super().get_form(request, obj, *args, **kwargs)
        reached = WAYS[self.kind_of(request, obj)].platforms
        if "platform" in form.base_fields:
            offered = [one for one in Platform.choices if one[0] in reached]
            form.base_fields["platform"].choices = offered
        return form

    def add_with_setup(self, request: HttpRequest, fields: dict[str, Any]) -> Channel:
        """Make a channel."""
        return add_channel(**fields)

    def change_with_setup(self, request: HttpRequest, fields: dict[str, Any]) -> Channel:
        """Change name or platform, how it is reached, or whether anything is published there."""
        return change_channel(**fields)

    @admin.display(description=_("problems"))
    def problems(self, channel: Channel) -> SafeString | str:
        """Say what the last test found, one line each."""
        if channel.tested_at is None:
            return str(_("It was never tested as it is set up now."))
        if not channel.test_problems:
            return str(_("None: it works."))
        return problems_shown(
            (read(row["sentence"]), row["field"]) for row in channel.test_problems
        )

    @admin.display(description=_("works"), boolean=True)
    def works(self, channel: Channel) -> bool | None:
        """Say what the last test said; nothing when there was none."""
        return None if channel.tested_at is None else not channel.test_problems
