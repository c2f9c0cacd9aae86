"""Deliveries, to look at and to replay."""

import json
from collections import defaultdict
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.admin import RecordAdmin
from crisisapi.common.admin_json import pretty
from crisisapi.common.nudges import nudge
from monitoring.admin.pages import CappedPaginator
from monitoring.models import Delivery
from monitoring.services.keeping import kept_until
from monitoring.services.replaying import replay_many
from monitoring.tasks import analyse_mentions

BODY_SHOWN = 20_000
PLACES_SHOWN = 20

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
        "refused_items",
        "processed_at",
        "redacted_at",
        "kept_until",
        "headers",
        "body_hash",
        "body_text",
    ]
    list_filter = ["status", "brand", "source__kind", "created_at"]
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

    @admin.display(description=_("kept until"))
    def kept_until(self, delivery: Delivery) -> datetime:
        """Return when it is removed."""
        return kept_until(delivery)

    @admin.display(description=_("rejections"))
    def refused_items(self, delivery: Delivery) -> SafeString | str:
        """Say why items were refused, a line for each reason with the places of its items."""
        places: dict[tuple[str, str], list[int]] = defaultdict(list)
        for item in delivery.refused_items:
            places[item["reason"], item["code"]].append(item["index"])
        lines = [(reason, code, _places(found)) for (reason, code), found in places.items()]
        shown = '<p>{} <code dir="ltr">{}</code> <bdi>{}</bdi></p>'
        return format_html_join("\n", shown, lines) or "-"

    @admin.display(description=_("body"))
    def body_text(self, delivery: Delivery) -> SafeString:
        """Return the beginning of the bytes, JSON with a line for each value."""
        body = bytes(delivery.body)
        if shown := _as_json(body):
            return format_html('<pre class="json" dir="ltr">{}</pre>', shown)
        text = body[: 4 * BODY_SHOWN].decode("utf-8", "replace")[:BODY_SHOWN]
        more = gettext("… %d bytes in all") % len(body) if len(body) > len(text.encode()) else ""
        return format_html('<pre dir="auto">{}{}</pre>', text, more)

    @admin.action(description=_("Replay"), permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Process the chosen deliveries again, a hundred at most, and say what came of them."""
        now = timezone.now()
        actor = Actor("user", request.user.pk)
        replayed = replay_many(deliveries=queryset, before=now, actor=actor, now=now)
        sentence = gettext(
            "%(processed)d read, %(again)d failed again, %(accepted)d new mentions, %(left)d left."
        )
        level = messages.WARNING if replayed.again or replayed.left else messages.SUCCESS
        self.message_user(request, sentence % vars(replayed), level)
        nudge(analyse_mentions)


def _places(indexes: list[int]) -> str:
    """Return the first places, counted from 0 as in the bytes, and how many there are in all."""
    named = ", ".join(map(str, indexes[:PLACES_SHOWN]))
    return f"{named}, … ({len(indexes)})" if len(indexes) > PLACES_SHOWN else named


def _as_json(body: bytes) -> str:
    """Return a body that is a JSON object or array and not too long, indented; else nothing."""
    if len(body) > BODY_SHOWN or body.lstrip()[:1] not in (b"{", b"["):
        return ""
    try:
        return pretty(json.loads(body))
    except (ValueError, RecursionError):
        return ""
