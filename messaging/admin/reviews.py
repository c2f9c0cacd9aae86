"""Review policies, the rounds they led to, and comments."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import (
    ModelForm,
    RecordAdmin,
    RecordInline,
    ServiceAdmin,
    service_action,
)
from crisisapi.common.admin_json import PrettyJSONField
from messaging.models import Comment, ReviewDecision, ReviewPolicy, ReviewRound
from messaging.models.review_policy import default_breakers
from messaging.rules.reviews import default_stages
from messaging.services.comments import reopen_comment
from messaging.services.review_policies import add_review_policy, change_review_policy


class ReviewPolicyForm(ModelForm):
    stages = PrettyJSONField(
        label=capfirst(ReviewPolicy._meta.get_field("stages").verbose_name),
        initial=default_stages,
        help_text=ReviewPolicy._meta.get_field("stages").help_text,
    )
    break_glass_roles = PrettyJSONField(
        label=capfirst(ReviewPolicy._meta.get_field("break_glass_roles").verbose_name),
        initial=default_breakers,
        required=False,  # an empty list is a list
        help_text=ReviewPolicy._meta.get_field("break_glass_roles").help_text,
    )

    def clean(self) -> dict[str, Any]:
        """Take empty fields for empty lists."""
        said = super().clean() or self.cleaned_data
        for name in ("purposes", "kinds", "severities", "break_glass_roles"):
            said[name] = said.get(name) or []
        return said


@admin.register(ReviewPolicy)
class ReviewPolicyAdmin(ServiceAdmin):
    noun = "policy"
    form = ReviewPolicyForm
    list_display = [
        "name",
        "brand",
        "position",
        "purposes",
        "kinds",
        "severities",
        "expires_after_hours",
        "is_active",
    ]
    list_filter = ["brand", "is_active"]
    list_select_related = ["brand"]
    search_fields = ["name", "brand__name"]
    autocomplete_fields = ["brand"]
    ordering = ["brand__name", "position"]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> ReviewPolicy:
        """Make a policy."""
        return add_review_policy(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> ReviewPolicy:
        """Change a policy."""
        return change_review_policy(**fields)


class RoundDecisionInline(RecordInline):
    model = ReviewDecision
    fields = ["stage", "decision", "reviewer", "role", "department", "comment", "created_at"]
    ordering = ["created_at"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read reviewers along."""
        return super().get_queryset(request).select_related("reviewer")


@admin.register(ReviewRound)
class ReviewRoundAdmin(RecordAdmin):
    list_display = [
        "message",
        "revision",
        "policy",
        "stage",
        "stage_opened_at",
        "remind_at",
        "outcome",
        "brand",
    ]
    list_filter = ["outcome", "brand", "created_at"]
    list_select_related = ["message", "policy", "brand"]
    search_fields = ["message__title", "policy__name"]
    ordering = ["-created_at"]
    inlines = [RoundDecisionInline]


@admin.register(Comment)
class CommentAdmin(RecordAdmin):
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
    ordering = ["-created_at"]
    actions = [service_action(reopen_comment, "comment", _("Reopen"), permission="decide")]

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Reopen: those who may change comments, though here no text changes."""
        return request.user.has_perm("messaging.change_comment")
