"""Stakeholders with their history, their involvements and the contact log."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import (
    LanguagesField,
    ModelForm,
    RecordInline,
    ServiceAdmin,
    service_action,
)
from incidents.admin.columns import incident_link
from incidents.models import ContactEntry, Involvement, Stakeholder, StanceChange
from incidents.rules.stakeholders import contact_like
from incidents.services.contacts import log_contact
from incidents.services.involvements import (
    change_involvement,
    end_involvement,
    involve_stakeholder,
)
from incidents.services.stakeholders import StanceNote, add_stakeholder, change_stakeholder


class ContactsField(forms.CharField):
    """One contact a line; what it is, it shows. A label may follow after a bar."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        """Show each contact on a line."""
        if not isinstance(value, list):
            return value
        lines = [[contact["value"], contact.get("label") or ""] for contact in value]
        return "\n".join(" | ".join(filter(None, line)) for line in lines)

    def to_python(self, value: Any) -> Any:
        """Return the lines as contacts."""
        lines = (super().to_python(value) or "").splitlines()
        return [self._contact(line) for line in lines if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare contacts, not texts."""
        return self._values(initial or []) != self._values(self.to_python(data))

    @staticmethod
    def _values(contacts: list[dict[str, str]]) -> list[tuple[str, str]]:
        return [(contact["value"], contact.get("label") or "") for contact in contacts]

    @staticmethod
    def _contact(line: str) -> dict[str, str]:
        value, _bar, label = line.partition("|")
        return {**contact_like(value), "label": label.strip()}


class StakeholderForm(ModelForm):
    languages = LanguagesField(help_text=Stakeholder._meta.get_field("languages").help_text)
    contacts = ContactsField(
        required=False,
        label=_("contacts"),
        help_text=_("One a line, e.g. press@example.org | press office."),
    )
    stance_note = forms.CharField(
        required=False,
        label=_("note on the stance"),
        max_length=2_000,
        help_text=_("What shows the new stance; kept in the history."),
    )


class StanceInline(RecordInline):
    model = StanceChange
    fields = ["before", "after", "note", "incident", "by", "created_at"]
    ordering = ["-created_at"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read along what is named."""
        return super().get_queryset(request).select_related("incident", "by")


class InvolvementInline(RecordInline):
    model = Involvement
    fields = ["incident", "part", "needs", "last_informed_at", "due_at", "alarm", "ended_at"]
    ordering = ["-created_at"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read along what is named."""
        return super().get_queryset(request).select_related("incident", "stakeholder")


class ContactEntryInline(RecordInline):
    model = ContactEntry
    fields = ["at", "channel", "direction", "summary", "incident", "by"]
    ordering = ["-at"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read along what is named."""
        return super().get_queryset(request).select_related("incident", "by")


@admin.register(Stakeholder)
class StakeholderAdmin(ServiceAdmin):
    noun = "stakeholder"
    form = StakeholderForm
    fields = [
        "brand",
        "name",
        "kind",
        "influence",
        "interest",
        "shown_strategy",
        "stance",
        "stance_note",
        "languages",
        "contacts",
        "notes",
        "owner",
    ]
    readonly_fields = ["shown_strategy"]
    list_display = [
        "name",
        "kind",
        "influence",
        "interest",
        "shown_strategy",
        "stance",
        "brand",
        "owner",
    ]
    list_select_related = ["brand", "owner"]
    list_filter = ["kind", "stance", "influence", "interest", "brand"]
    search_fields = ["name", "notes"]
    autocomplete_fields = ["brand", "owner"]
    ordering = ["name"]
    inlines = [InvolvementInline, ContactEntryInline, StanceInline]

    def further(self, obj: Stakeholder) -> Any:
        """Offer to involve and to contact them."""
        return [(model, {"stakeholder": obj.pk}) for model in (Involvement, ContactEntry)]

    @admin.display(description=_("strategy"))
    def shown_strategy(self, stakeholder: Stakeholder) -> str:
        """Say how to treat them."""
        return stakeholder.get_strategy_display()

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Stakeholder:
        """Write a stakeholder down."""
        fields.pop("stance_note")
        return add_stakeholder(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Stakeholder:
        """Change what is known of them."""
        note = fields.pop("stance_note", "")
        return change_stakeholder(**fields, stance_note=StanceNote(note) if note else None)


class InvolvedInline(RecordInline):
    model = Involvement
    fields = ["stakeholder", "part", "needs", "last_informed_at", "due_at", "alarm", "ended_at"]
    ordering = ["due_at"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read along what is named."""
        return super().get_queryset(request).select_related("incident", "stakeholder")


@admin.register(Involvement)
class InvolvementAdmin(ServiceAdmin):
    noun = "involvement"
    fixed = ("stakeholder", "incident")
    fields = [
        "stakeholder",
        "incident",
        "part",
        "needs",
        "contact_every_hours",
        "due_at",
        "last_informed_at",
        "alarm",
        "ended_at",
    ]
    readonly_fields = ["last_informed_at", "alarm", "ended_at"]
    list_display = ["stakeholder", incident_link, "part", "last_informed_at", "due_at", "alarm"]
    list_select_related = ["stakeholder", "incident"]
    list_filter = ["alarm", ("ended_at", admin.EmptyFieldListFilter), "brand"]
    search_fields = ["stakeholder__name", "incident__reference", "part", "needs"]
    autocomplete_fields = ["stakeholder", "incident"]
    ordering = ["due_at"]
    actions = [service_action(end_involvement, "involvement", _("End the involvement"))]

    def further(self, obj: Involvement) -> Any:
        """Offer to write down that they were informed."""
        return [(ContactEntry, {"stakeholder": obj.stakeholder_id, "incident": obj.incident_id})]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Involvement:
        """Note what a stakeholder has to do with an incident."""
        return involve_stakeholder(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Involvement:
        """Change what they need, or when they are informed next."""
        return change_involvement(**fields)


@admin.register(ContactEntry)
class ContactEntryAdmin(ServiceAdmin):
    noun = "entry"
    fields = ["stakeholder", "incident", "channel", "direction", "summary", "at"]
    fixed = ("stakeholder", "incident", "channel", "direction", "summary", "at")
    list_display = ["at", "stakeholder", incident_link, "channel", "direction", "summary", "by"]
    list_display_links = ["at", "summary"]
    list_select_related = ["stakeholder", "incident", "by"]
    list_filter = ["channel", "direction", "brand", "at"]
    search_fields = ["summary", "stakeholder__name", "incident__reference"]
    autocomplete_fields = ["stakeholder", "incident"]
    date_hierarchy = "at"
    ordering = ["-at"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was written down stays."""
        return False

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let the time be left out: now."""
        form = super().get_form(request, *args, **kwargs)
        if "at" in form.base_fields:
            form.base_fields["at"].required = False
        return form

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> ContactEntry:
        """Write down a contact."""
        return log_contact(**fields)
