"""What the slow tier of the analysis found, beside what the first look did."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.fields import MomentField
from monitoring.api.counts import ShareSerializer
from monitoring.api.metric_terms import terms_of
from monitoring.models import LookReason, SecondLook, Sentiment
from monitoring.rules.intervals import share
from monitoring.selectors.second_looks import Compared, compare_looks, count_waiting


class SecondLookSerializer(serializers.ModelSerializer[SecondLook]):
    class Meta:
        model = SecondLook
        fields = [
            "mention",
            "reason",
            "asked_at",
            "finished_at",
            "first_sentiment",
            "sentiment",
            "analyser",
        ]
        read_only_fields = fields


class ChangedSentimentSerializer(serializers.Serializer[Any]):
    before = serializers.ChoiceField(Sentiment.choices, help_text="What was found before.")
    sentiment = serializers.ChoiceField(Sentiment.choices, help_text="What the second look found.")
    mentions = serializers.IntegerField(help_text="How many mentions.")


class ComparedLooksSerializer(serializers.Serializer[Any]):
    analyser = serializers.CharField(help_text="Name and version of the model that looked again.")
    reason = serializers.ChoiceField(LookReason.choices, help_text="Why they were looked at.")
    looked = serializers.IntegerField(help_text="How many mentions it looked at.")
    undecided = serializers.IntegerField(
        help_text="Those it could not judge, which keep their first look; shares leave them out."
    )
    agreed = ShareSerializer(
        allow_null=True,
        help_text="How often both found the same. Only for `sampled` it says something of others.",
    )
    changes = ChangedSentimentSerializer(many=True, help_text="What it found otherwise.")


class SecondLooksSerializer(serializers.Serializer[Any]):
    waiting = serializers.IntegerField(help_text="How many mentions wait for a second look now.")
    waiting_since = serializers.DateTimeField(
        allow_null=True, help_text="Since when the first of them does."
    )
    results = ComparedLooksSerializer(many=True, help_text="By model and reason.")


class SecondLookTermsSerializer(serializers.Serializer[Any]):
    brand = BrandField()
    since = MomentField(required=False)
    until = MomentField(required=False)


class SecondLookViewSet(BrandViewSet):
    """What a model found where it looked again."""

    queryset = SecondLook.objects.none()
    serializer_class = SecondLooksSerializer
    access = {"compared": Access(Role.VIEWER, Scope.METRICS_READ)}
    filters_query = True
    tag = "second-looks"
    pagination_class = None
    filter_backends = []

    @extend_schema(
        responses=SecondLooksSerializer,
        operation_id="getSecondLooks",
        summary="Compare second looks with first ones",
        parameters=[
            OpenApiParameter("brand", str, description="Slug; not needed with one brand."),
            OpenApiParameter("since", datetime, description="Only second looks from then on."),
            OpenApiParameter("until", datetime, description="Only second looks before."),
        ],
    )
    def compared(self, request: Request) -> Response:
        """How often a model that looked again agreed, of the last ninety days.

        Empty where no model is set.
        """
        terms = terms_of(request, SecondLookTermsSerializer, self.get_serializer_context())
        brand = terms.pop("brand")
        self.require(brand.pk)
        found = compare_looks(brand_id=brand.pk, **terms)
        waiting, since = count_waiting(brand_id=brand.pk)
        told = {
            "waiting": waiting,
            "waiting_since": since,
            "results": [_shown(*key, found[key]) for key in sorted(found)],
        }
        return Response(SecondLooksSerializer(told).data)


def _shown(analyser: str, reason: str, compared: Compared) -> dict[str, Any]:
    return {
        "analyser": analyser,
        "reason": reason,
        "looked": compared.looked,
        "undecided": compared.undecided,
        "agreed": share(compared.agreed, compared.looked - compared.undecided),
        "changes": [
            {"before": before, "sentiment": after, "mentions": count}
            for (before, after), count in sorted(compared.pairs.items())
            if after not in ("", before)
        ],
    }
