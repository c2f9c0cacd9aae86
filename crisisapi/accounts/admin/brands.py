"""Brands, made and changed through their services."""

from typing import Any, cast
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from crisisapi.accounts.models import Brand, User
from crisisapi.accounts.services.brands import change_brand, create_brand
from crisisapi.common.admin import LanguagesField, ModelForm, ReasonActionForm, ServiceAdmin


def _time_zones() -> list[tuple[str, str]]:
    return [(name, name) for name in sorted(available_timezones())]


class BrandForm(ModelForm):
    languages = LanguagesField(help_text=Brand._meta.get_field("languages").help_text)
    time_zone = forms.ChoiceField(choices=_time_zones, initial="Asia/Jerusalem")


@admin.register(Brand)
class BrandAdmin(ServiceAdmin):
    noun = "brand"
    fixed = ("slug",)
    form = BrandForm
    fields = [
        "slug",
        "name",
        "languages",
        "time_zone",
        "mentions_kept_days",
        "deliveries_kept_days",
    ]
    list_display = ["name", "slug", "languages", "time_zone", "created_at"]
    search_fields = ["name", "slug"]
    ordering = ["name"]
    action_form = ReasonActionForm
    # Floors above add what they do for a whole brand.
    actions = []

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Brand:
        """Make the brand; who makes it manages it."""
        return create_brand(founder=cast("User", request.user), **fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Brand:
        """Change the brand."""
        return change_brand(**fields)
