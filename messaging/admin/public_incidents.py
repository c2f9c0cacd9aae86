"""What the public is told of incidents: worded here, approved by another person by an action."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ModelForm, ReasonActionForm, ServiceAdmin, service_action
from incidents.admin.columns import incident_link
from messaging.admin.words import WordsField, shown_words
from messaging.models import PublicIncident, PublicIncidentStatus
from messaging.services import public_incidents as services


class PublicIncidentForm(ModelForm):
    """Shows what waits for approval, or what is shown where nothing does."""

    titles = WordsField(label=_("title"), help_text=_("Written for the public; one line."))
    summaries = WordsField(rows=5, label=_("summary"), help_text=_("What the public is told."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        proposal = self.instance.proposal or {}
        for name in ("titles", "summaries"):
            if name in self.fields:
                self.initial[name] = proposal.get(name, getattr(self.instance, name))


def make_public(*, public_incident: PublicIncident, **change: Any) -> PublicIncident:
    """Approve the last revision: it is the one on the page of the admin."""
    revision = public_incident.revision
    return services.make_public(public_incident=public_incident, revision=revision, **change)


def _moving(status: PublicIncidentStatus) -> Any:
    def move(*, public_incident: PublicIncident, **change: Any) -> PublicIncident:
        return services.move_public(public_incident=public_incident, status=status, **change)

    move.__name__ = f"move_to_{status}"
    label = _("Tell the public: %(status)s") % {"status": status.label}
    return service_action(move, "public_incident", label)


@admin.register(PublicIncident)
class PublicIncidentAdmin(ServiceAdmin):
    noun = "public_incident"
    form = PublicIncidentForm
    fixed = ("incident",)
    fields = [
        "incident",
        "titles",
        "summaries",
        "shown_titles",
        "shown_summaries",
        "status",
        "revision",
        "approved_revision",
        "proposed_by",
        "approved_by",
        "approved_at",
        "made_public_at",
        "withdrawn_at",
        "withdrawn_reason",
        "merged_into",
    ]
    readonly_fields = [
        "shown_titles",
        "shown_summaries",
        "status",
        "revision",
        "approved_revision",
        "proposed_by",
        "approved_by",
        "approved_at",
        "made_public_at",
        "withdrawn_at",
        "withdrawn_reason",
        "merged_into",
    ]
    list_display = [
        "__str__",
        incident_link,
        "status",
        "is_waiting",
        "made_public_at",
        "withdrawn_at",
        "brand",
    ]
    list_select_related = ["incident", "brand"]
    list_filter = ["status", "brand"]
    search_fields = ["titles", "summaries", "incident__reference"]
    autocomplete_fields = ["incident"]
    ordering = ["-created_at"]
    action_form = ReasonActionForm
    actions = [
        service_action(make_public, "public_incident", _("Approve and make public")),
        *(_moving(status) for status in PublicIncidentStatus),
        service_action(
            services.withdraw_public,
            "public_incident",
            _("Take off the page (give a reason)"),
            gives_reason=True,
        ),
    ]

    @admin.display(description=_("waits for approval"), boolean=True)
    def is_waiting(self, public: PublicIncident) -> bool:
        """Whether words wait for approval."""
        return public.is_waiting

    @admin.display(description=_("title that is shown"))
    def shown_titles(self, public: PublicIncident) -> str:
        """The approved title."""
        return shown_words(public.titles)

    @admin.display(description=_("summary that is shown"))
    def shown_summaries(self, public: PublicIncident) -> str:
        """The approved summary."""
        return shown_words(public.summaries)

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> PublicIncident:
        """Word it for the public."""
        return services.word_incident(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> PublicIncident:
        """Propose other words."""
        return services.reword_incident(**fields)
