"""Comments on messages: written through their service, then resolved or reopened."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ModelForm, ReasonActionForm, ServiceAdmin, service_action
from crisisapi.common.errors import InvalidInput
from messaging.admin.message_page import message_link
from messaging.models import Comment
from messaging.services.comments import Place, comment_message, reopen_comment, resolve_comment


def resolve(*, comment: Comment, reason: str, **said: Any) -> Comment:
    """It was seen to, and this was done."""
    return resolve_comment(comment=comment, resolution=reason, **said)


class CommentForm(ModelForm):
    quote = forms.CharField(
        required=False,
        label=_("quote"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The words of the body it is about, as they stand there; empty: all of it."),
    )

    class Meta:
        model = Comment
        fields = ["message", "revision", "quote", "text", "is_blocking"]


@admin.register(Comment)
class CommentAdmin(ServiceAdmin):
    noun = "comment"
    form = CommentForm
    fixed = ()
    fields = ["message", "revision", "quote", "text", "is_blocking"]
    list_display = [
        "text",
        "message",
        "revision",
        "author",
        "is_blocking",
        "resolved_by",
        "resolved_at",
        "brand",
    ]
    list_filter = ["is_blocking", ("resolved_at", admin.EmptyFieldListFilter), "brand"]
    list_select_related = ["message", "author", "resolved_by", "brand"]
    search_fields = ["text", "quote", "message__title"]
    autocomplete_fields = ["message"]
    ordering = ["-created_at"]
    action_form = ReasonActionForm
    actions = [
        service_action(
            resolve,
            "comment",
            _("Resolve (say what was done)"),
            gives_reason=True,
            permission="decide",
        ),
        service_action(reopen_comment, "comment", _("Reopen"), permission="decide"),
    ]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for what is said; show what became of it, too."""
        after = ["author", "created_at", "resolved_by", "resolved_at", "resolution"]
        return [message_link, *self.fields[1:], *after] if obj else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """What was said stays as it was said."""
        return list(self.get_fields(request, obj)) if obj else []

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes what was said."""
        return False

    def offered(self, obj: Comment) -> Collection[str]:
        """Offer to resolve what is open, and to reopen what is not."""
        return ["resolve" if obj.is_open else "reopen_comment"]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Comment:
        """Write a comment at the words it quotes; refuses words that are not in the body."""
        quote = fields.pop("quote")
        place = _place_of(quote, fields["message"].body) if quote else None
        return comment_message(**fields, place=place)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Resolve and reopen: those who may change comments, though here no text changes."""
        return request.user.has_perm("messaging.change_comment")


def _place_of(quote: str, body: str) -> Place:
    start = body.find(quote)
    if start < 0:
        sentence = _("These words are not in the body. Copy them as they stand there.")
        raise InvalidInput(errors={"quote": [sentence]})
    return Place(start, start + len(quote))
