"""Reports that workers make: ordered, looked at, downloaded."""

from typing import Any

from django.http import HttpResponse
from django.utils import translation
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from crisisapi.accounts.api.fields import BrandField, VisibleField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role
from crisisapi.common.fields import OneOfField
from crisisapi.common.nudges import nudge
from incidents.models import Incident
from monitoring.api.languages import LanguageField
from monitoring.api.report_answers import written_answer
from monitoring.models import Report, ReportAudience, ReportFormat, ReportState
from monitoring.services.reports import file_of, order_report
from monitoring.tasks import make_reports


class ReportSerializer(serializers.ModelSerializer[Report]):
    brand = BrandField(read_only=True)
    download = serializers.SerializerMethodField(
        help_text="Where the file is; null as long as there is none, and when it is gone."
    )

    class Meta:
        model = Report
        fields = [
            "id",
            "brand",
            "incident",
            "schedule",
            "slot_at",
            "audience",
            "language",
            "format",
            "state",
            "progress",
            "error_code",
            "file_name",
            "media_type",
            "size",
            "download",
            "requested_by",
            "created_at",
            "finished_at",
            "expires_at",
        ]
        read_only_fields = fields

    @extend_schema_field({"type": "string", "format": "uri", "nullable": True})
    def get_download(self, report: Report) -> str | None:
        """Return the address of the file."""
        if report.state != ReportState.READY:
            return None
        return reverse("report-download", args=[report.pk], request=self.context.get("request"))


class NewReportSerializer(serializers.Serializer[Any]):
    incident = VisibleField(
        queryset=Incident.objects.select_related("brand"), help_text="Id of the incident."
    )
    audience = OneOfField(
        choices=ReportAudience.choices,
        required=False,
        help_text="For the team, or for everybody: approved words and numbers only.",
    )
    language = LanguageField(help_text="In which language; by default that of Accept-Language.")
    format = OneOfField(
        choices=ReportFormat.choices, required=False, help_text="What it is written as."
    )


class ReportFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")
    schedule = filters.UUIDFilter(field_name="schedule_id", help_text="Id of the schedule.")

    class Meta:
        model = Report
        fields = ["audience", "format", "state"]


class ReportViewSet(BrandViewSet):
    """Reports as files, made in the background and kept for a while."""

    serializer_class = ReportSerializer
    # The file is read by who downloads it.
    queryset = Report.objects.defer("content")
    filterset_class = ReportFilter
    keyset = "-created_at"
    access = dict.fromkeys(["list", "retrieve", "create", "download"], Access(Role.VIEWER))
    terms = {"create": NewReportSerializer}

    @extend_schema(
        request=NewReportSerializer, responses={202: ReportSerializer}, summary="Order a report"
    )
    def create(self, request: Request) -> Response:
        """Have the report of an incident made in the background, and kept as a file.

        It tells what is known when it is made. `state` and `progress` say how far it is.
        """
        terms = {"language": translation.get_language(), **self.validated()}
        self.require(terms["incident"].brand_id)
        report = order_report(actor=self.actor, now=self.now(), **terms)
        nudge(make_reports)
        answer = self.shown(report, status=202)
        answer["Location"] = request.build_absolute_uri(f"{report.pk}/")
        return answer

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        parameters=[
            OpenApiParameter(
                "Content-Disposition",
                str,
                OpenApiParameter.HEADER,
                response=[200],
                description="The name of the file.",
            )
        ],
        operation_id="downloadReport",
        summary="Download a report",
    )
    @action(detail=True)
    def download(self, request: Request, pk: Any) -> HttpResponse:
        """Get the file, in its own content type.

        The file is gone after its time, and as soon as an author is forgotten who may be in it.
        """
        return written_answer(file_of(self.get_object()))
