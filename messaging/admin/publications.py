"""Publications, to look at; what was held back is decided by actions."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ReasonActionForm, RecordAdmin, service_action
from messaging.models import Publication
from messaging.services.releases import drop_publication, release_publication


@admin.register(Publication)
class PublicationAdmin(RecordAdmin):
    list_display = [
        "message",
        "channel",
        "revision",
        "status",
        "url",
        "not_before",
        "held_because",
        "attempts",
        "requested_by",
        "requested_at",
        "published_by",
        "published_at",
    ]
    list_filter = ["status", "held_because", "channel__platform", "brand", "requested_at"]
    list_select_related = ["message", "channel", "requested_by", "published_by"]
    search_fields = ["message__title", "channel__name", "url", "external_id"]
    date_hierarchy = "requested_at"
    ordering = ["-requested_at"]
    action_form = ReasonActionForm
    actions = [
        service_action(release_publication, "publication", _("Release"), permission="decide"),
        service_action(
            drop_publication,
            "publication",
            _("Drop (give a reason)"),
            gives_reason=True,
            permission="decide",
        ),
    ]

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Decide on what was held back: those who may change publications."""
        return request.user.has_perm("messaging.change_publication")
