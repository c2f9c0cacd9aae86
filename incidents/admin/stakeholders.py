"""Stakeholders."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from crisisapi.common.admin import LanguagesField, ModelForm, ServiceAdmin
from incidents.models import Stakeholder
from incidents.services.stakeholders import add_stakeholder, change_stakeholder


class StakeholderForm(ModelForm):
    languages = LanguagesField(help_text=Stakeholder._meta.get_field("languages").help_text)


@admin.register(Stakeholder)
class StakeholderAdmin(ServiceAdmin):
    noun = "stakeholder"
    form = StakeholderForm
    list_display = ["name", "kind", "influence", "stance", "brand", "owner"]
    list_select_related = ["brand", "owner"]
    list_filter = ["kind", "stance", "influence", "brand"]
    search_fields = ["name", "contact", "notes"]
    autocomplete_fields = ["brand", "owner", "incidents"]
    ordering = ["name"]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Stakeholder:
        """Write a stakeholder down."""
        return add_stakeholder(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Stakeholder:
        """Change what is known of them."""
        return change_stakeholder(**fields)
