"""Deliveries, to look at and to replay."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.admin import RecordAdmin
from crisisapi.common.nudges import nudge
from monitoring.admin.pages import CappedPaginator
from monitoring.models import Delivery
from monitoring.services.deliveries import replay_delivery
from monitoring.tasks import analyse_mentions

BODY_SHOWN = 20_000

_OUTCOME: list[Any] = [
    "created_at",
    "source",
    "external_id",
    "status",
    "error_code",
    "accepted",
    "duplicates",
    "updated",
    "rejected",
]


@admin.register(Delivery)
class DeliveryAdmin(RecordAdmin):
    list_display = _OUTCOME
    fields = [
        *_OUTCOME,
        "id",
        "brand",
        "error_detail",
        "rejections",
        "processed_at",
        "body_hash",
        "body_text",
    ]
    list_filter = ["status", "brand"]
    list_select_related = ["source"]
    search_fields = ["=external_id", "error_code"]
    ordering = ["-id"]
    paginator = CappedPaginator
    show_facets = admin.ShowFacets.NEVER  # each would be a count of all rows
    actions = ["replay"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        """Leave the bytes where they are until one delivery is looked at."""
        found: QuerySet[Delivery] = super().get_queryset(request)
        return found.defer("body", "rejections")

    def has_replay_permission(self, request: HttpRequest) -> bool:
        """Whoever may change deliveries may replay them."""
        return request.user.has_perm("monitoring.change_delivery")

    @admin.display(description=_("body"))
    def body_text(self, delivery: Delivery) -> SafeString:
        """Return the beginning of the bytes, read as UTF-8."""
        body = bytes(delivery.body)
        text = body[: 4 * BODY_SHOWN].decode("utf-8", "replace")[:BODY_SHOWN]
        more = gettext("… %d bytes in all") % len(body) if len(body) > len(text.encode()) else ""
        return format_html('<pre dir="auto">{}{}</pre>', text, more)

    @admin.action(description=_("Replay"), permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Process each chosen delivery again, and say what came of it."""
        for delivery in queryset:
            replayed = replay_delivery(
                delivery=delivery, actor=Actor("user", request.user.pk), now=timezone.now()
            )
            sentence = gettext("%(delivery)s: %(status)s, %(accepted)d new mentions.")
            shown: dict[str, Any] = {
                "delivery": replayed,
                "status": replayed.get_status_display(),
                "accepted": replayed.accepted,
            }
            messages.info(request, sentence % shown)
        nudge(analyse_mentions)
