"""Messages with their revisions and decisions, to look at."""

from django.contrib import admin

from crisisapi.common.admin import RecordAdmin, RecordInline
from messaging.models import Message, MessageRevision, Publication, ReviewDecision


class RevisionInline(RecordInline):
    model = MessageRevision
    fields = ["number", "title", "language", "author", "reason", "created_at"]
    ordering = ["-number"]


class DecisionInline(RecordInline):
    model = ReviewDecision
    fields = ["revision", "decision", "reviewer", "comment", "created_at"]
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
        "incident",
        "brand",
        "author",
        "approved_by",
        "published_at",
        "updated_at",
    ]
    list_filter = ["status", "flag_reason", "purpose", "language", "brand", "created_at"]
    list_select_related = ["incident", "brand", "author", "approved_by"]
    search_fields = ["title", "body", "incident__reference"]
    date_hierarchy = "created_at"
    ordering = ["-created_at"]
    inlines = [PublicationInline, DecisionInline, RevisionInline]


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
