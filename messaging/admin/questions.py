"""Questions of the audience: looked through, routed, shown, turned down."""

from collections.abc import Collection
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ServiceAdmin
from incidents.admin.columns import incident_link
from messaging.admin.question_acts import QUESTION_ACTIONS, QuestionActionForm, offered_for
from messaging.models import Purpose, Question
from messaging.models.question import QuestionQuerySet
from messaging.services import questions as services
from messaging.services.answering import title_of


@admin.register(Question)
class QuestionAdmin(ServiceAdmin):
    noun = "question"
    fixed = ("brand", "origin", "mention_id", "asked_by")
    fields = [
        "brand",
        "incident",
        "text",
        "language",
        "origin",
        "origin_url",
        "mention_id",
        "asked_by",
        "flags",
        "status",
        "status_reason",
        "department",
        "person",
        "is_public",
        "duplicate_of",
        "answer",
        "answered_at",
        "masked_contact",
        "mailed_at",
    ]
    readonly_fields = [
        "flags",
        "status",
        "status_reason",
        "department",
        "person",
        "is_public",
        "duplicate_of",
        "answer",
        "answered_at",
        "masked_contact",
        "mailed_at",
    ]
    list_display = [
        "__str__",
        "status",
        incident_link,
        "department",
        "person",
        "vote_count",
        "shown_flags",
        "is_public",
        "brand",
        "created_at",
    ]
    list_select_related = ["incident", "brand", "person"]
    list_filter = ["status", "brand", "origin", "language", "department", "is_public"]
    search_fields = ["text", "incident__reference"]
    autocomplete_fields = ["incident"]
    ordering = ["-created_at"]
    action_form = QuestionActionForm
    actions = QUESTION_ACTIONS

    def offered(self, obj: Question) -> Collection[str]:
        """Offer what its status allows."""
        return offered_for(obj)

    def fill(self, form: Any, obj: Question) -> None:
        """Let choose among the team, the questions like it, and the answers in its language."""
        form.choose_for(obj)

    def _links(self, request: HttpRequest, obj: Question) -> list[tuple[str, str]]:
        if obj.status not in services.UNTOUCHED:
            return []
        given = {
            "answers": obj.pk,
            "incident": obj.incident_id or "",
            "title": title_of(obj.text),
            "purpose": Purpose.FAQ,
            "language": obj.language,
        }
        page = reverse("admin:messaging_message_add")
        return [(gettext("Answer it: word the message"), f"{page}?{urlencode(given)}")]

    def get_queryset(self, request: HttpRequest) -> QuestionQuerySet:
        """Count who wants to know it too."""
        known: Any = super().get_queryset(request)
        counted: QuestionQuerySet = known.counted()
        return counted

    @admin.display(description=_("votes"))
    def vote_count(self, question: Any) -> int:
        """How many want to know it too."""
        return int(getattr(question, "votes", 0))

    @admin.display(description=_("flags"))
    def shown_flags(self, question: Question) -> str:
        """What to look at twice."""
        return ", ".join(question.flags)

    @admin.display(description=_("contact"))
    def masked_contact(self, question: Question) -> str:
        """Where the answer is mailed to, masked."""
        return question.masked_contact or "–"

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Question:
        """Write a question down."""
        return services.add_question(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Question:
        """Say what it is about."""
        return services.change_question(**fields)
