"""How any chart is asked for, and given as SVG or as PNG."""

from collections.abc import Callable, Mapping
from math import sqrt
from typing import Any

from django.http import HttpResponse
from django.utils import translation
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

from crisisapi.common.caching import kept_privately
from monitoring.api.languages import LANGUAGE, LanguageField
from monitoring.api.metric_terms import terms_of
from monitoring.rules.charts import Chart, Size, draw, natural_height
from monitoring.rules.charts.spec import LEAST_HEIGHT, LEAST_WIDTH, MOST_HEIGHT, MOST_WIDTH
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


OF_CHART = [
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
OF_PICTURE = [
    *OF_CHART,
    OpenApiParameter(
        "scale",
        {"type": "integer", "minimum": 1, "maximum": _MOST_SCALE, "default": 2},
        description=(
            "Pixels of the picture for each of width and height; eight million in all at most."
        ),
    ),
]


def answer_svg(request: Request, context: Any, told: Callable[[], Chart]) -> HttpResponse:
    """Answer a chart as SVG, as the request asks for it."""
    drawn, _size = _drawn(terms_of(request, ChartTermsSerializer, context), told)
    answer = HttpResponse(drawn.encode(), content_type="image/svg+xml")
    return kept_privately(request._request, answer)


def answer_png(request: Request, context: Any, told: Callable[[], Chart]) -> HttpResponse:
    """Answer a chart as PNG, as the request asks for it."""
    terms = terms_of(request, ChartPictureTermsSerializer, context)
    drawn, size = _drawn(terms, told)
    most = sqrt(_MOST_PIXELS / (size.width * size.height))
    picture = picture_of(drawn, size, scale=min(terms["scale"], most))
    answer = HttpResponse(picture, content_type="image/png")
    return kept_privately(request._request, answer)


def _drawn(terms: Mapping[str, Any], told: Callable[[], Chart]) -> tuple[str, Size]:
    """Have a chart told in the language that is asked for, and draw it."""
    with translation.override(terms.get("lang") or translation.get_language()):
        chart = told()
    width = terms["width"]
    size = Size(width, terms.get("height") or natural_height(chart, width))
    return draw(chart, size), size
