"""People who sign in."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Member, User

if TYPE_CHECKING:  # generic in the stubs only
    _UserAdmin = UserAdmin[User]
    _TabularInline = admin.TabularInline[Member, User]
else:
    _UserAdmin, _TabularInline = UserAdmin, admin.TabularInline


class MembershipInline(_TabularInline):
    """Where a person belongs; changed at the member itself."""

    model = Member
    fields = ("brand", "role", "department")
    extra = 0
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody adds here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes here."""
        return False


@admin.register(User)
class PersonAdmin(_UserAdmin):
    list_display = ["username", "display_name", "email", "language", "is_active", "is_staff"]
    list_filter = ["is_active", "is_staff", "is_superuser", "memberships__brand"]
    fieldsets = (*(UserAdmin.fieldsets or ()), (_("Preferences"), {"fields": ["language"]}))
    inlines = [MembershipInline]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes a person: the event log names them. Switch them off instead."""
        return False
