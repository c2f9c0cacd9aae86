"""Metrics of an incident and of a brand, read from the rollups."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.fields import MomentField
from crisisapi.common.filters import refuse_unknown
from incidents.models import Incident
from monitoring.rules.intervals import share
from monitoring.rules.windows import DAY, FIVE_MINUTES, HOUR, Window, align, fitting_width
from monitoring.selectors.metrics import (
    BUCKETS_LIMIT,
    COUNT_COLUMNS,
    Counts,
    Metrics,
    incident_window,
    read_metrics,
)

_WIDTHS = {"5m": FIVE_MINUTES, "1h": HOUR, "1d": DAY}
_NAMES = {width: name for name, width in _WIDTHS.items()}


@extend_schema_serializer(component_name="NegativeShare")
class ShareSerializer(serializers.Serializer[Any]):
    value = serializers.FloatField(help_text="Share, 0 to 1.")
    low = serializers.FloatField(help_text="Lower end of the 95 % interval (Wilson).")
    high = serializers.FloatField(help_text="Upper end.")


class CountsSerializer(serializers.Serializer[Any]):
    mentions = serializers.IntegerField(help_text="Mentions said in this time.")
    analysed = serializers.IntegerField(help_text="Of these, analysed so far.")
    positive = serializers.IntegerField(help_text="Found positive.")
    neutral = serializers.IntegerField(help_text="Found neutral.")
    negative = serializers.IntegerField(help_text="Found negative.")
    unknown = serializers.IntegerField(help_text="Analysed, and the analyser cannot tell.")
    likes = serializers.IntegerField(help_text="Likes of these mentions.")
    comments = serializers.IntegerField(help_text="Comments on them.")
    shares = serializers.IntegerField(help_text="Shares of them.")
    engagement = serializers.IntegerField(help_text="Likes, comments and shares.")
    reach = serializers.IntegerField(help_text="People reached, added up.")
    negative_share = ShareSerializer(
        allow_null=True, help_text="Of those with a known sentiment; null when there are none."
    )


class PlatformCountsSerializer(CountsSerializer):
    platform = serializers.CharField(help_text="Where.")


class BucketSerializer(CountsSerializer):
    started_at = serializers.DateTimeField(help_text="Start of the bucket.")


class MetricsSerializer(serializers.Serializer[Any]):
    since = serializers.DateTimeField(help_text="Start of the first bucket.")
    until = serializers.DateTimeField(help_text="End of the last bucket.")
    bucket = serializers.ChoiceField(choices=list(_WIDTHS), help_text="Length of a bucket.")
    totals = CountsSerializer(help_text="The whole time.")
    platforms = PlatformCountsSerializer(many=True, help_text="By platform.")
    series = BucketSerializer(many=True, help_text="Bucket by bucket, without gaps.")


class MetricsTermsSerializer(serializers.Serializer[Any]):
    bucket = serializers.ChoiceField(
        choices=list(_WIDTHS),
        required=False,
        help_text="5m, 1h or 1d (of UTC); by default what fits the length.",
    )
    platform = serializers.RegexField(
        r"^[a-z0-9_-]{1,30}$", required=False, help_text="Only this platform."
    )


class BrandMetricsTermsSerializer(MetricsTermsSerializer):
    brand = BrandField()
    since = MomentField(required=False, help_text="From; a day ago by default.")
    until = MomentField(required=False, help_text="Until; now by default.")


_PARAMETERS = [
    OpenApiParameter(
        "bucket",
        str,
        enum=list(_WIDTHS),
        description="Length of a bucket; by default what fits; days are of UTC.",
    ),
    OpenApiParameter("platform", str, description="Only this platform, e.g. x."),
]


class IncidentMetricsViewSet(BrandViewSet):
    """How an incident goes."""

    queryset = Incident.objects.all()
    serializer_class = MetricsSerializer
    access = {"metrics": Access(Role.VIEWER, Scope.METRICS_READ)}
    filters_query = True
    tag = "incidents"
    pagination_class = None
    filter_backends = []

    @extend_schema(
        responses=MetricsSerializer,
        parameters=_PARAMETERS,
        operation_id="getIncidentMetrics",
        summary="Get the metrics of an incident",
    )
    def metrics(self, request: Request, pk: Any) -> Response:
        """Mentions, sentiment and engagement of an incident, exact to the last one received.

        Counts the brand's mentions from the bucket in which the incident started to the one in
        which it ended, or to now.
        """
        incident = self.get_object()
        terms = _terms(request, MetricsTermsSerializer, self.get_serializer_context())
        width = _WIDTHS.get(terms.get("bucket", ""))
        window = incident_window(incident, now=self.now(), width=width)
        return Response(_answer(incident.brand_id, window, terms))


class BrandMetricsViewSet(BrandViewSet):
    """How a brand is talked of."""

    queryset = Incident.objects.none()
    serializer_class = MetricsSerializer
    access = {"metrics": Access(Role.VIEWER, Scope.METRICS_READ)}
    filters_query = True
    tag = "metrics"
    pagination_class = None
    filter_backends = []

    @extend_schema(
        responses=MetricsSerializer,
        operation_id="getBrandMetrics",
        summary="Get the metrics of a brand",
        parameters=[
            *_PARAMETERS,
            OpenApiParameter("brand", str, description="Slug; not needed with one brand."),
            OpenApiParameter("since", datetime, description="From; a day ago by default."),
            OpenApiParameter("until", datetime, description="Until; now by default."),
        ],
    )
    def metrics(self, request: Request) -> Response:
        """Mentions, sentiment and engagement of a brand over a stretch of time."""
        terms = _terms(request, BrandMetricsTermsSerializer, self.get_serializer_context())
        brand = terms["brand"]
        self.require(brand.pk)
        return Response(_answer(brand.pk, _window(terms, self.now()), terms))


def _terms(request: Request, checker: Any, context: Mapping[str, Any]) -> dict[str, Any]:
    refuse_unknown(request, set(checker().fields))
    terms = checker(data=request.query_params.dict(), context=context)
    terms.is_valid(raise_exception=True)
    return dict(terms.validated_data)


def _window(terms: dict[str, Any], now: datetime) -> Window:
    try:
        until = terms.get("until") or now
        since = terms.get("since") or until - DAY
        if since >= until:
            raise ValidationError({"since": _("Give a time before `until`.")})
        width = _WIDTHS.get(terms.get("bucket", "")) or fitting_width(until - since)
        return align(since, until, width)
    except OverflowError as error:
        raise ValidationError({"until": _("This is too far from today.")}) from error


def _answer(brand_id: Any, window: Window, terms: dict[str, Any]) -> dict[str, Any]:
    if (window.end - window.start) / window.width > BUCKETS_LIMIT:
        sentence = _("More than %d buckets: ask for longer ones, or for less time.")
        raise ValidationError({"bucket": sentence % BUCKETS_LIMIT})
    metrics = read_metrics(brand_id=brand_id, window=window, platform=terms.get("platform", ""))
    return shown_metrics(metrics)


def shown_metrics(metrics: Metrics) -> dict[str, Any]:
    """Return metrics in the shape of `MetricsSerializer`."""
    window = metrics.window
    return {
        "since": window.start,
        "until": window.end,
        "bucket": _NAMES[window.width],
        "totals": _shown(metrics.totals),
        "platforms": [
            {"platform": name, **_shown(counts)} for name, counts in metrics.platforms.items()
        ],
        "series": [{"started_at": at, **_shown(counts)} for at, counts in metrics.series],
    }


def _shown(counts: Counts) -> dict[str, Any]:
    known = counts.positive + counts.neutral + counts.negative
    return {
        **{name: getattr(counts, name) for name in COUNT_COLUMNS},
        "unknown": counts.unknown,
        "engagement": counts.engagement,
        "negative_share": share(counts.negative, known),
    }
