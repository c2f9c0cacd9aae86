"""Channels, changed through their services; secrets are typed in and never shown."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ReasonActionForm, ServiceAdmin, service_action
from crisisapi.common.admin_json import PrettyJSONField
from messaging.admin.holds import stop_channel_action
from messaging.channels import WAYS, Way
from messaging.models import Channel
from messaging.services.channel_tests import try_channel
from messaging.services.channels import add_channel, change_channel


class ChannelForm(forms.ModelForm[Channel]):
    """A channel, with a field for each credential that any kind of channel has."""

    settings = PrettyJSONField(label=_("Settings"), required=False, initial=dict)

    class Meta:
        model = Channel
        fields = ["brand", "name", "platform", "kind", "is_active", "settings"]

    def clean_settings(self) -> dict[str, Any]:
        """Take an empty field for no settings; refuses what is no object."""
        settings = self.cleaned_data["settings"] or {}
        if not isinstance(settings, dict):
            raise forms.ValidationError(_("Give an object with a text for each name."))
        return settings


def _secret_field(label: Any) -> forms.CharField:
    widget = forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"})
    help_text = _("Leave it empty to keep what is stored.")
    return forms.CharField(label=label, required=False, widget=widget, help_text=help_text)


def _ways(request: HttpRequest, obj: Channel | None) -> list[Way]:
    """Return the ways a form is for: all where none is chosen, else the chosen and the former."""
    if obj is None:
        return list(WAYS.values())
    return [WAYS[kind] for kind in {obj.kind, request.POST.get("kind", obj.kind)} & WAYS.keys()]


def _credentials(ways: list[Way]) -> dict[str, Any]:
    """Return the labels of credentials by name; kinds share names that mean the same."""
    return {field.name: field.label for way in ways for field in way.credentials}


def _settings_help(ways: list[Way]) -> SafeString:
    """Return the settings that may be given, by name."""
    named = {field.name: field.label for way in ways for field in way.settings}
    return format_html_join(" · ", '<code dir="ltr">{}</code> {}', named.items())


@admin.register(Channel)
class ChannelAdmin(ServiceAdmin):
    noun = "channel"
    list_display = ["name", "platform", "kind", "brand", "is_active", "tested_at", "works"]
    list_filter = ["brand", "platform", "kind", "is_active"]
    list_select_related = ["brand"]
    search_fields = ["name"]
    ordering = ["name"]
    readonly_fields = ["stored_credentials", "tested_at", "problems", "resume_at"]
    actions = [
        service_action(try_channel, "channel", _("Test it (nothing is published)")),
        stop_channel_action,
    ]
    action_form = ReasonActionForm

    def get_form(
        self, request: HttpRequest, obj: Channel | None = None, *args: Any, **kwargs: Any
    ) -> Any:
        """Return the form with a field for each credential that its kind has."""
        ways = _ways(request, obj)
        fields: dict[str, Any] = {
            f"credential_{name}": _secret_field(label) for name, label in _credentials(ways).items()
        }
        fields["settings"] = PrettyJSONField(
            label=_("Settings"),
            required=False,
            initial=dict,
            widget=forms.Textarea(attrs={**PrettyJSONField.widget.attrs, "rows": 6}),
            help_text=_settings_help(ways),
        )
        kwargs["form"] = type("ChannelForm", (ChannelForm,), fields)
        kwargs["fields"] = None
        return super().get_form(request, obj, *args, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show settings and credentials last, what the test said after them."""
        asked = [
            *ChannelForm.Meta.fields,
            *(f"credential_{name}" for name in _credentials(_ways(request, obj))),
        ]
        return [*asked, *self.readonly_fields] if obj else asked

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Channel:
        """Make a channel."""
        return add_channel(**_with_credentials(fields))

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Channel:
        """Change name or platform, how it is reached, or whether anything is published there."""
        return change_channel(**_with_credentials(fields))

    @admin.display(description=_("credentials"))
    def stored_credentials(self, channel: Channel) -> str:
        """Name what is stored."""
        return ", ".join(sorted(channel.credentials)) or "-"

    @admin.display(description=_("problems"))
    def problems(self, channel: Channel) -> SafeString | str:
        """Say what the last test found, one line each."""
        if channel.tested_at is None:
            return str(_("It was never tested as it is set up now."))
        if not channel.test_problems:
            return str(_("None: it works."))
        rows = [(row["sentence"], row["field"]) for row in channel.test_problems]
        return format_html_join("\n", '<p>{} <code dir="ltr">{}</code></p>', rows)

    @admin.display(description=_("works"), boolean=True)
    def works(self, channel: Channel) -> bool | None:
        """Say what the last test said; nothing when there was none."""
        return None if channel.tested_at is None else not channel.test_problems


def _with_credentials(fields: dict[str, Any]) -> dict[str, Any]:
    """Gather the fields of credentials; those left empty stay as they are stored."""
    given = {name: value for name, value in fields.items() if name.startswith("credential_")}
    rest = {name: value for name, value in fields.items() if name not in given}
    secrets = {name.removeprefix("credential_"): value for name, value in given.items() if value}
    return {**rest, "credentials": secrets} if secrets else rest
