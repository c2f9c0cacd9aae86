"""Playbooks and their versions; a version is brought into use by an action."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.postgres.forms import SimpleArrayField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ModelForm, RecordInline, ServiceAdmin, service_action
from crisisapi.common.admin_json import PrettyJSONField, json_shown
from incidents.models import Playbook, PlaybookVersion
from incidents.models.incident import Kind
from incidents.services import playbooks as services


class PlaybookForm(ModelForm):
    kinds = forms.MultipleChoiceField(
        choices=Kind.choices,
        required=False,
        label=_("kinds of incident"),
        widget=forms.CheckboxSelectMultiple,
    )
    words = SimpleArrayField(
        forms.CharField(max_length=100),
        delimiter="\n",
        required=False,
        label=_("words"),
        help_text=_("One word or phrase a line."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class VersionInline(RecordInline):
    model = PlaybookVersion
    fields = ["number", "status", "note", "lesson", "published_at", "published_by"]
    ordering = ["-number"]
    show_change_link = True


@admin.register(Playbook)
class PlaybookAdmin(ServiceAdmin):
    noun = "playbook"
    form = PlaybookForm
    fields = [
        "brand",
        "name",
        "description",
        "is_active",
        "on_opening",
        "kinds",
        "least_severity",
        "words",
    ]
    list_display = ["name", "brand", "is_active", "on_opening", "least_severity", "updated_at"]
    list_select_related = ["brand"]
    list_filter = ["is_active", "on_opening", "brand"]
    search_fields = ["name", "description"]
    autocomplete_fields = ["brand"]
    ordering = ["name"]
    inlines = [VersionInline]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Playbook:
        """Make a playbook with an empty draft."""
        return services.create_playbook(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Playbook:
        """Change when it applies."""
        return services.change_playbook(**fields)


_STEPS = json_shown(PlaybookVersion, "steps")


class VersionForm(ModelForm):
    steps = PrettyJSONField(
        required=False,
        label=_("steps"),
        help_text=_("A list of steps as JSON; left empty in a new draft: those in use."),
    )


@admin.register(PlaybookVersion)
class PlaybookVersionAdmin(ServiceAdmin):
    noun = "playbook_version"
    fixed = ("playbook",)
    form = VersionForm
    fields = [
        "playbook",
        "number",
        "status",
        "note",
        "steps",
        "based_on",
        "lesson",
        "published_at",
        "published_by",
    ]
    readonly_fields = ["number", "status", "based_on", "lesson", "published_at", "published_by"]
    list_display = ["playbook", "number", "status", "brand", "published_at", "published_by"]
    list_select_related = ["playbook", "brand", "published_by"]
    list_filter = ["status", "brand"]
    search_fields = ["playbook__name", "note"]
    autocomplete_fields = ["playbook"]
    ordering = ["playbook__name", "-number"]
    actions = [service_action(services.publish_version, "playbook_version", _("Publish the draft"))]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Show steps that stand as people can read them."""
        if obj is None or obj.is_draft:
            return self.fields
        return [_STEPS if name == "steps" else name for name in self.fields]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Let nobody change what was published."""
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "note", "steps", _STEPS] if obj and not obj.is_draft else fields

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> PlaybookVersion:
        """Begin a draft."""
        return services.draft_version(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> PlaybookVersion:
        """Change a draft."""
        return services.change_version(**fields)
