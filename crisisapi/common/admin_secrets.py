"""Fields of settings and credentials: what is stored of a credential is never shown."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from crisisapi.common.setup import Field, OneOf

# What a form has in the place of a credential that is to be forgotten.
CLEARED = object()


class CredentialInput(forms.TextInput):
    """Says that a credential is set, to be replaced or cleared; shows what was just typed alone."""

    def __init__(self, field: Field, *, is_set: bool) -> None:
        super().__init__(attrs={"class": "vTextField", "dir": "ltr", "spellcheck": "false"})
        self.field, self.is_set = field, is_set
        if field.is_secret:
            self.input_type = "password"
            self.attrs["autocomplete"] = "new-password"
        else:
            self.attrs["autocomplete"] = "off"

    def format_value(self, value: Any) -> str | None:
        """Return what was typed into a form that was refused."""
        return None if value is CLEARED else super().format_value(value)

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str
    ) -> Any:
        """Return what was typed; a new credential goes before the wish to have none."""
        typed = super().value_from_datadict(data, files, name)
        return CLEARED if not typed and data.get(_clearing(name)) else typed

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Show the input, and beside it that something is stored."""
        shown = super().render(name, value, attrs, renderer)
        if not self.is_set:
            return shown
        told = format_html('<span class="is-set">{}</span>', _("Set. Type to replace it."))
        if self.field.required:
            return format_html("{} {}", shown, told)
        return format_html(
            '{} {} <label class="clear-it"><input type="checkbox" name="{}"{}> {}</label>',
            shown,
            told,
            _clearing(name),
            SafeString(" checked" if value is CLEARED else ""),
            _("Clear it"),
        )


class CredentialField(forms.CharField):
    """A credential: empty for what is stored, `CLEARED` for nothing any more."""

    def __init__(self, field: Field, *, is_set: bool) -> None:
        super().__init__(
            label=capfirst(str(field.label)),
            help_text=field.help_text,
            widget=CredentialInput(field, is_set=is_set),
            required=field.required and not is_set,
            error_messages={"required": _needed(field)},
        )

    def clean(self, value: Any) -> Any:
        """Let the wish to clear it pass."""
        return value if value is CLEARED else super().clean(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Say whether anything was typed, or is to be cleared."""
        return bool(data)


def setting_field(field: Field, stored: str) -> forms.Field:
    """Return the field of a setting: a choice where one of some is to be named, else a line."""
    told: dict[str, Any] = {
        "label": capfirst(str(field.label)),
        "help_text": field.help_text,
        "initial": stored,
        "required": field.required,
        "error_messages": {"required": _needed(field)},
    }
    if isinstance(field.check, OneOf):
        names = [(name, name) for name in field.check.choices]
        return forms.ChoiceField(choices=[("", "---------"), *names], **told)
    attrs = {"class": "vTextField", "dir": "auto", "spellcheck": "false"}
    return forms.CharField(widget=forms.TextInput(attrs=attrs), **told)


def _needed(field: Field) -> Any:
    return _("This is needed: %s.") % field.label


def _clearing(name: str) -> str:
    return f"{name}-clear"
