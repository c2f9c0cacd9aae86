"""Erasures, asked for and looked at."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ModelForm, ServiceAdmin, service_action
from crisisapi.common.nudges import nudge
from monitoring.models import Erasure
from monitoring.services.erasures import Author, end_suppression, request_erasure
from monitoring.tasks import erase_authors


class ErasureForm(ModelForm):
    author_handle = forms.CharField(
        required=False, max_length=300, label=_("account"), help_text=_("Name of the account.")
    )
    author_external_id = forms.CharField(
        required=False,
        max_length=300,
        label=_("author id"),
        help_text=_("The account's id at the platform."),
    )


_ASKED = ["brand", "platform", "author_handle", "author_external_id", "reason", "suppress"]
_SHOWN = [
    "brand",
    "platform",
    "author_hash",
    "reason",
    "suppress",
    "state",
    "erased_mentions",
    "seen_deliveries",
    "redacted_deliveries",
    "erased_questions",
    "left",
    "requested_by",
    "created_at",
    "finished_at",
]


@admin.register(Erasure)
class ErasureAdmin(ServiceAdmin):
    """Nobody changes one: what was erased is gone."""

    noun = "erasure"
    form = ErasureForm
    list_display = [
        "created_at",
        "brand",
        "platform",
        "author_hash",
        "state",
        "erased_mentions",
        "redacted_deliveries",
        "suppress",
        "finished_at",
    ]
    list_filter = ["state", "brand", "platform", "suppress", "created_at"]
    list_select_related = ["brand"]
    search_fields = ["=author_hash", "reason"]
    autocomplete_fields = ["brand"]
    ordering = ["-created_at"]
    actions = [
        service_action(end_suppression, "erasure", _("Store new posts again"), permission="erase")
    ]

    def has_erase_permission(self, request: HttpRequest) -> bool:
        """Whoever may add erasures."""
        return request.user.has_perm("monitoring.add_erasure")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes."""
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask who is to be forgotten; show what became of it."""
        return _ASKED if obj is None else _SHOWN

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Show everything of what was asked for."""
        return [] if obj is None else _SHOWN

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Erasure:
        """Have the author erased."""
        author = Author(
            platform=fields.pop("platform"),
            handle=fields.pop("author_handle"),
            external_id=fields.pop("author_external_id"),
        )
        nudge(erase_authors)
        return request_erasure(author=author, **fields)
