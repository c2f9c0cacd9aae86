"""Narratives, named, put aside and taken apart through their services."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ServiceAdmin, service_action
from incidents.admin.columns import incident_link
from monitoring.models import CoordinationSign, Narrative
from monitoring.selectors.narratives import with_totals
from monitoring.services import narratives as services


@admin.register(Narrative)
class NarrativeAdmin(ServiceAdmin):
    """What is said again and again, the fastest first; the workers find them."""

    noun = "narrative"
    fixed = ()
    readonly_fields = (
        "brand",
        "title",
        "claim",
        "state",
        "velocity",
        "growth",
        "total",
        "texts",
        "authors",
        "coordination",
        "signs_in_words",
        "first_at",
        "last_at",
        "peak_at",
        "merged_into",
        "dismissed_at",
        "dismissed_by",
        "refreshed_at",
    )
    fields = ("name", "incident", *readonly_fields)
    list_display = [
        "__str__",
        incident_link,
        "state",
        "velocity",
        "total",
        "authors",
        "coordination",
        "last_at",
        "brand",
    ]
    list_filter = [
        "brand",
        "state",
        ("merged_into", admin.EmptyFieldListFilter),
        ("dismissed_at", admin.EmptyFieldListFilter),
        "last_at",
    ]
    list_select_related = ["brand", "incident"]
    search_fields = ["name", "title", "incident__reference"]
    autocomplete_fields = ["incident"]
    ordering = ["-velocity", "-id"]
    actions = [
        service_action(services.dismiss_narrative, "narrative", _("Put aside")),
        service_action(services.restore_narrative, "narrative", _("Take up again")),
        service_action(
            services.part_narrative, "narrative", _("Take out of the one it was merged into")
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Narrative]:
        """Add what those merged into each of them count."""
        return with_totals(super().get_queryset(request))

    @admin.display(description=_("mentions"), ordering="total")
    def total(self, narrative: Narrative) -> int:
        """Return how many mentions tell it, those of what was merged into it counted too."""
        return int(narrative.total)  # type: ignore[attr-defined]  # annotated above

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds: they are found in mentions."""
        return False

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Narrative:
        """Name it, or say which incident it belongs to."""
        return services.change_narrative(**fields)

    @admin.display(description=_("signs"))
    def signs_in_words(self, narrative: Narrative) -> str:
        """Return what speaks for its being arranged."""
        told = [str(CoordinationSign(sign["sign"]).label) for sign in narrative.signs]
        return " ".join(told) or "—"
