"""Records: what the admin shows and never changes."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class ReadOnly:
    """Nothing is added, changed or deleted here: that would break what the services promise."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes."""
        return False


class RecordAdmin(ReadOnly, admin.ModelAdmin[Any]):
    """A list to look things up in."""

    show_full_result_count = False
    list_per_page = 50


class RecordInline(ReadOnly, admin.TabularInline[Any, Any]):
    """Rows of an object, to look at."""

    extra = 0
    can_delete = False
