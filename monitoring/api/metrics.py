"""Metrics of an incident and of a brand, read from the rollups."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from incidents.models import Incident
from monitoring.api.counts import (
    CountsSerializer,
    PeopleCountsSerializer,
    shown_counts,
    shown_people,
)
from monitoring.api.metric_terms import (
    BUCKETS,
    NAMES,
    OF_BRAND,
    WIDTHS,
    BrandMetricsTermsSerializer,
    MetricsTermsSerializer,
    check_buckets,
    check_query,
    terms_of,
    window_of,
)
from monitoring.rules.windows import Window
from monitoring.selectors.authors import Authors, read_authors
from monitoring.selectors.metrics import (
    Metrics,
    incident_query_id,
    incident_window,
    read_metrics,
)


class PlatformCountsSerializer(CountsSerializer):
    platform = serializers.CharField(help_text="Where.")


class LanguageCountsSerializer(CountsSerializer):
    language = serializers.CharField(
        help_text="ISO 639-1; und where it cannot be told, empty while nobody has read them.",
        allow_blank=True,
    )


class BucketSerializer(PeopleCountsSerializer):
    started_at = serializers.DateTimeField(help_text="Start of the bucket.")


class MetricsSerializer(serializers.Serializer[Any]):
    query = serializers.UUIDField(
        allow_null=True, help_text="The query whose mentions are counted; null for all."
    )
    since = serializers.DateTimeField(help_text="Start of the first bucket.")
    until = serializers.DateTimeField(help_text="End of the last bucket.")
    bucket = serializers.ChoiceField(choices=list(WIDTHS), help_text="Length of a bucket.")
    totals = PeopleCountsSerializer(help_text="The whole time.")
    platforms = PlatformCountsSerializer(many=True, help_text="By platform.")
    languages = LanguageCountsSerializer(many=True, help_text="By language.")
    series = BucketSerializer(many=True, help_text="Bucket by bucket, without gaps.")


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
        parameters=BUCKETS,
        operation_id="getIncidentMetrics",
        summary="Get the metrics of an incident",
    )
    def metrics(self, request: Request, pk: Any) -> Response:
        """Mentions, sentiment and engagement of an incident, exact to the last one received.

        Counts what the incident's query found, from the bucket in which the incident started to
        the one in which it ended, or to now; without a query, all mentions of the brand.
        """
        incident = self.get_object()
        terms = terms_of(request, MetricsTermsSerializer, self.get_serializer_context())
        width = WIDTHS.get(terms.get("bucket", ""))
        window = incident_window(incident, now=self.now(), width=width)
        query_id = incident_query_id(incident)
        return Response(_answer(incident.brand_id, query_id, window, terms))


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
        parameters=[*BUCKETS, *OF_BRAND],
    )
    def metrics(self, request: Request) -> Response:
        """Mentions, sentiment and engagement of a brand, or of a query, over a stretch of time."""
        terms = terms_of(request, BrandMetricsTermsSerializer, self.get_serializer_context())
        brand, query = terms["brand"], terms.get("query")
        self.require(brand.pk)
        check_query(terms)
        window = window_of(terms, self.now(), width=WIDTHS.get(terms.get("bucket", "")))
        return Response(_answer(brand.pk, query.pk if query else None, window, terms))


def _answer(
    brand_id: UUID, query_id: UUID | None, window: Window, terms: Mapping[str, Any]
) -> dict[str, Any]:
    check_buckets(window)
    part = {name: terms.get(name, "") for name in ("platform", "language")}
    metrics = read_metrics(brand_id=brand_id, query_id=query_id, window=window, **part)
    # Sketches are kept of all platforms and languages together.
    authors = None
    if not any(part.values()):
        authors = read_authors(brand_id=brand_id, query_id=query_id, window=window)
    return {"query": query_id, **shown_metrics(metrics, authors)}


def shown_metrics(metrics: Metrics, authors: Authors | None) -> dict[str, Any]:
    """Return metrics in the shape of `MetricsSerializer`, without the query."""
    window = metrics.window
    return {
        "since": window.start,
        "until": window.end,
        "bucket": NAMES[window.width],
        "totals": shown_people(metrics.totals, authors.total if authors else None),
        "platforms": [
            {"platform": name, **shown_counts(counts)} for name, counts in metrics.platforms.items()
        ],
        "languages": [
            {"language": name, **shown_counts(counts)} for name, counts in metrics.languages.items()
        ],
        "series": [
            {"started_at": at, **shown_people(counts, authors.at(at) if authors else None)}
            for at, counts in metrics.series
        ],
    }
