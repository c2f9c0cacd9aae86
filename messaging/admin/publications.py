"""Publications with their parts, to look at; what people decide about them are actions."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ReasonActionForm, RecordAdmin, RecordInline, service_action
from messaging.admin.message_times import MomentField, moment_of
from messaging.models import Publication, PublicationPart, PublicationStatus
from messaging.services.publications import (
    cancel_publication,
    fail_publication,
    record_publication,
)
from messaging.services.releases import drop_publication, release_publication
from messaging.services.retries import retry_publication
from messaging.services.withdrawals import record_withdrawal, withdraw_publication


def _web_link(row: Publication | PublicationPart) -> SafeString | str:
    """Return a link to where it is out."""
    if not row.url.startswith(("https://", "http://")):
        return row.url or "-"
    return format_html('<a href="{}" rel="noreferrer" dir="ltr">{}</a>', row.url, row.url)


web_link: Any = admin.display(description=_("address"))(_web_link)


@admin.display(description=_("address"))
def short_link(row: Publication) -> SafeString | str:
    """Return a short link to where it is out: lists are wide already."""
    if not row.url.startswith(("https://", "http://")):
        return "-"
    said = _("where it is out")
    return format_html('<a href="{}" rel="noreferrer" title="{}">{}</a>', row.url, row.url, said)


class PublicationActionForm(ReasonActionForm):
    """Room for a reason, for where it was posted, and for a new time."""

    url = forms.CharField(required=False, label=_("Address:"), max_length=2_000)
    publish_at = MomentField()


_POSTED = ["record_publication", "fail_publication"]
_OFFERED: dict[str, list[str]] = {
    PublicationStatus.PENDING: ["cancel_publication"],
    PublicationStatus.AWAITING_PERSON: [*_POSTED, "cancel_publication"],
    PublicationStatus.UNKNOWN: [*_POSTED, "retry_publication"],
    PublicationStatus.HELD: ["release", "drop_publication"],
    PublicationStatus.FAILED: ["retry_publication"],
    PublicationStatus.PARTIALLY_PUBLISHED: ["retry_publication", "withdraw_publication"],
    PublicationStatus.PUBLISHED: ["withdraw_publication"],
    PublicationStatus.WITHDRAWING: ["record_withdrawal", "fail_publication"],
}


def release(*, publish_at: str, **said: Any) -> Publication:
    """Let it go out after all: at the time given, at the one it had, or at once."""
    return release_publication(publish_at=moment_of(publish_at), **said)


class PartInline(RecordInline):
    model = PublicationPart
    fields = [
        "number",
        "text",
        "status",
        web_link,
        "attempts",
        "next_attempt_at",
        "published_at",
        "last_error",
    ]
    ordering = ["number"]


@admin.register(Publication)
class PublicationAdmin(RecordAdmin):
    list_display = [
        "message",
        "channel",
        "status",
        "waits_on_person",
        "held_because",
        "not_before",
        "published_at",
        short_link,
        "last_error",
    ]
    list_filter = [
        "status",
        "waits_on_person",
        "held_because",
        "channel__platform",
        "brand",
        "requested_at",
    ]
    list_select_related = ["message", "channel", "requested_by", "published_by"]
    search_fields = ["message__title", "channel__name", "url", "external_id"]
    date_hierarchy = "requested_at"
    ordering = ["-requested_at"]
    inlines = [PartInline]
    action_form = PublicationActionForm
    actions = [
        service_action(
            record_publication,
            "publication",
            _("Record that it is out (give its address)"),
            gives=["url"],
            permission="decide",
        ),
        service_action(
            fail_publication,
            "publication",
            _("Record that it did not work (give a reason)"),
            gives_reason=True,
            permission="decide",
        ),
        service_action(
            retry_publication,
            "publication",
            _("Send again what is not out (give a reason)"),
            gives_reason=True,
            permission="decide",
        ),
        service_action(
            cancel_publication,
            "publication",
            _("Cancel it"),
            gives_reason=True,
            permission="decide",
        ),
        service_action(
            withdraw_publication,
            "publication",
            _("Take it down (give a reason)"),
            gives_reason=True,
            permission="decide",
        ),
        service_action(
            record_withdrawal,
            "publication",
            _("Record that it was taken down"),
            permission="decide",
        ),
        service_action(
            release,
            "publication",
            _("Release (a time and a reason may go along)"),
            gives=["publish_at"],
            gives_reason=True,
            permission="decide",
        ),
        service_action(
            drop_publication,
            "publication",
            _("Drop (give a reason)"),
            gives_reason=True,
            permission="decide",
        ),
    ]

    def offered(self, obj: Publication) -> Collection[str]:
        """Offer what its status allows, and to say what became of what a person may have posted."""
        names = list(_OFFERED.get(obj.status, []))
        if obj.is_perhaps_out:
            names += [name for name in _POSTED if name not in names]
        return names

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Decide: those who may change publications, though no field of one is edited here."""
        return request.user.has_perm("messaging.change_publication")
