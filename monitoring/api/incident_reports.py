"""The report of an incident, straight away."""

from typing import Any

from django.http import HttpResponse
from django.utils import translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role
from crisisapi.common.fields import OneOfField
from incidents.models import Incident
from monitoring.api.languages import LANGUAGE, LanguageField
from monitoring.api.metric_terms import terms_of
from monitoring.api.report_answers import written_answer
from monitoring.models import ReportAudience, ReportFormat
from monitoring.services.report_formats import FORMATS
from monitoring.services.report_writing import write_report

_TYPES = {one.media_type: name for name, one in FORMATS.items()}


class ReportTermsSerializer(serializers.Serializer[Any]):
    format = OneOfField(choices=ReportFormat.choices, required=False)
    audience = OneOfField(
        choices=ReportAudience.choices, required=False, default=ReportAudience.INTERNAL
    )
    lang = LanguageField()


class IncidentReportViewSet(BrandViewSet):
    """An incident, to be passed on."""

    queryset = Incident.objects.all()
    access = {"report": Access(Role.VIEWER)}
    filters_query = True
    tag = "reports"
    pagination_class = None
    filter_backends = []

    @extend_schema(
        responses={
            (200, media_type): OpenApiTypes.STR if name in ("html", "csv") else OpenApiTypes.BINARY
            for media_type, name in _TYPES.items()
        },
        parameters=[
            OpenApiParameter(
                "format",
                str,
                enum=ReportFormat.values,
                description="What it is written as; by default what Accept prefers, else HTML.",
            ),
            OpenApiParameter(
                "audience",
                str,
                enum=ReportAudience.values,
                default=ReportAudience.INTERNAL.value,
                description="For the team, or for everybody: approved words and numbers only.",
            ),
            LANGUAGE,
        ],
        operation_id="getIncidentReport",
        summary="Get the report of an incident",
    )
    def report(self, request: Request, pk: Any) -> HttpResponse:
        """Tell what happened, what was said and done, and the numbers, as of now.

        CSV holds the series alone, a bucket a line. A report that takes long, or that is to be
        kept, is ordered with `POST /reports/`.
        """
        incident = self.get_object()
        terms = terms_of(request, ReportTermsSerializer, self.get_serializer_context())
        written = write_report(
            incident,
            audience=terms["audience"],
            language=terms.get("lang") or translation.get_language(),
            format_name=terms.get("format") or _preferred(request),
            now=self.now(),
        )
        return written_answer(written)


def _preferred(request: Request) -> str:
    """Return the format whose type Accept prefers; HTML where it says nothing of them."""
    chosen = request._request.get_preferred_type(list(_TYPES))
    return _TYPES.get(chosen or "", ReportFormat.HTML)
