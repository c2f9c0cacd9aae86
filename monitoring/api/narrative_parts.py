"""What a narrative is made of: its texts, its course, and what it asserts."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import VisibleField
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from incidents.models import Fact
from monitoring.api.mentions import MentionSerializer
from monitoring.api.metric_terms import (
    NAMES,
    OF_TIME,
    WIDTHS,
    WindowTermsSerializer,
    check_buckets,
    terms_of,
    window_of,
)
from monitoring.api.narratives import NarrativeSerializer
from monitoring.models import Claim, Narrative
from monitoring.selectors.narratives import family_of, read_series, read_tellings, with_totals
from monitoring.services.narratives import link_claim, link_new_claim

# A window ends before its end.
_INSTANT = timedelta(microseconds=1)
TEXTS = 20
TEXTS_LIMIT = 100


class NarrativeTextSerializer(serializers.Serializer[Any]):
    copies = serializers.IntegerField(
        help_text="How many mentions say it in nearly the same words, this one included."
    )
    first_at = serializers.DateTimeField(help_text="When it was first said.")
    last_at = serializers.DateTimeField(help_text="When it was last said.")
    mention = MentionSerializer(help_text="The first of them that is still there.")


class NarrativeTextsSerializer(serializers.Serializer[Any]):
    texts = NarrativeTextSerializer(many=True, help_text="The most repeated first.")


class NarrativeTextTermsSerializer(serializers.Serializer[Any]):
    limit = serializers.IntegerField(
        required=False, default=TEXTS, min_value=1, max_value=TEXTS_LIMIT, help_text="How many."
    )


class NarrativeSeriesTermsSerializer(WindowTermsSerializer):
    bucket = serializers.ChoiceField(
        choices=list(WIDTHS), required=False, help_text="5m, 1h or 1d (of UTC)."
    )


class NarrativeBucketSerializer(serializers.Serializer[Any]):
    started_at = serializers.DateTimeField(source="at", help_text="Start of the bucket.")
    mentions = serializers.IntegerField(help_text="Mentions that tell it.")
    positive = serializers.IntegerField(help_text="Of these, positive ones.")
    neutral = serializers.IntegerField(help_text="Of these, neutral ones.")
    negative = serializers.IntegerField(help_text="Of these, negative ones.")


class NarrativeSeriesSerializer(serializers.Serializer[Any]):
    since = serializers.DateTimeField(help_text="Start of the first bucket.")
    until = serializers.DateTimeField(help_text="End of the last bucket.")
    bucket = serializers.ChoiceField(choices=list(WIDTHS), help_text="Length of a bucket.")
    series = NarrativeBucketSerializer(many=True, help_text="Bucket by bucket, without gaps.")


class NarrativeClaimSerializer(serializers.Serializer[Any]):
    """Either a claim that is written down, or the words of a new one."""

    claim = VisibleField(
        queryset=Claim.objects.select_related("incident"),
        required=False,
        allow_null=True,
        help_text="Id of the claim it makes; null takes it back.",
    )
    statement = serializers.CharField(
        required=False,
        max_length=2_000,
        help_text="What it asserts, as one sentence: writes down a new claim.",
    )
    fact = VisibleField(
        queryset=Fact.objects.select_related("incident"),
        required=False,
        help_text="Id of the fact that answers the new claim.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse both at once, and neither."""
        if ("claim" in attrs) == ("statement" in attrs):
            raise serializers.ValidationError(
                {"claim": _("Name a claim, or write down a new one in `statement`.")}
            )
        if "claim" in attrs and "fact" in attrs:
            raise serializers.ValidationError({"fact": _("Change the claim instead.")})
        return attrs


class NarrativePartsViewSet(BrandViewSet):
    """The texts and the course of a narrative."""

    queryset = Narrative.objects.all()
    serializer_class = NarrativeTextsSerializer
    access = {
        "texts": Access(Role.VIEWER, Scope.MENTIONS_READ),
        "series": Access(Role.VIEWER, Scope.METRICS_READ),
    }
    filters_query = True
    tag = "narratives"
    pagination_class = None
    filter_backends = []

    def get_queryset(self) -> Any:
        """Return narratives with what those merged into them count."""
        return with_totals(super().get_queryset())

    @extend_schema(
        responses=NarrativeTextsSerializer,
        parameters=[
            OpenApiParameter(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": TEXTS_LIMIT, "default": TEXTS},
                description="How many.",
            )
        ],
        operation_id="getNarrativeTexts",
        summary="Get the texts of a narrative",
    )
    def texts(self, request: Request, pk: Any) -> Response:
        """Its different texts with their copies; `GET /mentions/?narrative=` lists every mention.

        Near-duplicates are one text: reposts, another link, another name, a word or two changed.
        """
        narrative = self.get_object()
        terms = terms_of(request, NarrativeTextTermsSerializer, self.get_serializer_context())
        told = read_tellings(family_of(narrative), limit=terms["limit"])
        return Response(NarrativeTextsSerializer({"texts": told}).data)

    @extend_schema(
        responses=NarrativeSeriesSerializer,
        parameters=[
            OpenApiParameter("bucket", str, enum=list(WIDTHS), description="Length of a bucket."),
            *OF_TIME,
        ],
        operation_id="getNarrativeSeries",
        summary="Get the course of a narrative",
    )
    def series(self, request: Request, pk: Any) -> Response:
        """How many mentions told it when, exact once they are read and put together: seconds."""
        narrative = self.get_object()
        terms = terms_of(request, NarrativeSeriesTermsSerializer, self.get_serializer_context())
        terms.setdefault("since", narrative.since)
        terms.setdefault("until", narrative.until + _INSTANT)
        window = window_of(terms, self.now(), width=WIDTHS.get(terms.get("bucket", "")))
        check_buckets(window)
        told = {
            "since": window.start,
            "until": window.end,
            "bucket": NAMES[window.width],
            "series": read_series(narrative, window),
        }
        return Response(NarrativeSeriesSerializer(told).data)


class NarrativeClaimViewSet(BrandViewSet):
    """What a narrative asserts."""

    queryset = Narrative.objects.all()
    serializer_class = NarrativeSerializer
    access = {"claim": Access(Role.RESPONDER)}
    terms = {"claim": NarrativeClaimSerializer}
    tag = "narratives"

    def get_queryset(self) -> Any:
        """Return narratives with what those merged into them count."""
        return with_totals(super().get_queryset())

    @extend_schema(
        request=NarrativeClaimSerializer,
        responses=NarrativeSerializer,
        operation_id="linkNarrativeClaim",
        summary="Say what a narrative asserts",
    )
    def claim(self, request: Request, pk: Any) -> Response:
        """Link a narrative with a claim, and by it with the fact that answers it.

        The claim may be one that is written down, or is written down with this: then the
        narrative has to belong to an incident, or the fact says which.
        """
        narrative = self.get_object()
        terms = self.validated()
        service = link_claim if "claim" in terms else link_new_claim
        changed = service(narrative=narrative, **terms, **self.change())
        return self.shown(self.get_queryset().get(pk=changed.pk))
