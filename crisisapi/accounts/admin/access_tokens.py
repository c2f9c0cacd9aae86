"""Tokens in use, to look at; deleting one signs it out."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from crisisapi.accounts.models import AccessToken
from crisisapi.common.admin import RecordAdmin


@admin.register(AccessToken)
class AccessTokenAdmin(RecordAdmin):
    list_display = ["prefix", "user", "created_at", "expires_at"]
    list_select_related = ["user"]
    list_filter = ["expires_at"]
    search_fields = ["prefix", "user__username"]
    fields = ["prefix", "user", "created_at", "expires_at"]
    ordering = ["-created_at"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may delete tokens signs people out."""
        return request.user.has_perm("accounts.delete_accesstoken")
