"""Response policies; a flaw is shown at its field, with its place."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import capfirst

from crisisapi.common.admin import ModelForm, ServiceAdmin
from crisisapi.common.admin_json import PrettyJSONField
from incidents.models import ResponsePolicy
from incidents.rules.clock_targets import default_clock_targets
from incidents.rules.severity import default_severity_rules
from incidents.services.response_policies import change_response_policy, set_response_policy


class ResponsePolicyForm(ModelForm):
    severity_rules = PrettyJSONField(
        label=capfirst(ResponsePolicy._meta.get_field("severity_rules").verbose_name),
        initial=default_severity_rules,
        required=False,  # an empty list is a list
        help_text=ResponsePolicy._meta.get_field("severity_rules").help_text,
    )
    clock_targets = PrettyJSONField(
        label=capfirst(ResponsePolicy._meta.get_field("clock_targets").verbose_name),
        initial=default_clock_targets,
        required=False,
        help_text=ResponsePolicy._meta.get_field("clock_targets").help_text,
    )


@admin.register(ResponsePolicy)
class ResponsePolicyAdmin(ServiceAdmin):
    noun = "policy"
    form = ResponsePolicyForm
    fields = ["brand", "severity_rules", "clock_targets", "version", "updated_at"]
    readonly_fields = ["version", "updated_at"]
    list_display = ["brand", "version", "updated_at"]
    list_select_related = ["brand"]
    search_fields = ["brand__name", "brand__slug"]
    autocomplete_fields = ["brand"]
    ordering = ["brand__name"]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> ResponsePolicy:
        """Give a brand its policy."""
        return set_response_policy(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> ResponsePolicy:
        """Change rules or targets."""
        return change_response_policy(**fields)
