"""What the public asks, to look at, and what was decided of it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Max, Min, OuterRef, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ReasonActionForm, RecordAdmin, RecordInline, service_action
from crisisapi.common.errors import InvalidInput
from crisisapi.common.quoting import shortened
from incidents.models import Incident
from monitoring.models import AskedDecision, AskedQuestion, Mention
from monitoring.services import asked_decisions as decisions

_SHOWN = 120


class AskedDecisionInline(RecordInline):
    """What was decided of it, incident by incident."""

    model = AskedDecision
    fields = ["incident", "state", "question", "reason", "decided_by", "updated_at"]


class AskedActionForm(ReasonActionForm):
    """The choice of an action, with a reason and the incident it is decided for."""

    incident = forms.CharField(required=False, label=_("Incident (reference):"), max_length=20)


def adopt_asked(*, asked: AskedQuestion, incident: str, **change: Any) -> AskedDecision:
    """Have the team answer it, in the words of who asked first."""
    return decisions.adopt_asked(asked=asked, incident=_named(asked, incident), **_by(change))


def dismiss_asked(*, asked: AskedQuestion, incident: str, **change: Any) -> AskedDecision:
    """Take it off the list of an incident, and say why."""
    return decisions.dismiss_asked(asked=asked, incident=_named(asked, incident), **_by(change))


def reopen_asked(*, asked: AskedQuestion, incident: str, **change: Any) -> AskedDecision:
    """Put a dismissed question on the list of an incident again."""
    return decisions.reopen_asked(asked=asked, incident=_named(asked, incident), **_by(change))


def _named(asked: AskedQuestion, reference: str) -> Incident:
    """Return the incident of the brand that was named; refuses what is none."""
    rows = Incident.objects.filter(brand_id=asked.brand_id, reference=reference.strip())
    found = rows.select_related("brand").first()
    if found is None:
        raise InvalidInput(errors={"incident": [_("There is no incident of this reference.")]})
    return found


def _by(change: dict[str, Any]) -> dict[str, Any]:
    """Return what the services take; questions of the public have no version."""
    return {name: value for name, value in change.items() if name != "expected_version"}


@admin.register(AskedQuestion)
class AskedQuestionAdmin(RecordAdmin):
    """The last ones first; they are adopted and dismissed for an incident."""

    list_display = ["said", "how_often", "first_asked_at", "last_asked_at", "brand"]
    list_filter = ["brand", "created_at"]
    list_select_related = ["brand"]
    search_fields = ["=id", "mentions__mention__text"]
    ordering = ["-created_at", "-id"]
    fields = ["said", "how_often", "first_asked_at", "last_asked_at", "brand", "created_at"]
    inlines = [AskedDecisionInline]
    action_form = AskedActionForm
    actions = [
        service_action(
            adopt_asked,
            "asked",
            _("Have it answered (name the incident)"),
            gives=["incident"],
            permission="decide",
        ),
        service_action(
            dismiss_asked,
            "asked",
            _("Dismiss (name the incident, give a reason)"),
            gives=["incident"],
            gives_reason=True,
            permission="decide",
        ),
        service_action(
            reopen_asked,
            "asked",
            _("Put on the list again (name the incident)"),
            gives=["incident"],
            permission="decide",
        ),
    ]

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Whoever may change questions of the public decides on them; the forms change none."""
        return bool(request.user.has_perm("monitoring.change_askedquestion"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Show what is told of it; the numbers of its words tell nobody anything."""
        return list(self.fields or [])

    def get_queryset(self, request: HttpRequest) -> Any:
        """Count along who asks it."""
        lead = Mention.objects.filter(pk=OuterRef("lead_id")).values("text")
        rows = super().get_queryset(request)
        return rows.annotate(
            lead_text=Subquery(lead),
            asked_count=Count("mentions", distinct=True),
            first_at=Min("mentions__published_at"),
            last_at=Max("mentions__published_at"),
        )

    @admin.display(description=_("said"))
    def said(self, asked: Any) -> str:
        """Return how it was asked first."""
        return shortened(asked.lead_text or "—", _SHOWN)

    @admin.display(description=_("mentions"), ordering="asked_count")
    def how_often(self, asked: Any) -> int:
        """Return how many mentions ask it."""
        return int(asked.asked_count)

    @admin.display(description=_("first asked at"), ordering="first_at")
    def first_asked_at(self, asked: Any) -> Any:
        """Return when it was asked first."""
        return asked.first_at

    @admin.display(description=_("last asked at"), ordering="last_at")
    def last_asked_at(self, asked: Any) -> Any:
        """Return when it was asked last."""
        return asked.last_at


@admin.register(AskedDecision)
class AskedDecisionAdmin(RecordAdmin):
    """What was adopted and dismissed, the last one first."""

    list_display = ["updated_at", "incident", "state", "question", "decided_by", "brand"]
    list_filter = ["brand", "state", "updated_at"]
    list_select_related = ["brand", "incident", "question", "decided_by"]
    search_fields = ["=asked__id", "reason", "question__text", "incident__title"]
    ordering = ["-updated_at", "-id"]
