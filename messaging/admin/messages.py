"""Messages with all that belongs to them; what people decide about them are actions."""

from collections.abc import Collection, Mapping
from typing import Any

from django.contrib import admin
from django.db.models import F, Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import RecordAdmin, RecordInline
from incidents.admin.columns import incident_link
from messaging.admin import message_page as page
from messaging.admin.message_acts import MESSAGE_ACTIONS, MessageActionForm, offered_for
from messaging.admin.publications import web_link
from messaging.admin.variants import VariantInline
from messaging.models import (
    Comment,
    Message,
    MessageRevision,
    Publication,
    ReviewDecision,
    ReviewRound,
    Variant,
)

_FIRST: list[tuple[Any, list[Any]]] = [
    (None, ["title", "status", page.next_step, incident_link, "audience", "purpose", "language"]),
    (_("Wording"), ["revision", page.wording, page.findings, page.lengths]),
    (
        _("What it rests on"),
        [page.facts, page.key_messages, page.cited_stories, page.origin],
    ),
]
_SHOWN = [one for _title, names in _FIRST for one in names if callable(one)]
# A link, a list or a mark in the text says more than the plain field.
_SHOWN_OTHERWISE = (
    "incident",
    "body",
    "facts",
    "key_messages",
    "cited_stories",
    "template",
    "revises",
)


class RevisionInline(RecordInline):
    model = MessageRevision
    fields = ["number", "title", "language", "author", "reason", "created_at"]
    ordering = ["-number"]


class RoundInline(RecordInline):
    model = ReviewRound
    fields = ["revision", "policy", "stage", "stage_opened_at", "outcome", "closed_at"]
    ordering = ["-created_at"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read policies along."""
        return super().get_queryset(request).select_related("policy")


class CommentInline(RecordInline):
    model = Comment
    fields = ["revision", "author", "quote", "text", "is_blocking", "resolved_by", "resolution"]
    # Those that are open first.
    ordering = [F("resolved_at").desc(nulls_first=True), "-created_at"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read people along."""
        return super().get_queryset(request).select_related("author", "resolved_by")


class DecisionInline(RecordInline):
    model = ReviewDecision
    fields = [
        "revision",
        "decision",
        "reviewer",
        "comment",
        "accepted_findings",
        "accepted_reason",
        "created_at",
    ]
    ordering = ["-created_at"]


class PublicationInline(RecordInline):
    model = Publication
    fields = [
        "channel",
        "revision",
        "status",
        "not_before",
        web_link,
        "published_by",
        "published_at",
        "last_error",
    ]
    ordering = ["-created_at"]
    show_change_link = True


@admin.register(Message)
class MessageAdmin(RecordAdmin):
    list_display = [
        "title",
        "status",
        "flag_reason",
        incident_link,
        "purpose",
        "language",
        "published_at",
        "updated_at",
        "brand",
    ]
    list_filter = [
        "status",
        "flag_reason",
        "is_break_glass",
        "purpose",
        "language",
        "brand",
        "created_at",
    ]
    list_select_related = ["incident", "brand"]
    search_fields = ["title", "body", "incident__reference"]
    date_hierarchy = "created_at"
    ordering = ["-created_at"]
    inlines = [
        VariantInline,
        PublicationInline,
        RoundInline,
        DecisionInline,
        CommentInline,
        RevisionInline,
    ]
    action_form = MessageActionForm
    actions = MESSAGE_ACTIONS

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Show what the page says of it, then its own fields."""
        own = super().get_readonly_fields(request, obj)
        return [*(name for name in own if name not in _SHOWN_OTHERWISE), *_SHOWN]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Put first what people decide by."""
        told = {shown for _title, names in _FIRST for shown in names}
        rest = [name for name in self.get_readonly_fields(request, obj) if name not in told]
        first = [(title, {"fields": names}) for title, names in _FIRST]
        return [*first, (_("Further details"), {"fields": rest, "classes": ["collapse"]})]

    def further(self, obj: Message) -> list[tuple[type[Model], Mapping[str, Any]]]:
        """Comment on the wording that was read; word it for a channel."""
        given = {"message": obj.pk}
        comment = (Comment, given | {"revision": obj.revision})
        return [comment, (Variant, given)] if obj.is_changeable else [comment]

    def offered(self, obj: Message) -> Collection[str]:
        """Offer what its status allows."""
        return offered_for(obj)

    def read_of(self, obj: Message) -> dict[str, Any]:
        """Give along which revision was read."""
        return {"revision": obj.revision}

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Decide: those who may change messages, though here no wording changes."""
        return request.user.has_perm("messaging.change_message")


@admin.register(MessageRevision)
class MessageRevisionAdmin(RecordAdmin):
    list_display = ["message", "number", "language", "author", "reason", "created_at"]
    list_filter = ["language", "message__brand", "created_at"]
    list_select_related = ["message", "author"]
    search_fields = ["title", "body", "wording_hash"]
    ordering = ["-created_at"]


@admin.register(ReviewDecision)
class ReviewDecisionAdmin(RecordAdmin):
    list_display = ["message", "revision", "decision", "reviewer", "comment", "created_at"]
    list_filter = ["decision", "message__brand", "created_at"]
    list_select_related = ["message", "reviewer"]
    search_fields = ["message__title", "comment", "reviewer__username"]
    ordering = ["-created_at"]
