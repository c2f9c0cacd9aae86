"""Live sessions: read, approved, started, ended; worded over the API."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ReasonActionForm, RecordAdmin, RecordInline, service_action
from incidents.admin.columns import incident_link
from messaging.admin.words import shown_words
from messaging.models import LiveSession, QueuedQuestion
from messaging.services import live_sessions as services


def approve_session(*, session: LiveSession, **change: Any) -> LiveSession:
    """Approve the last revision: it is the one on the page of the admin."""
    return services.approve_session(session=session, revision=session.revision, **change)


class QueuedQuestionInline(RecordInline):
    """What waits in the session, and what became of it."""

    model = QueuedQuestion
    fields = ["question", "state", "state_at", "host", "spoken", "seconds"]
    ordering = ["state_at"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read the questions along."""
        return super().get_queryset(request).select_related("session", "question", "host")


@admin.register(LiveSession)
class LiveSessionAdmin(RecordAdmin):
    fields = [
        "brand",
        "incident",
        "title",
        "intro",
        "link",
        "recording_url",
        "waiting_title",
        "waiting_intro",
        "waiting_link",
        "waiting_recording",
        "starts_at",
        "ends_at",
        "hosts",
        "status",
        "status_reason",
        "revision",
        "approved_revision",
        "proposed_by",
        "approved_by",
        "approved_at",
        "started_at",
        "ended_at",
    ]
    list_display = ["__str__", "status", incident_link, "starts_at", "ends_at", "brand"]
    list_select_related = ["incident", "brand"]
    list_filter = ["status", "brand"]
    search_fields = ["titles", "incident__reference"]
    ordering = ["-created_at"]
    inlines = [QueuedQuestionInline]
    action_form = ReasonActionForm
    actions = [
        service_action(approve_session, "session", _("Approve what is proposed")),
        service_action(services.start_session, "session", _("Start")),
        service_action(services.end_session, "session", _("End")),
        service_action(
            services.cancel_session, "session", _("Cancel (give a reason)"), gives_reason=True
        ),
        service_action(services.archive_session, "session", _("Take off the page")),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Show the computed ones too."""
        own = ["title", "intro", "hosts"]
        waiting = ["waiting_title", "waiting_intro", "waiting_link", "waiting_recording"]
        return [*super().get_readonly_fields(request, obj), *own, *waiting]

    @admin.display(description=_("title"))
    def title(self, session: LiveSession) -> Any:
        """The title that is shown, by language."""
        return shown_words(session.titles)

    @admin.display(description=_("introduction"))
    def intro(self, session: LiveSession) -> Any:
        """The introduction that is shown, by language."""
        return shown_words(session.intros)

    @admin.display(description=_("title that waits for approval"))
    def waiting_title(self, session: LiveSession) -> Any:
        """The proposed title."""
        return shown_words((session.proposal or {}).get("titles"))

    @admin.display(description=_("introduction that waits for approval"))
    def waiting_intro(self, session: LiveSession) -> Any:
        """The proposed introduction."""
        return shown_words((session.proposal or {}).get("intros"))

    @admin.display(description=_("link that waits for approval"))
    def waiting_link(self, session: LiveSession) -> str:
        """The proposed link."""
        return str((session.proposal or {}).get("link") or "–")

    @admin.display(description=_("recording that waits for approval"))
    def waiting_recording(self, session: LiveSession) -> str:
        """The proposed address of the recording."""
        return str((session.proposal or {}).get("recording_url") or "–")
