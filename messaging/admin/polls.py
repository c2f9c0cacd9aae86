"""Polls: read, approved, opened, closed; worded over the API."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ReasonActionForm, RecordAdmin, service_action
from incidents.admin.columns import incident_link
from messaging.admin.words import shown_words
from messaging.models import Poll
from messaging.selectors.polls import tallies_of
from messaging.services import polls as services


def approve_poll(*, poll: Poll, **change: Any) -> Poll:
    """Approve the last revision: it is the one on the page of the admin."""
    return services.approve_poll(poll=poll, revision=poll.revision, **change)


@admin.register(Poll)
class PollAdmin(RecordAdmin):
    fields = [
        "brand",
        "incident",
        "question",
        "choices",
        "selection",
        "results",
        "least_shown",
        "opens_at",
        "closes_at",
        "status",
        "status_reason",
        "author",
        "revision",
        "approved_by",
        "approved_at",
        "opened_at",
        "closed_at",
        "counted",
    ]
    list_display = ["__str__", "status", incident_link, "opens_at", "closes_at", "brand"]
    list_select_related = ["incident", "brand"]
    list_filter = ["status", "brand"]
    search_fields = ["questions", "incident__reference"]
    ordering = ["-created_at"]
    action_form = ReasonActionForm
    actions = [
        service_action(approve_poll, "poll", _("Approve")),
        service_action(services.open_poll, "poll", _("Open")),
        service_action(services.close_poll, "poll", _("Close")),
        service_action(
            services.withdraw_poll, "poll", _("Withdraw (give a reason)"), gives_reason=True
        ),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Show the computed ones too."""
        return [*super().get_readonly_fields(request, obj), "question", "choices", "counted"]

    @admin.display(description=_("question"))
    def question(self, poll: Poll) -> Any:
        """What is asked, by language."""
        return shown_words(poll.questions)

    @admin.display(description=_("options"))
    def choices(self, poll: Poll) -> str:
        """The options, in the first language."""
        return " · ".join(next(iter(option.values()), "") for option in poll.options)

    @admin.display(description=_("ballots"))
    def counted(self, poll: Poll) -> str:
        """All ballots, and those of each option in its order."""
        tally = tallies_of([poll])[poll.pk]
        counts = [str(tally.counts.get(number + 1, 0)) for number in range(len(poll.options))]
        return f"{tally.ballots}: {' · '.join(counts)}"
