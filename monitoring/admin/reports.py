"""Reports, their schedules and their mails, to look at."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import RecordAdmin, RecordInline, service_action
from crisisapi.common.downloads import download
from messaging.rules.mail_addresses import masked
from monitoring.models import Report, ReportMail, ReportRecipient, ReportSchedule, ReportState
from monitoring.services.report_schedules import end_schedule
from monitoring.services.reports import file_of


@admin.register(Report)
class ReportAdmin(RecordAdmin):
    """What was made, the latest first."""

    list_display = [
        "created_at",
        "incident",
        "audience",
        "format",
        "language",
        "state",
        "file",
        "brand",
    ]
    list_filter = ["brand", "state", "audience", "format", "created_at"]
    list_select_related = ["brand", "incident"]
    search_fields = ["incident__reference", "incident__title"]
    ordering = ["-created_at", "-id"]

    def get_queryset(self, request: Any) -> Any:
        """Leave the files where they are."""
        return super().get_queryset(request).defer("content")

    def get_fields(self, request: Any, obj: Any = None) -> list[Any]:
        """Show every field but the file."""
        names = [field.name for field in Report._meta.fields if field.name != "content"]
        return ["file", *names]

    def get_readonly_fields(self, request: Any, obj: Any = None) -> list[Any]:
        """Show what is listed."""
        return self.get_fields(request, obj)

    def get_urls(self) -> Any:
        """Serve the files."""
        view = self.admin_site.admin_view(self.download_file)
        route = path("<uuid:pk>/file/", view, name="monitoring_report_file")
        return [route, *super().get_urls()]

    def download_file(self, request: Any, pk: Any) -> HttpResponse:
        """Give the file of a report, as long as there is one."""
        report = self.get_object(request, str(pk))
        if not self.has_view_permission(request, report):
            raise PermissionDenied
        if report is None or report.state != ReportState.READY:
            raise Http404
        written = file_of(report)
        return download(written.content, name=written.file_name, content_type=written.media_type)

    @admin.display(description=_("file"))
    def file(self, report: Report) -> str:
        """Lead to it where there is one."""
        if report.state != ReportState.READY:
            return "—"
        address = reverse("admin:monitoring_report_file", args=[report.pk])
        return format_html('<a href="{}"><bdi dir="ltr">{}</bdi></a>', address, report.file_name)


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
