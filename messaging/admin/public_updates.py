"""What went up on public pages, to look at; taken down by an action."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ReasonActionForm, RecordAdmin, service_action
from incidents.admin.columns import incident_link
from messaging.models import PublicUpdate
from messaging.services.public_updates import withdraw_update


@admin.register(PublicUpdate)
class PublicUpdateAdmin(RecordAdmin):
    list_display = [
        "title",
        "language",
        incident_link,
        "published_at",
        "withdrawn_at",
        "corrected_by",
        "brand",
    ]
    list_filter = ["language", "brand", "published_at"]
    list_select_related = ["incident", "brand", "corrected_by"]
    search_fields = ["title", "body", "incident__reference"]
    date_hierarchy = "published_at"
    ordering = ["-published_at"]
    action_form = ReasonActionForm
    actions = [
        service_action(
            withdraw_update,
            "public_update",
            _("Take down (give a reason)"),
            gives_reason=True,
            permission="decide",
        )
    ]

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Take down: those who may change updates, though no words change here."""
        return request.user.has_perm("messaging.change_publicupdate")
