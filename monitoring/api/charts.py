"""Charts of an incident, as SVG and as PNG, in either language."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.fields import OneOfField
from incidents.models import Incident
from monitoring.api.drawings import OF_CHART, OF_PICTURE, answer_png, answer_svg
from monitoring.rules.charts import Chart
from monitoring.selectors.charts import CHARTS
from monitoring.selectors.story import Story

_NAME = OpenApiParameter(
    "name", str, OpenApiParameter.PATH, enum=list(CHARTS), description="What it shows."
)


class ChartViewSet(BrandViewSet):
    """What is counted of an incident, as pictures."""

    queryset = Incident.objects.all()
    access = dict.fromkeys(["svg", "png"], Access(Role.VIEWER, Scope.METRICS_READ))
    filters_query = True
    tag = "charts"
    pagination_class = None
    filter_backends = []

    @extend_schema(
        responses={(200, "image/svg+xml"): OpenApiTypes.STR},
        parameters=[_NAME, *OF_CHART],
        operation_id="getIncidentChart",
        summary="Get a chart of an incident",
    )
    def svg(self, request: Request, pk: Any, name: str) -> HttpResponse:
        """Draw what is counted, up to the last mention received, as SVG.

        It holds no scripts, has a title and a description for those who do not see it, and its
        colours and patterns are told apart by the colour-blind and in grey print. Time runs from
        left to right in Hebrew, too; bars grow from the right.
        """
        return answer_svg(request, self.get_serializer_context(), partial(self._told, name))

    @extend_schema(
        responses={(200, "image/png"): OpenApiTypes.BINARY},
        parameters=[_NAME, *OF_PICTURE],
        operation_id="getIncidentChartPicture",
        summary="Get a chart of an incident as a picture",
    )
    def png(self, request: Request, pk: Any, name: str) -> HttpResponse:
        """Draw the same as PNG, for places that show no SVG: mails, chats, slides."""
        return answer_png(request, self.get_serializer_context(), partial(self._told, name))

    def _told(self, name: str) -> Chart:
        story = Story(self.get_object(), self.now())
        return CHARTS[_known(name)](story)


def _known(name: str) -> str:
    """Return the name of a chart there is; refuses another, and says which there are."""
    try:
        known: str = OneOfField(choices=list(CHARTS)).run_validation(name)
    except ValidationError as error:
        raise ValidationError({"name": error.detail}) from error
    return known
