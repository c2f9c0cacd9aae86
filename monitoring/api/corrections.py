"""Corrections: people's word on mentions, and who said what."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField, VisibleField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.fields import OneOfField, ShortListField
from monitoring.api.mentions import MentionSerializer
from monitoring.models import Correction, Mention, Sample, Sentiment
from monitoring.rules.counts import EMOTIONS, INTENTS
from monitoring.services.corrections import (
    Verdict,
    confirm_mention,
    correct_mention,
    undo_correction,
)

_EMOTIONS = [(name, name) for name in EMOTIONS]
_INTENTS = [(name, name) for name in INTENTS]


class CorrectionSerializer(serializers.ModelSerializer[Correction]):
    brand = BrandField(read_only=True)
    sentiment = serializers.ChoiceField(
        Sentiment.choices, read_only=True, help_text="What the text feels, as the person says."
    )
    found_sentiment = serializers.ChoiceField(
        Sentiment.choices, read_only=True, help_text="What the analyser made of it at that time."
    )
    emotions = serializers.ListField(
        child=serializers.ChoiceField(_EMOTIONS),
        read_only=True,
        allow_null=True,
        help_text="Null: as they were found.",
    )
    intents = serializers.ListField(
        child=serializers.ChoiceField(_INTENTS),
        read_only=True,
        allow_null=True,
        help_text="Null: as they were found.",
    )

    class Meta:
        model = Correction
        fields = [
            "id",
            "brand",
            "mention",
            "sentiment",
            "language",
            "emotions",
            "intents",
            "found_sentiment",
            "found_language",
            "found_confidence",
            "analyser",
            "corrected_by",
            "created_at",
            "ended_at",
            "is_undone",
        ]
        read_only_fields = fields


class MentionCorrectionSerializer(serializers.Serializer[Any]):
    sentiment = OneOfField(
        Sentiment.choices, help_text="What the text feels; unknown: nobody can tell."
    )
    language = serializers.RegexField(
        r"^[a-z]{2,3}\Z", required=False, help_text="ISO 639-1; only where it was found wrongly."
    )
    emotions = ShortListField(
        child=OneOfField(_EMOTIONS),
        required=False,
        max_length=len(EMOTIONS),
        help_text="All that the text shows; left out: as they are found.",
    )
    intents = ShortListField(
        child=OneOfField(_INTENTS),
        required=False,
        max_length=len(INTENTS),
        help_text="All that the author does; left out: as they are found.",
    )
    sample = VisibleField(
        queryset=Sample.objects.all(),
        required=False,
        help_text="The sample it was judged for, without a look at the analysis.",
    )


class MentionConfirmationSerializer(serializers.Serializer[Any]):
    sentiment = OneOfField(Sentiment.choices, help_text="The sentiment that you saw.")


class CorrectionFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    mention = filters.UUIDFilter(field_name="mention_id", help_text="Id of the mention.")
    is_standing = filters.BooleanFilter(
        field_name="ended_at",
        lookup_expr="isnull",
        help_text="Whether no later one replaced it, and nobody took it back.",
    )

    class Meta:
        model = Correction
        fields = ["sentiment", "found_sentiment", "found_language"]


class CorrectionViewSet(BrandViewSet):
    """What people said of mentions, the latest first."""

    serializer_class = CorrectionSerializer
    queryset = Correction.objects.all()
    filterset_class = CorrectionFilter
    keyset = "-created_at"
    access = dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.MENTIONS_READ))


class MentionJudgementViewSet(BrandViewSet):
    """A person's word on a mention."""

    serializer_class = MentionSerializer
    queryset = Mention.objects.all()
    access = dict.fromkeys(["correct", "confirm", "undo"], Access(Role.RESPONDER))
    terms = {"correct": MentionCorrectionSerializer, "confirm": MentionConfirmationSerializer}
    tag = "mentions"

    @extend_schema(
        request=MentionCorrectionSerializer,
        responses=MentionSerializer,
        operation_id="correctMention",
        summary="Correct the analysis of a mention",
    )
    def correct(self, request: Request, pk: Any) -> Response:
        """Say what a mention feels: it holds from now on, whatever any analyser finds later.

        All counts follow at once. An earlier correction is replaced as a whole.
        """
        mention = self.get_object()
        terms = self.validated()
        sample = terms.pop("sample", None)
        return self.shown(
            correct_mention(
                mention=mention,
                verdict=Verdict(**terms),
                sample=sample,
                actor=self.actor,
                now=self.now(),
            )
        )

    @extend_schema(
        request=MentionConfirmationSerializer,
        responses=MentionSerializer,
        operation_id="confirmMention",
        summary="Confirm the sentiment of a mention",
    )
    def confirm(self, request: Request, pk: Any) -> Response:
        """Say that the sentiment you saw is right: no analyser changes it from now on."""
        mention = self.get_object()
        terms = self.validated()
        return self.shown(
            confirm_mention(mention=mention, actor=self.actor, now=self.now(), **terms)
        )

    @extend_schema(
        request=None,
        responses=MentionSerializer,
        operation_id="undoCorrection",
        summary="Take back the correction of a mention",
    )
    def undo(self, request: Request, pk: Any) -> Response:
        """Let hold what the present analyser finds."""
        mention = self.get_object()
        return self.shown(undo_correction(mention=mention, actor=self.actor, now=self.now()))
