"""Reports, their schedules and their mails, to look at."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import RecordAdmin, RecordInline, service_action
from messaging.rules.mail_addresses import masked
from monitoring.models import Report, ReportMail, ReportRecipient, ReportSchedule
from monitoring.services.report_schedules import end_schedule


@admin.register(Report)
class ReportAdmin(RecordAdmin):
    """What was made, the latest first; files are downloaded through the API."""

    list_display = ["created_at", "incident", "audience", "format", "language", "state", "brand"]
    list_filter = ["brand", "state", "audience", "format", "created_at"]
    list_select_related = ["brand", "incident"]
    search_fields = ["incident__reference", "incident__title"]
    ordering = ["-created_at", "-id"]

    def get_queryset(self, request: Any) -> Any:
        """Leave the files where they are."""
        return super().get_queryset(request).defer("content")

    def get_fields(self, request: Any, obj: Any = None) -> list[Any]:
        """Show every field but the file."""
        return [field.name for field in Report._meta.fields if field.name != "content"]

    def get_readonly_fields(self, request: Any, obj: Any = None) -> list[Any]:
        """Show what is listed."""
        return self.get_fields(request, obj)


class ReportRecipientInline(RecordInline):
    model = ReportRecipient
    fields = ["person", "masked", "left_at"]

    def get_queryset(self, request: Any) -> Any:
        """Read the people with them."""
        return super().get_queryset(request).select_related("person")

    @admin.display(description=_("address"))
    def masked(self, recipient: ReportRecipient) -> str:
        """Enough to recognise one's own."""
        return masked(recipient.address) or "–"


@admin.register(ReportSchedule)
class ReportScheduleAdmin(RecordAdmin):
    """Who gets which reports, and when the next one."""

    list_display = ["incident", "cadence", "format", "audience", "next_due_at", "ended_at", "brand"]
    list_filter = ["brand", "cadence", "audience", "ended_at"]
    list_select_related = ["brand", "incident"]
    search_fields = ["incident__reference", "incident__title"]
    ordering = ["-created_at", "-id"]
    inlines = [ReportRecipientInline]
    actions = ["end_schedule"]

    end_schedule = service_action(
        end_schedule, "schedule", _("End the schedule"), permission="view"
    )


@admin.register(ReportMail)
class ReportMailAdmin(RecordAdmin):
    """Each mail, and how far it got."""

    list_display = ["created_at", "report", "status", "attempts", "attempted_at", "last_error"]
    list_filter = ["status", "created_at"]
    list_select_related = ["report"]
    search_fields = ["report__incident__reference", "last_error"]
    ordering = ["-created_at", "-id"]
