"""JSON in the admin, with a line for each value, from left to right."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Field, JSONField, Model
from django.utils.html import format_html
from django.utils.safestring import SafeString


class PrettyJSONField(forms.JSONField):
    """JSON that a person can read and edit; what was typed stays as it was typed."""

    widget = forms.Textarea(
        attrs={"rows": 30, "cols": 100, "dir": "ltr", "spellcheck": "false", "class": "json"}
    )

    def prepare_value(self, value: Any) -> Any:
        """Indent what is stored."""
        return value if isinstance(value, str) else pretty(value)


def pretty(value: Any) -> str:
    """Return JSON with a line for each value."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def column_of(model: type[Model], name: str) -> Field[Any, Any]:
    """Return a field of a model that is a column, not the other end of a relation."""
    field: Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]
    return field


@cache
def json_shown(model: type[Model], name: str) -> Callable[[Any], SafeString | str]:
    """Return a read-only field that shows the JSON of a field; the same one each time."""

    @admin.display(description=column_of(model, name).verbose_name, empty_value="-")
    def shown(instance: Any) -> SafeString | str:
        value = getattr(instance, name)
        return format_html('<pre class="json" dir="ltr">{}</pre>', pretty(value)) if value else "-"

    shown.__name__ = name
    return shown


def readable(model: type[Model], name: str) -> Any:
    """Return what shows a field so that people can read it: its name, or its JSON in lines."""
    is_json = isinstance(model._meta.get_field(name), JSONField)
    return json_shown(model, name) if is_json else name
