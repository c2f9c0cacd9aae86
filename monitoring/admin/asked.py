"""What the public asks, to look at, and what was decided of it."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Max, Min, OuterRef, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import RecordAdmin, RecordInline
from crisisapi.common.quoting import shortened
from monitoring.models import AskedDecision, AskedQuestion, Mention

_SHOWN = 120


class AskedDecisionInline(RecordInline):
    """What was decided of it, incident by incident."""

    model = AskedDecision
    fields = ["incident", "state", "question", "reason", "decided_by", "updated_at"]


@admin.register(AskedQuestion)
class AskedQuestionAdmin(RecordAdmin):
    """The last ones first; they are adopted and dismissed over the API."""

    list_display = ["said", "how_often", "first_asked_at", "last_asked_at", "brand"]
    list_filter = ["brand", "created_at"]
    list_select_related = ["brand"]
    search_fields = ["=id", "mentions__mention__text"]
    ordering = ["-created_at", "-id"]
    fields = ["said", "how_often", "first_asked_at", "last_asked_at", "brand", "created_at"]
    inlines = [AskedDecisionInline]

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
