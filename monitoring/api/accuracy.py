"""How often the analysers are right."""

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
from monitoring.models import Correction
from monitoring.rules.accuracy import Tally, accuracy_of
from monitoring.selectors.accuracy import Measured, read_accuracy


class SampledAccuracySerializer(serializers.Serializer[Any]):
    judged = serializers.IntegerField(help_text="How many mentions people judged.")
    undecided = serializers.IntegerField(
        help_text="Those of which people could not tell either; the shares leave them out."
    )
    accuracy = ShareSerializer(
        allow_null=True, help_text="How often the sentiment was right; unknown counts as wrong."
    )
    negative_recall = ShareSerializer(
        allow_null=True, help_text="How many of the negative ones were found."
    )
    negative_precision = ShareSerializer(
        allow_null=True, help_text="How many of those found negative were."
    )
    macro_f1 = serializers.FloatField(
        allow_null=True, help_text="Mean F1 of the sentiments that people found, 0 to 1."
    )
    language_accuracy = ShareSerializer(
        allow_null=True, help_text="How often the language was right."
    )


class CorrectedSerializer(serializers.Serializer[Any]):
    judged = serializers.IntegerField(help_text="How many mentions people corrected or confirmed.")
    confirmed = serializers.IntegerField(help_text="How often the sentiment was right.")


class AccuracySerializer(serializers.Serializer[Any]):
    analyser = serializers.CharField(help_text="Name and version.")
    language = serializers.CharField(help_text="ISO 639-1, as it was found.")
    drawn = serializers.IntegerField(
        help_text="How many mentions that it had read were drawn in samples."
    )
    sampled = SampledAccuracySerializer(help_text="From mentions drawn at random.")
    others = CorrectedSerializer(
        help_text="People correct what strikes them as wrong: this tells no accuracy."
    )


class AccuraciesSerializer(serializers.Serializer[Any]):
    results = AccuracySerializer(many=True, help_text="By analyser and language.")


class AccuracyTermsSerializer(serializers.Serializer[Any]):
    brand = BrandField()
    language = serializers.RegexField(r"^[a-z]{2,3}$", required=False)
    since = MomentField(required=False)
    until = MomentField(required=False)


class AccuracyViewSet(BrandViewSet):
    """What people found of the analysers."""

    queryset = Correction.objects.none()
    serializer_class = AccuraciesSerializer
    access = {"accuracy": Access(Role.VIEWER, Scope.METRICS_READ)}
    filters_query = True
    tag = "analysis-accuracy"
    pagination_class = None
    filter_backends = []

    @extend_schema(
        responses=AccuraciesSerializer,
        operation_id="getAnalysisAccuracy",
        summary="Tell how often the analysers are right",
        parameters=[
            OpenApiParameter("brand", str, description="Slug; not needed with one brand."),
            OpenApiParameter("language", str, description="Only this language, e.g. he."),
            OpenApiParameter("since", datetime, description="Only what was judged from then on."),
            OpenApiParameter("until", datetime, description="Only what was judged before."),
        ],
    )
    def accuracy(self, request: Request) -> Response:
        """Accuracy of each analyser in each language, from samples that people judged."""
        terms = terms_of(request, AccuracyTermsSerializer, self.get_serializer_context())
        brand = terms.pop("brand")
        self.require(brand.pk)
        measured = read_accuracy(brand_id=brand.pk, **terms)
        return Response({"results": [_shown(*key, measured[key]) for key in sorted(measured)]})


def _shown(analyser: str, language: str, measured: Measured) -> dict[str, Any]:
    return {
        "analyser": analyser,
        "language": language,
        "drawn": measured.drawn,
        "sampled": SampledAccuracySerializer(accuracy_of(measured.sampled)).data,
        "others": {
            "judged": sum(measured.corrected.pairs.values()),
            "confirmed": _confirmed(measured.corrected),
        },
    }


def _confirmed(tally: Tally) -> int:
    return sum(count for (said, found), count in tally.pairs.items() if said == found)
