"""Templates and blocks, changed through their services."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import (
    ModelForm,
    RecordAdmin,
    RecordInline,
    ServiceAdmin,
    service_action,
)
from crisisapi.common.admin_json import PrettyJSONField
from messaging.models import Block, Template, TemplateRevision
from messaging.services.blocks import add_block, change_block
from messaging.services.templates import add_template, change_template, review_template

# How long a template is good for when somebody at the desk says that it still holds.
GOOD_FOR = timedelta(days=365)


def review_for_a_year(*, now: Any, **said: Any) -> Template:
    """Say that a template still holds, for a year."""
    return review_template(due_at=now + GOOD_FOR, now=now, **said)


class PlaceholdersForm(ModelForm):
    placeholders = PrettyJSONField(
        required=False,
        label=capfirst(Template._meta.get_field("placeholders").verbose_name),
        help_text=Template._meta.get_field("placeholders").help_text,
    )

    class Meta:
        widgets = {"body": forms.Textarea(attrs={"rows": 14, "cols": 80})}

    def clean_placeholders(self) -> list[Any]:
        """Take an empty field for a text without placeholders."""
        return self.cleaned_data["placeholders"] or []


class TemplateRevisionInline(RecordInline):
    model = TemplateRevision
    fields = ["number", "title", "author", "reason", "created_at"]
    ordering = ["-number"]


@admin.register(Template)
class TemplateAdmin(ServiceAdmin):
    noun = "template"
    form = PlaceholdersForm
    fields = [
        "brand",
        "name",
        "language",
        "purpose",
        "kind",
        "title",
        "body",
        "placeholders",
        "due_at",
        "is_active",
    ]
    list_display = [
        "name",
        "language",
        "title",
        "purpose",
        "kind",
        "brand",
        "due_at",
        "alarm",
        "is_active",
    ]
    list_filter = ["brand", "purpose", "kind", "language", "alarm", "is_active"]
    list_select_related = ["brand"]
    search_fields = ["name", "title", "body"]
    ordering = ["name", "language"]
    inlines = [TemplateRevisionInline]
    actions = [service_action(review_for_a_year, "template", _("It still holds, for a year"))]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Template:
        """Make a template."""
        return add_template(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Template:
        """Change a template."""
        return change_template(**fields)


@admin.register(TemplateRevision)
class TemplateRevisionAdmin(RecordAdmin):
    list_display = ["template", "number", "title", "author", "reason", "created_at"]
    list_filter = ["template__brand", "template__language", "created_at"]
    list_select_related = ["template", "author"]
    search_fields = ["template__name", "title", "body"]
    ordering = ["-created_at"]


@admin.register(Block)
class BlockAdmin(ServiceAdmin):
    noun = "block"
    form = PlaceholdersForm
    list_display = ["name", "language", "title", "purpose", "brand", "is_active"]
    list_filter = ["brand", "purpose", "language", "is_active"]
    list_select_related = ["brand"]
    search_fields = ["name", "title", "body"]
    ordering = ["name", "language"]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Block:
        """Make a block."""
        return add_block(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Block:
        """Change a block."""
        return change_block(**fields)
