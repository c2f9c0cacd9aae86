"""Members, added, changed and removed through their services."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Member
from crisisapi.accounts.services.members import add_member, change_member, remove_member
from crisisapi.common.admin import ServiceAdmin, service_action


@admin.register(Member)
class MemberAdmin(ServiceAdmin):
    noun = "member"
    fixed = ("brand", "user")
    fields = ["brand", "user", "role", "department"]
    list_display = ["user", "brand", "role", "department", "created_at"]
    list_select_related = ["user", "brand"]
    list_filter = ["role", "department", "brand"]
    search_fields = ["user__username", "user__first_name", "user__last_name", "brand__name"]
    autocomplete_fields = ["brand", "user"]
    ordering = ["brand__slug", "user__username"]
    actions = ["remove"]
    remove = service_action(remove_member, "member", _("Remove from the brand"))

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Member:
        """Give a person a role."""
        return add_member(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Member:
        """Change role or department."""
        return change_member(**fields)
