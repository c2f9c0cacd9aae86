"""The course of an alert: as numbers, and as a picture with the band of what is usual."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.filters import refuse_unknown
from monitoring.api.drawings import OF_CHART, OF_PICTURE, answer_png, answer_svg
from monitoring.models import Alert, Unit
from monitoring.rules.charts import Chart
from monitoring.services.alert_courses import chart_course, read_course


class AlertPointSerializer(serializers.Serializer[Any]):
    started_at = serializers.DateTimeField(help_text="Start of the five minutes.")
    observed = serializers.FloatField(
        allow_null=True, help_text="What was seen; null where nobody can tell."
    )
    usual = serializers.FloatField(
        allow_null=True, help_text="What half of the usual days stay below; null where unknown."
    )
    limit = serializers.FloatField(allow_null=True, help_text="What raises an alert.")


class AlertSeriesSerializer(serializers.Serializer[Any]):
    unit = serializers.ChoiceField(Unit.choices, help_text="What the numbers count.")
    since = serializers.DateTimeField(help_text="Start of the first five minutes.")
    until = serializers.DateTimeField(help_text="End of the last ones.")
    series = AlertPointSerializer(
        source="points", many=True, help_text="Five minutes after the other, without gaps."
    )


class AlertCourseViewSet(BrandViewSet):
    """A day before an alert to some hours after it, two days after it began at most."""

    queryset = Alert.objects.all()
    serializer_class = AlertSeriesSerializer
    related = ("brand", "rule", "query")
    access = dict.fromkeys(["series", "svg", "png"], Access(Role.VIEWER, Scope.METRICS_READ))
    filters_query = True
    tag = "alerts"
    pagination_class = None
    filter_backends = []

    @extend_schema(
        responses=AlertSeriesSerializer,
        operation_id="getAlertSeries",
        summary="Get the course of an alert",
    )
    def series(self, request: Request, pk: Any) -> Response:
        """What came in each five minutes, what is usual, and what raises an alert.

        Judged by the terms of the rule as they are now, with what was heard late: a number may
        differ from that of the alert. Of silence and single authors it is the mentions an hour.
        """
        refuse_unknown(request, set())
        course = read_course(self.get_object(), now=self.now())
        return Response(self.get_serializer(course).data)

    @extend_schema(
        responses={(200, "image/svg+xml"): OpenApiTypes.STR},
        parameters=OF_CHART,
        operation_id="getAlertChart",
        summary="Get the chart of an alert",
    )
    def svg(self, request: Request, pk: Any) -> HttpResponse:
        """Draw what came beside what is usual, with the band up to what raises an alert, as SVG."""
        return answer_svg(request, self.get_serializer_context(), self._told)

    @extend_schema(
        responses={(200, "image/png"): OpenApiTypes.BINARY},
        parameters=OF_PICTURE,
        operation_id="getAlertChartPicture",
        summary="Get the chart of an alert as a picture",
    )
    def png(self, request: Request, pk: Any) -> HttpResponse:
        """Draw the same as PNG, for places that show no SVG: mails, chats, slides."""
        return answer_png(request, self.get_serializer_context(), self._told)

    def _told(self) -> Chart:
        return chart_course(self.get_object(), now=self.now())
