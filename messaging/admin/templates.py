"""Templates, changed through their services."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin

from crisisapi.common.errors import InvalidInput
from messaging.admin.bases import ServiceAdmin
from messaging.models import Template
from messaging.services.templates import add_template, change_template, check_placeholders

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Template]
else:  # generic in the stubs only
    ModelForm = forms.ModelForm


class TemplateForm(ModelForm):
    def clean(self) -> dict[str, Any]:
        """Check the placeholders as the service does."""
        cleaned = super().clean() or {}
        if "body" in cleaned and "placeholders" in cleaned:
            cleaned["placeholders"] = cleaned["placeholders"] or []
            try:
                check_placeholders(body=cleaned["body"], placeholders=cleaned["placeholders"])
            except InvalidInput as refusal:
                for field, sentences in refusal.errors.items():
                    self.add_error(field, [str(sentence) for sentence in sentences])
        return cleaned


@admin.register(Template)
class TemplateAdmin(ServiceAdmin):
    noun = "template"
    add = add_template
    change = change_template
    form = TemplateForm
    list_display = ["name", "language", "title", "purpose", "kind", "brand", "is_active"]
    list_filter = ["brand", "purpose", "kind", "language", "is_active"]
    search_fields = ["name", "title", "body"]
    ordering = ["name", "language"]
