"""Polls: worded by form while nobody was asked, approved, opened, closed."""

from collections.abc import Collection
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ServiceAdmin, service_action
from crisisapi.common.errors import InvalidInput
from crisisapi.common.numbers import whole_number
from incidents.admin.columns import incident_link
from messaging.admin.message_acts import ReviewActionForm
from messaging.admin.poll_form import PollForm
from messaging.admin.words import shown_words
from messaging.models import Poll, PollStatus
from messaging.selectors.polls import tallies_of
from messaging.services import polls as services

_WORDED = ("brand", "incident", "questions", "options", "selection", "results", "least_shown")
_TIMES = ("opens_at", "closes_at")
_BECAME = (
    "status",
    "status_reason",
    "author",
    "revision",
    "approved_by",
    "approved_at",
    "opened_at",
    "closed_at",
    "counted",
)
_OFFERED: dict[str, list[str]] = {
    PollStatus.DRAFT: ["approve_poll", "withdraw_poll"],
    PollStatus.APPROVED: ["open_poll", "withdraw_poll"],
    PollStatus.OPEN: ["close_poll", "withdraw_poll"],
    PollStatus.CLOSED: ["withdraw_poll"],
}


def approve_poll(*, poll: Poll, revision: str, **change: Any) -> Poll:
    """Approve the revision that was read on its page."""
    number = whole_number(revision)
    if number is None:
        sentence = _("Open the poll and approve it there: you approve the wording you read.")
        raise InvalidInput(errors={"revision": [sentence]})
    return services.approve_poll(poll=poll, revision=number, **change)


@admin.register(Poll)
class PollAdmin(ServiceAdmin):
    noun = "poll"
    form = PollForm
    autocomplete_fields = ["incident"]
    list_display = ["__str__", "status", incident_link, "opens_at", "closes_at", "brand"]
    list_select_related = ["incident", "brand"]
    list_filter = ["status", "brand"]
    search_fields = ["questions", "incident__reference"]
    ordering = ["-created_at"]
    action_form = ReviewActionForm
    actions = [
        service_action(approve_poll, "poll", _("Approve"), gives=["revision"]),
        service_action(services.open_poll, "poll", _("Open")),
        service_action(services.close_poll, "poll", _("Close")),
        service_action(
            services.withdraw_poll, "poll", _("Withdraw (give a reason)"), gives_reason=True
        ),
    ]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Ask for the wording; once somebody was asked, show it as it was."""
        if obj is None:
            return [*_WORDED, *_TIMES]
        shown = {} if _is_unasked(obj) else {"questions": "question", "options": "choices"}
        return [shown.get(name, name) for name in (*_WORDED, *_TIMES, *_BECAME)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Show what became of it; the wording too once somebody was asked."""
        if obj is None:
            return []
        if _is_unasked(obj):
            return ["brand", *_BECAME]
        return [*_WORDED, *_TIMES, *_BECAME, "question", "choices"]

    def offered(self, obj: Poll) -> Collection[str]:
        """Offer what its status allows."""
        return _OFFERED.get(obj.status, [])

    def read_of(self, obj: Poll) -> dict[str, Any]:
        """Give along which revision was read."""
        return {"revision": obj.revision}

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Poll:
        """Word a poll."""
        return services.draft_poll(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Poll:
        """Word it anew."""
        return services.change_poll(**fields)

    @admin.display(description=_("question"))
    def question(self, poll: Poll) -> Any:
        """What is asked, by language."""
        return shown_words(poll.questions)

    @admin.display(description=_("options"))
    def choices(self, poll: Poll) -> SafeString:
        """The options by language, in their order."""
        rows = ((shown_words(option),) for option in poll.options)
        return format_html("<ol>{}</ol>", format_html_join("", "<li>{}</li>", rows))

    @admin.display(description=_("ballots"))
    def counted(self, poll: Poll) -> str:
        """All ballots, and those of each option in its order."""
        tally = tallies_of([poll])[poll.pk]
        counts = [str(tally.counts.get(number + 1, 0)) for number in range(len(poll.options))]
        return f"{tally.ballots}: {' · '.join(counts)}"


def _is_unasked(poll: Poll) -> bool:
    return poll.status in (PollStatus.DRAFT, PollStatus.APPROVED)
