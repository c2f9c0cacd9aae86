"""Samples: mentions drawn at random, judged without a look at the analysis."""

from typing import Any

from django.db.models import Count
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.fields import MomentField
from monitoring.models import Mention, Sample
from monitoring.models.sample import SIZE_LIMIT
from monitoring.services.samples import USUAL_SIZE, draw_sample

NEXT_SHOWN = 20


class SampleSerializer(serializers.ModelSerializer[Sample]):
    brand = BrandField(read_only=True)
    judged = serializers.IntegerField(read_only=True, help_text="How many of them were judged.")

    class Meta:
        model = Sample
        fields = [
            "id",
            "brand",
            "language",
            "since",
            "until",
            "size",
            "drawn",
            "judged",
            "population",
            "drawn_by",
            "created_at",
        ]
        read_only_fields = fields


class NewSampleSerializer(serializers.Serializer[Any]):
    brand = BrandField()
    language = serializers.RegexField(
        r"^[a-z]{2,3}\Z", required=False, help_text="Only this language, ISO 639-1 or und."
    )
    size = serializers.IntegerField(
        min_value=1, max_value=SIZE_LIMIT, default=USUAL_SIZE, help_text="How many to draw."
    )
    since = MomentField(required=False, help_text="From; thirty days before `until` by default.")
    until = MomentField(required=False, help_text="Until; now by default.")


class DrawnMentionSerializer(serializers.ModelSerializer[Mention]):
    """Without what the analyser found: whoever sees it agrees more often."""

    class Meta:
        model = Mention
        fields = ["id", "platform", "url", "text", "author_handle", "author_name", "published_at"]
        read_only_fields = fields


class NextMentionsSerializer(serializers.Serializer[Any]):
    left = serializers.IntegerField(help_text="How many wait to be judged, these included.")
    mentions = DrawnMentionSerializer(many=True, help_text="The next, twenty at most.")


class SampleFilter(filters.FilterSet):
    brand = BrandSlugFilter()

    class Meta:
        model = Sample
        fields = ["language"]


class SampleViewSet(BrandViewSet):
    """Draws of mentions, and how far they are judged."""

    serializer_class = SampleSerializer
    queryset = Sample.objects.annotate(judged=Count("mentions__correction"))
    filterset_class = SampleFilter
    keyset = "-created_at"
    access = dict.fromkeys(
        ["list", "retrieve", "next"], Access(Role.VIEWER, Scope.MENTIONS_READ)
    ) | {"create": Access(Role.RESPONDER)}
    terms = {"create": NewSampleSerializer}

    @extend_schema(request=NewSampleSerializer, responses={201: SampleSerializer})
    def create(self, request: Request) -> Response:
        """Draw mentions that were read, each as likely as any other, and keep which they are.

        Judge them by `correct` with the id of the sample.
        """
        terms = self.validated()
        self.require(terms["brand"].pk)
        sample = draw_sample(actor=self.actor, now=self.now(), **terms)
        sample.judged = 0  # type: ignore[attr-defined]  # as the query set counts it
        return self.created(sample)

    @extend_schema(
        responses=NextMentionsSerializer,
        operation_id="listMentionsToJudge",
        summary="Show what is left to judge",
    )
    @action(detail=True, methods=["get"], url_path="next")
    def next(self, request: Request, pk: Any) -> Response:
        """Answer the next mentions to judge, in the order they were drawn.

        Their sentiment is not told. Those that were deleted since are left out.
        """
        sample = self.get_object()
        waiting = sample.mentions.filter(correction=None, mention__removed_at=None)
        rows = waiting.select_related("mention").order_by("place")[:NEXT_SHOWN]
        mentions = [row.mention for row in rows]
        shown = DrawnMentionSerializer(mentions, many=True).data
        return Response({"left": waiting.count(), "mentions": shown})
