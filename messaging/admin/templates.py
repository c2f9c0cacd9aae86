"""Templates, changed through their services."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from crisisapi.common.admin import ModelForm, ServiceAdmin
from messaging.models import Template
from messaging.services.templates import add_template, change_template


class TemplateForm(ModelForm):
    def clean_placeholders(self) -> list[str]:
        """Take an empty field for a template without placeholders."""
        return self.cleaned_data["placeholders"] or []


@admin.register(Template)
class TemplateAdmin(ServiceAdmin):
    noun = "template"
    form = TemplateForm
    list_display = ["name", "language", "title", "purpose", "kind", "brand", "is_active"]
    list_filter = ["brand", "purpose", "kind", "language", "is_active"]
    search_fields = ["name", "title", "body"]
    ordering = ["name", "language"]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Template:
        """Make a template."""
        return add_template(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Template:
        """Change a template."""
        return change_template(**fields)
