"""Messages with all that belongs to them: worded by form, decided about by actions."""

from collections.abc import Collection, Mapping
from typing import Any

from django.contrib import admin
from django.db.models import F, Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import RecordAdmin, RecordInline, ServiceAdmin
from crisisapi.common.admin_json import readable
from incidents.admin.columns import incident_link
from messaging.admin import message_page as page
from messaging.admin.message_acts import MESSAGE_ACTIONS, MessageActionForm, offered_for
from messaging.admin.message_form import (
    CARRIED,
    WORDED,
    MessageForm,
    asked_for,
    draft_of,
    said_in,
)
from messaging.admin.publications import web_link
from messaging.admin.variants import VariantInline
from messaging.models import (
    Comment,
    Message,
    MessageRevision,
    MessageStatus,
    Publication,
    ReviewDecision,
    ReviewRound,
    Variant,
)
from messaging.services.messages import change_message

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


# Asked along with a wording.
_HELPS = ("reason", "read_version", "answers")


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
class MessageAdmin(ServiceAdmin):
    noun = "message"
    form = MessageForm
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
    autocomplete_fields = ["incident"]
    save_on_top = True

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Show what the page says of it, then its own fields; a public wording stays."""
        if obj is None:
            return []
        own = [field.name for field in self.opts.get_fields() if not field.auto_created]
        shown = [readable(self.model, name) for name in own if name not in _SHOWN_OTHERWISE]
        if not self._may_word(request, obj):
            return [*shown, *_SHOWN, *CARRIED, *_HELPS, "body"]
        return [name for name in [*shown, *_SHOWN] if name not in WORDED]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Put first what people decide by, then the form where it may still be worded."""
        if obj is None:
            return [(None, {"fields": asked_for(request)})]
        asked = (*WORDED, *CARRIED, *_HELPS[:2]) if self._may_word(request, obj) else ()
        first = [
            (title, {"fields": [name for name in names if name not in asked]})
            for title, names in _FIRST
        ]
        if asked:
            first.insert(1, (_("Word it"), _to_word(obj, asked)))
        told = {
            *(shown for _title, names in _FIRST for shown in names),
            *asked,
            *CARRIED,
            *_HELPS,
            "body",
        }
        rest = [name for name in self.get_readonly_fields(request, obj) if name not in told]
        return [*first, (_("Further details"), {"fields": rest, "classes": ["collapse"]})]

    def _may_word(self, request: HttpRequest, obj: Message) -> bool:
        return obj.is_changeable and self.has_change_permission(request, obj)

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Message:
        """Write a draft, or the answer to a question."""
        return draft_of(fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Message:
        """Word it anew, on the version that was read."""
        read = fields.pop("read_version", fields["message"].version)
        return change_message(**said_in(fields) | {"expected_version": read})

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """Store no facts beside the service: it knows which ones come along."""
        for formset in formsets:
            self.save_formset(request, form, formset, change=change)

    def response_add(self, request: HttpRequest, obj: Message, *args: Any, **kwargs: Any) -> Any:
        """Go on at its page: there are its findings, its lengths and what it rests on."""
        said: Any = request.POST.copy()
        said["_continue"] = "1"
        request.POST = said
        return super().response_add(request, obj, *args, **kwargs)

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


def _to_word(message: Message, fields: tuple[str, ...]) -> dict[str, Any]:
    """Return the part of the page in which a message is worded; open while it is a draft."""
    if message.status == MessageStatus.DRAFT:
        return {"fields": fields}
    warning = _("Another wording is a new revision, takes back its approval, and is a draft again.")
    return {"fields": fields, "classes": ["collapse"], "description": warning}


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
