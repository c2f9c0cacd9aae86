"""Messages with their revisions and decisions, to look at; a flag is cleared by an action."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ReasonActionForm, RecordAdmin, RecordInline, service_action
from incidents.admin.columns import incident_link
from messaging.admin.variants import VariantInline
from messaging.models import (
    Comment,
    Message,
    MessageRevision,
    Publication,
    ReviewDecision,
    ReviewRound,
)
from messaging.services.flags import clear_flag


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
    fields = ["revision", "author", "quote", "text", "is_blocking", "resolved_by", "resolved_at"]
    ordering = ["-created_at"]

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
    fields = ["channel", "revision", "status", "url", "published_by", "published_at", "last_error"]
    ordering = ["-created_at"]


@admin.register(Message)
class MessageAdmin(RecordAdmin):
    list_display = [
        "title",
        "purpose",
        "language",
        "status",
        "flag_reason",
        "revision",
        incident_link,
        "brand",
        "author",
        "approved_by",
        "published_at",
        "updated_at",
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
    list_select_related = ["incident", "brand", "author", "approved_by"]
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
    action_form = ReasonActionForm
    actions = [
        service_action(
            clear_flag,
            "message",
            _("Clear the flag (give a reason)"),
            gives_reason=True,
            permission="decide",
        )
    ]

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Clear flags: those who may change messages, though here no wording changes."""
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
