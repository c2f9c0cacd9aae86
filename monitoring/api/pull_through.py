"""Which key messages of an incident the public repeats, over time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from incidents.models import Incident
from messaging.models import KeyMessage
from monitoring.api.counts import ShareSerializer
from monitoring.api.metric_terms import (
    BUCKETS,
    NAMES,
    OF_TIME,
    WIDTHS,
    MetricsTermsSerializer,
    WindowTermsSerializer,
    check_buckets,
    terms_of,
    window_of,
)
from monitoring.models import EchoWay, Sentiment
from monitoring.rules.intervals import share
from monitoring.rules.windows import Window
from monitoring.selectors.metrics import (
    Counts,
    Metrics,
    incident_query_id,
    incident_window,
    read_metrics,
)
from monitoring.selectors.pull_through import (
    EchoTotals,
    PullThrough,
    read_examples,
    read_pull_through,
)

_COUNTED = ("mentions", "agrees", "neutral", "disputes", "engagement", "reach")


class EchoCountsSerializer(serializers.Serializer[Any]):
    mentions = serializers.IntegerField(help_text="Mentions that repeat it.")
    agrees = serializers.IntegerField(help_text="Of these, in a positive voice.")
    neutral = serializers.IntegerField(help_text="That only pass it on, or say nothing to it.")
    disputes = serializers.IntegerField(
        help_text="That deny it, or repeat it in a negative voice: to mock is no support."
    )
    engagement = serializers.IntegerField(help_text="Likes, comments and shares of them.")
    reach = serializers.IntegerField(help_text="People reached, added up.")
    share = ShareSerializer(
        allow_null=True,
        help_text="Of all mentions of this time that were read; null when there are none.",
    )


class EchoBucketSerializer(EchoCountsSerializer):
    started_at = serializers.DateTimeField(help_text="Start of the bucket.")


class EchoExampleSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Id of the mention.")
    text = serializers.CharField(help_text="What was said.")
    platform = serializers.CharField(help_text="Where.")
    language = serializers.CharField(help_text="ISO 639-1; und where it cannot be told.")
    url = serializers.CharField(help_text="Its address.", allow_blank=True)
    published_at = serializers.DateTimeField(help_text="When it was said.")
    sentiment = serializers.ChoiceField(choices=Sentiment.choices, help_text="What it feels.")
    way = serializers.ChoiceField(
        choices=EchoWay.choices,
        help_text="bare: it says hardly anything else; denied: it says that it is not so.",
    )
    score = serializers.FloatField(help_text="The share of the message's words, 0 to 1.")


class PulledMessageSerializer(EchoCountsSerializer):
    key_message = serializers.UUIDField(help_text="The key message.")
    texts = serializers.DictField(
        child=serializers.CharField(), help_text="What it says, by language code."
    )
    position = serializers.IntegerField(help_text="The smaller, the more important.")
    stands = serializers.BooleanField(
        help_text="Whether messages may carry it; at rest it keeps what it was counted for."
    )
    series = EchoBucketSerializer(many=True, help_text="The buckets in which it was repeated.")
    examples = EchoExampleSerializer(many=True, help_text="The latest that can still be read.")


class HeardBucketSerializer(serializers.Serializer[Any]):
    started_at = serializers.DateTimeField(help_text="Start of the bucket.")
    analysed = serializers.IntegerField(help_text="Mentions of this time that were read.")


class PullThroughSerializer(serializers.Serializer[Any]):
    query = serializers.UUIDField(
        allow_null=True, help_text="The query whose mentions are counted; null for all."
    )
    since = serializers.DateTimeField(help_text="Start of the first bucket.")
    until = serializers.DateTimeField(help_text="End of the last bucket.")
    bucket = serializers.ChoiceField(choices=list(WIDTHS), help_text="Length of a bucket.")
    analysed = serializers.IntegerField(help_text="Mentions of the whole time that were read.")
    series = HeardBucketSerializer(many=True, help_text="Bucket by bucket, without gaps.")
    key_messages = PulledMessageSerializer(many=True, help_text="By position.")


class PullThroughTermsSerializer(MetricsTermsSerializer, WindowTermsSerializer):
    """Since the incident began, until it ended or now, unless something else is asked for."""


class PullThroughViewSet(BrandViewSet):
    """Whether what we say gets through."""

    queryset = Incident.objects.all()
    serializer_class = PullThroughSerializer
    access = {"pull_through": Access(Role.VIEWER, Scope.MENTIONS_READ)}
    filters_query = True
    tag = "incidents"
    pagination_class = None
    filter_backends = []

    @extend_schema(
        responses=PullThroughSerializer,
        parameters=[*BUCKETS, *OF_TIME],
        operation_id="getIncidentPullThrough",
        summary="Get the pull-through of an incident's key messages",
    )
    def pull_through(self, request: Request, pk: Any) -> Response:
        """Number and share of an incident's mentions that repeat each key message, over time.

        Exact to the last mention that was read. What the brand published itself does not count.
        """
        incident = self.get_object()
        terms = terms_of(request, PullThroughTermsSerializer, self.get_serializer_context())
        window = _window(incident, terms, self.now())
        check_buckets(window)
        return Response(_answer(incident, window, terms))


def _window(incident: Incident, terms: Mapping[str, Any], now: datetime) -> Window:
    width = WIDTHS.get(terms.get("bucket", ""))
    if not {"since", "until"} & terms.keys():
        return incident_window(incident, now=now, width=width)
    whole = {"since": incident.started_at, "until": incident.ended_at or now}
    return window_of({**whole, **terms}, now, width=width)


def _answer(incident: Incident, window: Window, terms: Mapping[str, Any]) -> dict[str, Any]:
    rows = list(KeyMessage.objects.filter(incident=incident).order_by("position", "pk"))
    query_id = incident_query_id(incident)
    part = {name: terms.get(name, "") for name in ("platform", "language")}
    heard = read_metrics(brand_id=incident.brand_id, query_id=query_id, window=window, **part)
    ids = [row.pk for row in rows]
    asked: dict[str, Any] = {"key_message_ids": ids, "query_id": query_id, "window": window} | part
    counted, examples = read_pull_through(**asked), read_examples(**asked)
    return {
        **_shown_heard(heard),
        "query": query_id,
        "key_messages": [
            _shown_message(row, counted[row.pk], heard) | {"examples": examples.get(row.pk, [])}
            for row in rows
        ],
    }


def _shown_heard(heard: Metrics) -> dict[str, Any]:
    return {
        "since": heard.window.start,
        "until": heard.window.end,
        "bucket": NAMES[heard.window.width],
        "analysed": heard.totals.analysed,
        "series": [{"started_at": at, "analysed": counts.analysed} for at, counts in heard.series],
    }


def _shown_message(row: KeyMessage, counted: PullThrough, heard: Metrics) -> dict[str, Any]:
    read = dict(heard.series)
    return {
        "key_message": row.pk,
        "texts": row.texts,
        "position": row.position,
        "stands": row.stands,
        **_shown(counted.totals, heard.totals),
        "series": [
            {"started_at": at, **_shown(echoes, read.get(at, Counts()))}
            for at, echoes in counted.series
        ],
    }


def _shown(echoes: EchoTotals, heard: Counts) -> dict[str, Any]:
    counts: dict[str, Any] = {name: getattr(echoes, name) for name in _COUNTED}
    return counts | {"share": share(echoes.mentions, heard.analysed)}
