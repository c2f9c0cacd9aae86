"""Pages of what talks to a platform: settings by name, secrets typed in and never shown."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Protocol

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ServiceAdmin
from crisisapi.common.admin_json import PrettyJSONField
from crisisapi.common.setup import Field

_PREFIX = "credential_"


class SetUp(Protocol):
    """A kind of channel or source, as far as it is set up."""

    settings: ClassVar[tuple[Field, ...]]
    credentials: ClassVar[tuple[Field, ...]]


class SetupAdmin(ServiceAdmin):
    """A form with settings and a field for each credential that the kind of the object has."""

    # Fields of the form before the settings.
    asked: ClassVar[tuple[str, ...]]
    # By the kind an object names.
    kinds: ClassVar[Mapping[str, SetUp]]

    def get_form(self, request: HttpRequest, obj: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Return the form with the fields of its kind, or of every kind where none is chosen."""
        kinds = self._kinds_of(request, obj)
        fields: dict[str, Any] = {
            _PREFIX + name: _secret_field(field) for name, field in _credentials(kinds).items()
        }
        fields["settings"] = PrettyJSONField(
            label=_("Settings"),
            required=False,
            initial=dict,
            widget=forms.Textarea(attrs={**PrettyJSONField.widget.attrs, "rows": 6}),
            help_text=_settings_help(kinds),
        )
        fields["clean_settings"] = _clean_settings
        kwargs["form"] = type("SetupForm", (self.form,), fields)
        kwargs["fields"] = [*self._editable(obj), "settings"]
        return super().get_form(request, obj, *args, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show settings and credentials after what is asked, and what is found out after them."""
        credentials = _credentials(self._kinds_of(request, obj))
        asked = [*self.asked, "settings", *(_PREFIX + name for name in credentials)]
        return [*asked, *self.readonly_fields] if obj else asked

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Any:
        """Make the object, with its credentials by name."""
        return self.add_with_setup(request, _with_credentials(fields))

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Any:
        """Change the object; credentials that were left empty stay."""
        return self.change_with_setup(request, _with_credentials(fields))

    def add_with_setup(self, request: HttpRequest, fields: dict[str, Any]) -> Any:
        """Make the object; each admin names its service."""
        raise NotImplementedError

    def change_with_setup(self, request: HttpRequest, fields: dict[str, Any]) -> Any:
        """Change the object; each admin names its service."""
        raise NotImplementedError

    @admin.display(description=_("credentials"))
    def stored_credentials(self, thing: Any) -> str:
        """Name what is stored."""
        return ", ".join(sorted(thing.credentials)) or "-"

    def _editable(self, obj: Any) -> list[str]:
        return [name for name in self.asked if obj is None or name not in self.fixed]

    def _kinds_of(self, request: HttpRequest, obj: Any) -> list[SetUp]:
        """Return what a form is for: the chosen kind and the former; all where none is chosen."""
        given = request.POST.get("kind") or request.GET.get("kind")
        if obj is None:
            chosen = self.kinds.get(given or "") if request.GET.get("kind") else None
            return list(self.kinds.values()) if chosen is None else [chosen]
        named = {obj.kind} if "kind" in self.fixed else {obj.kind, given or obj.kind}
        return [self.kinds[kind] for kind in sorted(named & self.kinds.keys())]


def problems_shown(problems: Iterable[tuple[object, object]]) -> SafeString:
    """Return what is wrong with a set-up, a line for each: what, and in which field."""
    return format_html_join("\n", '<p>{} <code dir="ltr">{}</code></p>', problems)


def _clean_settings(form: Any) -> dict[str, Any]:
    """Take an empty field for no settings; refuses what is no object."""
    settings = form.cleaned_data["settings"] or {}
    if not isinstance(settings, dict):
        raise forms.ValidationError(_("Give an object with a text for each name."))
    return settings


def _secret_field(field: Field) -> forms.CharField:
    widget = forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"})
    told = format_html("{} {}", field.help_text, _("Leave it empty to keep what is stored."))
    return forms.CharField(
        label=capfirst(str(field.label)), required=False, widget=widget, help_text=told
    )


def _credentials(kinds: Iterable[SetUp]) -> dict[str, Field]:
    """Return the credentials by name; kinds share names that mean the same."""
    return {field.name: field for kind in kinds for field in kind.credentials}


def _settings_help(kinds: Iterable[SetUp]) -> SafeString:
    """Return the settings that may be given, by name."""
    named = {field.name: field.label for kind in kinds for field in kind.settings}
    shown = '<bdi><code dir="ltr">{}</code> {}</bdi>'
    return format_html_join(" · ", shown, named.items())


def _with_credentials(fields: dict[str, Any]) -> dict[str, Any]:
    """Gather the fields of credentials; those left empty stay as they are stored."""
    given = {name: value for name, value in fields.items() if name.startswith(_PREFIX)}
    rest = {name: value for name, value in fields.items() if name not in given}
    secrets = {name.removeprefix(_PREFIX): value for name, value in given.items() if value}
    return {**rest, "credentials": secrets} if secrets else rest
