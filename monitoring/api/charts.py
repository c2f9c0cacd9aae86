"""Charts of an incident, as SVG and as PNG, in either language."""

from collections.abc import Mapping
from math import sqrt
from typing import Any

from django.http import HttpResponse
from django.utils import translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.caching import kept_privately
from crisisapi.common.fields import OneOfField
from incidents.models import Incident
from monitoring.api.languages import LANGUAGE, LanguageField
from monitoring.api.metric_terms import terms_of
from monitoring.rules.charts import Size, draw, natural_height
from monitoring.rules.charts.spec import LEAST_HEIGHT, LEAST_WIDTH, MOST_HEIGHT, MOST_WIDTH
from monitoring.selectors.charts import CHARTS
from monitoring.selectors.story import Story
from monitoring.services.typesetting import picture_of

_WIDTH = 960
_MOST_SCALE = 3
# A picture is held in memory pixel by pixel, four bytes each.
_MOST_PIXELS = 8_000_000


class ChartTermsSerializer(serializers.Serializer[Any]):
    lang = LanguageField()
    width = serializers.IntegerField(
        min_value=LEAST_WIDTH, max_value=MOST_WIDTH, required=False, default=_WIDTH
    )
    height = serializers.IntegerField(min_value=LEAST_HEIGHT, max_value=MOST_HEIGHT, required=False)


class ChartPictureTermsSerializer(ChartTermsSerializer):
    scale = serializers.IntegerField(min_value=1, max_value=_MOST_SCALE, required=False, default=2)


_TERMS = [
    OpenApiParameter(
        "name", str, OpenApiParameter.PATH, enum=list(CHARTS), description="What it shows."
    ),
    LANGUAGE,
    OpenApiParameter(
        "width",
        {"type": "integer", "minimum": LEAST_WIDTH, "maximum": MOST_WIDTH, "default": _WIDTH},
        description="In pixels.",
    ),
    OpenApiParameter(
        "height",
        {"type": "integer", "minimum": LEAST_HEIGHT, "maximum": MOST_HEIGHT},
        description="In pixels; by default what fits what is shown.",
    ),
]
_SCALE = OpenApiParameter(
    "scale",
    {"type": "integer", "minimum": 1, "maximum": _MOST_SCALE, "default": 2},
    description="Pixels of the picture for each of width and height; eight million in all at most.",
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
        parameters=_TERMS,
        operation_id="getIncidentChart",
        summary="Get a chart of an incident",
    )
    def svg(self, request: Request, pk: Any, name: str) -> HttpResponse:
        """Draw what is counted, up to the last mention received, as SVG.

        It holds no scripts, has a title and a description for those who do not see it, and its
        colours and patterns are told apart by the colour-blind and in grey print. Time runs from
        left to right in Hebrew, too; bars grow from the right.
        """
        drawn, _size = self._drawn(name, self._asked(ChartTermsSerializer))
        answer = HttpResponse(drawn.encode(), content_type="image/svg+xml")
        return kept_privately(request._request, answer)

    @extend_schema(
        responses={(200, "image/png"): OpenApiTypes.BINARY},
        parameters=[*_TERMS, _SCALE],
        operation_id="getIncidentChartPicture",
        summary="Get a chart of an incident as a picture",
    )
    def png(self, request: Request, pk: Any, name: str) -> HttpResponse:
        """Draw the same as PNG, for places that show no SVG: mails, chats, slides."""
        terms = self._asked(ChartPictureTermsSerializer)
        drawn, size = self._drawn(name, terms)
        most = sqrt(_MOST_PIXELS / (size.width * size.height))
        picture = picture_of(drawn, size, scale=min(terms["scale"], most))
        answer = HttpResponse(picture, content_type="image/png")
        return kept_privately(request._request, answer)

    def _asked(self, checker: Any) -> Mapping[str, Any]:
        return terms_of(self.request, checker, self.get_serializer_context())

    def _drawn(self, name: str, terms: Mapping[str, Any]) -> tuple[str, Size]:
        story = Story(self.get_object(), self.now())
        with translation.override(terms.get("lang") or translation.get_language()):
            chart = CHARTS[_known(name)](story)
        width = terms["width"]
        size = Size(width, terms.get("height") or natural_height(chart, width))
        return draw(chart, size), size


def _known(name: str) -> str:
    """Return the name of a chart there is; refuses another, and says which there are."""
    try:
        known: str = OneOfField(choices=list(CHARTS)).run_validation(name)
    except ValidationError as error:
        raise ValidationError({"name": error.detail}) from error
    return known
