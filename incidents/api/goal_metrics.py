"""The metrics a goal can aim at."""

from collections.abc import Iterator
from typing import Any, get_args

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import ANY_SCOPE, Access
from incidents.models import Goal
from incidents.models.goal import METRIC_CHOICES
from incidents.rules.metrics import METRICS, Unit


class KnownMetricSerializer(serializers.Serializer[Any]):
    name = serializers.ChoiceField(choices=METRIC_CHOICES, help_text="Name a goal gives it.")
    label = serializers.CharField(  # type: ignore[assignment]  # a name of Field's own too
        help_text="What people call it, in the language you ask for."
    )
    unit = serializers.ChoiceField(choices=get_args(Unit), help_text="Unit of its values.")
    better = serializers.ChoiceField(choices=["lower", "higher"], help_text="Which way is better.")
    is_manual = serializers.BooleanField(help_text="Whether people measure it, not the workers.")
    least = serializers.FloatField(help_text="Smallest value there can be.")
    most = serializers.FloatField(
        allow_null=True, help_text="Largest value there can be; null without an end."
    )


class KnownMetricsSerializer(serializers.Serializer[Any]):
    results = KnownMetricSerializer(many=True, help_text="Every metric there is.")


class GoalMetricViewSet(BrandViewSet):
    """What a goal can aim at: unit, direction and bounds, and who measures it."""

    queryset = Goal.objects.none()
    serializer_class = KnownMetricsSerializer
    access = {"metrics": Access(None, ANY_SCOPE)}
    pagination_class = None
    filter_backends = []

    @extend_schema(
        responses=KnownMetricsSerializer,
        operation_id="listGoalMetrics",
        summary="List what a goal can aim at",
    )
    def metrics(self, request: Request) -> Response:
        """Every metric, those of the workers first; a short list that is never cut in pages."""
        return Response({"results": list(_rows())})


def _rows() -> Iterator[dict[str, Any]]:
    for name, label in METRIC_CHOICES:
        metric = METRICS[name]
        yield {
            "name": name,
            "label": label,
            "unit": metric.unit,
            "better": metric.better,
            "is_manual": metric.is_manual,
            "least": metric.least,
            "most": metric.most,
        }
