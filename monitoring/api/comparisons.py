"""Comparing: a stretch of time with another, queries with each other."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField, VisibleField
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.fields import MomentField
from incidents.models import Incident
from monitoring.api.counts import (
    EstimateSerializer,
    PeopleCountsSerializer,
    ShareSerializer,
    shown_people,
)
from monitoring.api.metric_terms import (
    OF_BRAND,
    OF_PART,
    OF_TIME,
    MetricsTermsSerializer,
    WindowTermsSerializer,
    check_query,
    terms_of,
    window_of,
)
from monitoring.models import Query, QueryKind
from monitoring.rules.counts import Counts
from monitoring.rules.intervals import rate, rate_ratio, share, share_difference
from monitoring.rules.windows import FIVE_MINUTES, Window
from monitoring.selectors.authors import read_author_total
from monitoring.selectors.metrics import read_counts

QUERIES_LIMIT = 20
_ID = {"type": "string", "format": "uuid"}


class PeriodSerializer(serializers.Serializer[Any]):
    since = serializers.DateTimeField(help_text="Start of the first bucket.")
    until = serializers.DateTimeField(help_text="End of the last bucket.")
    totals = PeopleCountsSerializer(help_text="The whole time.")
    mentions_per_hour = EstimateSerializer(help_text="Mentions an hour.")


class ChangeSerializer(serializers.Serializer[Any]):
    mentions = EstimateSerializer(
        allow_null=True,
        help_text="How many times as many mentions an hour; null where one period has none.",
    )
    negative_share = EstimateSerializer(
        allow_null=True, help_text="By how much the share moved, -1 to 1; null where unknown."
    )
    engagement = serializers.FloatField(
        allow_null=True, help_text="How many times as much engagement an hour."
    )
    reach = serializers.FloatField(allow_null=True, help_text="How many times the reach an hour.")


class ComparisonSerializer(serializers.Serializer[Any]):
    query = serializers.UUIDField(
        allow_null=True, help_text="The query whose mentions are counted; null for all."
    )
    period = PeriodSerializer(help_text="What was asked about.")
    against = PeriodSerializer(help_text="What it is compared with.")
    change = ChangeSerializer(help_text="From that to this.")


class ComparisonTermsSerializer(WindowTermsSerializer):
    brand = BrandField()
    query = VisibleField(queryset=Query.objects.all(), required=False)
    platform = MetricsTermsSerializer().fields["platform"]
    language = MetricsTermsSerializer().fields["language"]
    against_since = MomentField(required=False)
    against_until = MomentField(required=False)


class VoiceSerializer(serializers.Serializer[Any]):
    query = serializers.UUIDField(help_text="Id of the query.")
    name = serializers.CharField(help_text="Its name.")
    kind = serializers.ChoiceField(QueryKind.choices, help_text="What its mentions are about.")
    counts = PeopleCountsSerializer(help_text="What it found.")
    share = ShareSerializer(
        allow_null=True,
        help_text="Of all that these queries found; a mention counts once for each.",
    )


class ShareOfVoiceSerializer(serializers.Serializer[Any]):
    since = serializers.DateTimeField(help_text="Start of the first bucket.")
    until = serializers.DateTimeField(help_text="End of the last bucket.")
    mentions = serializers.IntegerField(help_text="What all of them found, added up.")
    queries = VoiceSerializer(many=True, help_text="In the order you named them.")


class ShareOfVoiceTermsSerializer(WindowTermsSerializer):
    queries = serializers.CharField(max_length=40 * QUERIES_LIMIT)
    platform = MetricsTermsSerializer().fields["platform"]
    language = MetricsTermsSerializer().fields["language"]


class _NamedQueriesSerializer(serializers.Serializer[Any]):
    queries = VisibleField(many=True, queryset=Query.objects.select_related("brand"))


class ComparisonViewSet(BrandViewSet):
    """Metrics beside each other."""

    queryset = Incident.objects.none()
    serializer_class = ComparisonSerializer
    access = dict.fromkeys(["compare", "share_of_voice"], Access(Role.VIEWER, Scope.METRICS_READ))
    filters_query = True
    tag = "metrics"
    pagination_class = None
    filter_backends = []

    @extend_schema(
        responses=ComparisonSerializer,
        operation_id="compareMetrics",
        summary="Compare two stretches of time",
        parameters=[
            *OF_BRAND,
            *OF_PART,
            OpenApiParameter(
                "against_since",
                datetime,
                description="Start of the other stretch; by default as long as the first.",
            ),
            OpenApiParameter(
                "against_until",
                datetime,
                description="End of the other stretch; by default where the first begins.",
            ),
        ],
    )
    def compare(self, request: Request) -> Response:
        """Totals of two stretches of time, rates with intervals, and what changed between them."""
        terms = terms_of(request, ComparisonTermsSerializer, self.get_serializer_context())
        self.require(terms["brand"].pk)
        check_query(terms)
        query = terms.get("query")
        window = _window(terms, self.now())
        against = _against(terms, window)
        now, before = (_totals(terms, one) for one in (window, against))
        return Response(
            {
                "query": query.pk if query else None,
                "period": _period(window, *now),
                "against": _period(against, *before),
                "change": _change(window, now[0], against, before[0]),
            }
        )

    @extend_schema(
        responses=ShareOfVoiceSerializer,
        operation_id="getShareOfVoice",
        summary="Compare queries of a brand",
        parameters=[
            OpenApiParameter(
                "queries",
                {"type": "array", "items": _ID, "maxItems": QUERIES_LIMIT},
                required=True,
                explode=False,
                style="form",
                description="Ids of queries of one brand, with commas between them.",
            ),
            *OF_TIME,
            *OF_PART,
        ],
    )
    def share_of_voice(self, request: Request) -> Response:
        """What each query found in a stretch of time, and its share of all that they found."""
        terms = terms_of(request, ShareOfVoiceTermsSerializer, self.get_serializer_context())
        queries = _queries(terms["queries"], self.get_serializer_context())
        self.require(queries[0].brand_id)
        window = _window(terms, self.now())
        found = [
            (query, *_totals({**terms, "brand": query.brand, "query": query}, window))
            for query in queries
        ]
        together = sum(counts.mentions for _query, counts, _authors in found)
        return Response(
            {
                "since": window.start,
                "until": window.end,
                "mentions": together,
                "queries": [
                    {
                        "query": query.pk,
                        "name": query.name,
                        "kind": query.kind,
                        "counts": shown_people(counts, authors),
                        "share": share(counts.mentions, together),
                    }
                    for query, counts, authors in found
                ],
            }
        )


def _queries(named: str, context: Mapping[str, Any]) -> Sequence[Query]:
    ids = list(dict.fromkeys(named.split(",")))
    if len(ids) > QUERIES_LIMIT:
        raise ValidationError({"queries": _("Name at most %d queries.") % QUERIES_LIMIT})
    named_queries = _NamedQueriesSerializer(data={"queries": ids}, context=context)
    named_queries.is_valid(raise_exception=True)
    queries: list[Query] = named_queries.validated_data["queries"]
    if len({query.brand_id for query in queries}) > 1:
        raise ValidationError({"queries": _("Name queries of one brand.")})
    return queries


def _window(terms: Mapping[str, Any], now: datetime, names: Any = ("since", "until")) -> Window:
    """Return the window to five minutes: totals are read from few buckets, however long it is."""
    return window_of(terms, now, width=FIVE_MINUTES, names=names)


def _against(terms: Mapping[str, Any], window: Window) -> Window:
    """Return the other stretch: as long as the first, and just before it, unless it is named."""
    until = terms.get("against_until") or window.start
    since = terms.get("against_since")
    try:
        since = since or until - (window.end - window.start)
    except OverflowError as error:
        raise ValidationError({"against_until": _("This is too far from today.")}) from error
    named = {"against_since": since, "against_until": until}
    return _window(named, until, ("against_since", "against_until"))


def _totals(terms: Mapping[str, Any], window: Window) -> tuple[Counts, Any]:
    query = terms.get("query")
    asked = {
        "brand_id": terms["brand"].pk,
        "query_id": query.pk if query else None,
        "window": window,
    }
    part = {name: terms.get(name, "") for name in ("platform", "language")}
    counts = read_counts(**asked, **part)
    return counts, None if any(part.values()) else read_author_total(**asked)


def _period(window: Window, counts: Counts, authors: Any) -> dict[str, Any]:
    return {
        "since": window.start,
        "until": window.end,
        "totals": shown_people(counts, authors),
        "mentions_per_hour": rate(counts.mentions, window.hours),
    }


def _change(window: Window, now: Counts, against: Window, before: Counts) -> dict[str, Any]:
    def times(name: str) -> float | None:
        earlier = getattr(before, name) / against.hours
        return round(getattr(now, name) / window.hours / earlier, 4) if earlier else None

    return {
        "mentions": rate_ratio(now.mentions, window.hours, before.mentions, against.hours),
        "negative_share": share_difference(
            share(now.negative, now.known), share(before.negative, before.known)
        ),
        "engagement": times("engagement"),
        "reach": times("reach"),
    }
