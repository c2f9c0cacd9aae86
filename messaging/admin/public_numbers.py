"""Numbers for the public: proposed here, approved by another person by an action."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ModelForm, ReasonActionForm, ServiceAdmin, service_action
from incidents.admin.columns import incident_link
from messaging.admin.words import WordsField
from messaging.models import NumberUnit, PublicNumber
from messaging.services import public_numbers as services


class PublicNumberForm(ModelForm):
    """Shows what waits for approval, or what is shown where nothing does."""

    labels = WordsField(label=_("label"), help_text=_("What it counts, by language."))
    sources = WordsField(label=_("source"), help_text=_("Where it comes from; shown beside it."))
    unit = forms.ChoiceField(
        label=_("unit"), choices=NumberUnit.choices, initial=NumberUnit.COUNT, required=False
    )
    value = forms.DecimalField(
        label=_("value"), required=False, help_text=_("Empty where a goal measures it.")
    )
    as_of = forms.SplitDateTimeField(
        label=_("as of"),
        required=False,
        widget=AdminSplitDateTime,
        help_text=_("When it was so; empty where a goal measures it."),
    )
    evidence = forms.CharField(
        label=_("evidence"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text=_("What shows that it is so, for the team; not shown in public."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        proposal = self.instance.proposal or {}
        for name in ("labels", "sources", "unit", "value", "as_of", "evidence"):
            if name in self.fields:
                present = proposal.get(name, getattr(self.instance, name))
                is_text = name == "as_of" and isinstance(present, str)
                self.initial[name] = parse_datetime(present) if is_text else present


def approve_number(*, public_number: PublicNumber, **change: Any) -> PublicNumber:
    """Approve the last revision: it is the one on the page of the admin."""
    revision = public_number.revision
    return services.approve_number(public_number=public_number, revision=revision, **change)


@admin.register(PublicNumber)
class PublicNumberAdmin(ServiceAdmin):
    noun = "public_number"
    form = PublicNumberForm
    fixed = ("incident", "goal")
    fields = [
        "incident",
        "goal",
        "position",
        "labels",
        "unit",
        "value",
        "as_of",
        "sources",
        "evidence",
        "revision",
        "approved_revision",
        "proposed_by",
        "approved_by",
        "approved_at",
        "withdrawn_at",
        "withdrawn_reason",
    ]
    readonly_fields = [
        "revision",
        "approved_revision",
        "proposed_by",
        "approved_by",
        "approved_at",
        "withdrawn_at",
        "withdrawn_reason",
    ]
    list_display = [
        "__str__",
        incident_link,
        "value",
        "unit",
        "as_of",
        "goal",
        "is_waiting",
        "brand",
    ]
    list_select_related = ["incident", "brand", "goal"]
    list_filter = ["brand", "unit"]
    search_fields = ["labels", "incident__reference"]
    autocomplete_fields = ["incident", "goal"]
    ordering = ["-created_at"]
    action_form = ReasonActionForm
    actions = [
        service_action(approve_number, "public_number", _("Approve and show")),
        service_action(
            services.withdraw_number,
            "public_number",
            _("Take off the page (give a reason)"),
            gives_reason=True,
        ),
    ]

    @admin.display(description=_("waits for approval"), boolean=True)
    def is_waiting(self, number: PublicNumber) -> bool:
        """Whether a proposal waits for approval."""
        return number.is_waiting

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> PublicNumber:
        """Propose a number."""
        return services.propose_number(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> PublicNumber:
        """Propose another value."""
        return services.change_number(**fields)
