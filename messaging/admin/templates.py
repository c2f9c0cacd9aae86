"""Templates, changed through their services."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from crisisapi.common.actors import Actor
from crisisapi.common.errors import InvalidInput
from messaging.models import Template
from messaging.services.templates import add_template, change_template, check_placeholders


class TemplateForm(forms.ModelForm[Template]):
    def clean(self) -> dict[str, Any]:
        """Check the placeholders as the service does."""
        cleaned = super().clean() or {}
        if "body" in cleaned and "placeholders" in cleaned:
            cleaned["placeholders"] = cleaned["placeholders"] or []
            try:
                check_placeholders(body=cleaned["body"], placeholders=cleaned["placeholders"])
            except InvalidInput as refusal:
                for field, sentences in refusal.errors.items():
                    self.add_error(field, [str(sentence) for sentence in sentences])
        return cleaned


@admin.register(Template)
class TemplateAdmin(admin.ModelAdmin[Template]):
    form = TemplateForm
    list_display = ["name", "language", "title", "purpose", "kind", "brand", "is_active"]
    list_filter = ["brand", "purpose", "kind", "language", "is_active"]
    list_select_related = ["brand"]
    search_fields = ["name", "title", "body"]
    ordering = ["name", "language"]

    def get_readonly_fields(self, request: HttpRequest, obj: Template | None = None) -> Any:
        """Keep the brand once it is chosen."""
        return ["brand"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes: messages name the template they came from; set it inactive."""
        return False

    def save_model(
        self,
        request: HttpRequest,
        obj: Template,
        form: Any,
        change: bool,  # noqa: FBT001
    ) -> None:
        """Go through the services, so that the event log knows."""
        actor, now = Actor("user", request.user.pk), timezone.now()
        if not change:
            add_template(id=obj.pk, **form.cleaned_data, actor=actor, now=now)
        elif form.changed_data:
            fields = {name: form.cleaned_data[name] for name in form.changed_data}
            change_template(template=obj, actor=actor, now=now, expected_version=None, **fields)
