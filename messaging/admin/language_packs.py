"""Language packs, changed through their services."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from crisisapi.common.admin import ModelForm, RecordAdmin, RecordInline, ServiceAdmin
from messaging.models import LanguagePack, LanguagePackRevision
from messaging.services.language_packs import add_language_pack, change_language_pack


class LanguagePackForm(ModelForm):
    class Meta:
        widgets = {
            "rules": forms.Textarea(
                attrs={"rows": 24, "cols": 100, "dir": "auto", "style": "font-family: monospace"}
            )
        }

    def clean_disabled(self) -> list[Any]:
        """Take an empty field for a pack that leaves nothing out."""
        return self.cleaned_data["disabled"] or []

    def clean_severities(self) -> dict[str, Any]:
        """Take an empty field for a pack that changes no severity."""
        return self.cleaned_data["severities"] or {}


class LanguagePackRevisionInline(RecordInline):
    model = LanguagePackRevision
    fields = ["number", "name", "is_active", "author", "created_at"]
    ordering = ["-number"]


@admin.register(LanguagePack)
class LanguagePackAdmin(ServiceAdmin):
    noun = "pack"
    form = LanguagePackForm
    fixed = ("brand", "language")
    list_display = ["name", "language", "brand", "is_active", "version", "updated_at"]
    list_filter = ["brand", "language", "is_active"]
    list_select_related = ["brand"]
    search_fields = ["name", "rules"]
    ordering = ["name", "language"]
    inlines = [LanguagePackRevisionInline]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> LanguagePack:
        """Make a pack; its examples are run."""
        return add_language_pack(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> LanguagePack:
        """Change rules, or what is left out; its examples are run."""
        return change_language_pack(**fields)


@admin.register(LanguagePackRevision)
class LanguagePackRevisionAdmin(RecordAdmin):
    list_display = ["pack", "number", "name", "is_active", "author", "created_at"]
    list_filter = ["pack__brand", "pack__language", "created_at"]
    list_select_related = ["pack", "author"]
    search_fields = ["name", "rules"]
    ordering = ["-created_at"]
