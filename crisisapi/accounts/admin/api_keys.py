"""API keys: the key itself is shown once, in a message."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crisisapi.accounts.models import ApiKey, Scope
from crisisapi.accounts.services.api_keys import create_api_key, revoke_api_key, rotate_api_key
from crisisapi.common.admin import ModelForm, ServiceAdmin, change_by, service_action
from crisisapi.common.errors import DomainError

OVERLAP = timedelta(hours=24)


class ApiKeyForm(ModelForm):
    scopes = forms.MultipleChoiceField(choices=Scope, widget=forms.CheckboxSelectMultiple)


@admin.register(ApiKey)
class ApiKeyAdmin(ServiceAdmin):
    noun = "key"
    form = ApiKeyForm
    fields = ["brand", "name", "scopes", "expires_at"]
    list_display = [
        "name",
        "prefix",
        "brand",
        "scopes",
        "expires_at",
        "revoked_at",
        "last_used_at",
    ]
    list_select_related = ["brand"]
    list_filter = ["brand", "expires_at", "revoked_at"]
    search_fields = ["name", "prefix"]
    autocomplete_fields = ["brand"]
    ordering = ["-created_at"]
    actions = ["rotate", "revoke"]
    revoke = service_action(revoke_api_key, "key", gettext_lazy("Revoke at once"))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show all there is of a key that was made."""
        past = ["prefix", "revoked_at", "last_used_at", "replaces", "created_by", "created_at"]
        return [*super().get_fields(request, obj), *past] if obj else self.fields

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A key that was made does not change; the list has actions."""
        return obj is None and super().has_change_permission(request, obj)

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> ApiKey:
        """Make the key, and show it."""
        key, secret = create_api_key(**fields)
        self._show(request, key, secret)
        return key

    @admin.action(
        description=gettext_lazy("Rotate: the old key works for 24 more hours"),
        permissions=["change"],
    )
    def rotate(self, request: HttpRequest, chosen: Any) -> None:
        """Make successors, and show them."""
        for key in chosen:
            try:
                new, secret = rotate_api_key(
                    key=key, overlap=OVERLAP, expected_version=None, **change_by(request)
                )
            except DomainError as refusal:
                self.message_user(request, f"{key}: {refusal.detail}", messages.ERROR)
            else:
                self._show(request, new, secret)

    def _show(self, request: HttpRequest, key: ApiKey, secret: str) -> None:
        sentence = _("The key “%(name)s”, shown only now: %(secret)s")
        said = sentence % {"name": key.name, "secret": secret}
        self.message_user(request, said, messages.WARNING)
