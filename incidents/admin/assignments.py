"""Roles in incidents: given here, handed over and ended by actions."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import User
from crisisapi.common.admin import ReasonActionForm, RecordInline, ServiceAdmin, service_action
from crisisapi.common.errors import InvalidInput
from incidents.admin.columns import incident_link
from incidents.models import Assignment
from incidents.services import assignments as services


class HandOverForm(ReasonActionForm):
    """The choice of an action, with a note and to whom a role passes."""

    person = forms.CharField(required=False, label=_("To (user name):"), max_length=150)


def hand_over(*, assignment: Assignment, person: str, reason: str, **change: Any) -> Assignment:
    """Pass the role on to the person of this user name; the reason is the note for them."""
    found = User.objects.filter(username=person.strip(), is_active=True).first()
    if found is None:
        raise InvalidInput(errors={"person": [_("There is no active user of this name.")]})
    return services.hand_over(assignment=assignment, person=found, note=reason, **change)


class AssignmentInline(RecordInline):
    model = Assignment
    fields = ["role", "person", "note", "taken_over_from", "created_at", "ended_at"]
    ordering = ["role", "-created_at"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read the people along."""
        rows = super().get_queryset(request)
        return rows.select_related("person", "taken_over_from__person")


@admin.register(Assignment)
class AssignmentAdmin(ServiceAdmin):
    noun = "assignment"
    fixed = ("incident", "person", "role", "note")
    fields = ["incident", "person", "role", "note", "taken_over_from", "created_at", "ended_at"]
    readonly_fields = ["taken_over_from", "created_at", "ended_at"]
    list_display = ["person", "role", incident_link, "brand", "created_at", "ended_at"]
    list_select_related = ["person", "incident", "brand"]
    list_filter = ["role", ("ended_at", admin.EmptyFieldListFilter), "brand"]
    search_fields = ["person__username", "person__first_name", "incident__reference", "note"]
    autocomplete_fields = ["incident", "person"]
    ordering = ["-created_at"]
    action_form = HandOverForm
    actions = [
        service_action(
            hand_over,
            "assignment",
            _("Hand over (name the person; the reason is the note for them)"),
            gives=["person"],
            gives_reason=True,
        ),
        service_action(services.end_assignment, "assignment", _("End")),
    ]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Assignment:
        """Give a role; one that somebody holds alone passes on."""
        return services.assign_role(**fields)
