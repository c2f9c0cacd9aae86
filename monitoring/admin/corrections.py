"""Corrections and samples: who judged what, and what was drawn to be judged."""

from typing import Any

from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import RecordAdmin, ServiceAdmin
from monitoring.models import Correction, Sample
from monitoring.services.samples import draw_sample


@admin.register(Correction)
class CorrectionAdmin(RecordAdmin):
    """They are made at the mentions."""

    list_display = [
        "created_at",
        "found_sentiment",
        "sentiment",
        "found_language",
        "analyser",
        "corrected_by",
        "ended_at",
        "is_undone",
        "brand",
    ]
    list_filter = ["brand", "sentiment", "found_sentiment", "is_undone", "created_at"]
    list_select_related = ["brand", "corrected_by"]
    search_fields = ["=mention__id", "analyser", "corrected_by__username"]
    ordering = ["-created_at"]


_ASKED = ["brand", "language", "since", "until", "size"]
_SHOWN = [*_ASKED, "drawn", "judged", "population", "drawn_by", "created_at"]


@admin.register(Sample)
class SampleAdmin(ServiceAdmin):
    """Nobody changes one: what was drawn is drawn."""

    noun = "sample"
    list_display = ["created_at", "brand", "language", "drawn", "judged", "population", "drawn_by"]
    list_filter = ["brand", "language", "created_at"]
    list_select_related = ["brand", "drawn_by"]
    search_fields = ["=id", "drawn_by__username"]
    autocomplete_fields = ["brand"]
    ordering = ["-created_at"]

    @admin.display(description=_("judged"))
    def judged(self, sample: Sample) -> int:
        """Return how many of them were judged."""
        return sample.judged_count  # type: ignore[attr-defined,no-any-return]  # see get_queryset

    def get_queryset(self, request: HttpRequest) -> Any:
        """Count along what was judged."""
        return super().get_queryset(request).annotate(judged_count=Count("mentions__correction"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes."""
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask what to draw; show what became of it."""
        return _ASKED if obj is None else _SHOWN

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Show everything of what was drawn."""
        return [] if obj is None else _SHOWN

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Sample:
        """Draw mentions."""
        return draw_sample(**fields)
