"""Response effects: whether publications helped."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField, VisibleField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from messaging.models import Publication
from monitoring.models import EffectReason, EffectVerdict, ResponseEffect
from monitoring.services.response_effects import measure_publication


class EffectIntervalSerializer(serializers.Serializer[Any]):
    low = serializers.FloatField(help_text="Lower end of the 90 % interval.")
    middle = serializers.FloatField(help_text="Middle: as likely too high as too low.")
    high = serializers.FloatField(help_text="Upper end of the 90 % interval.")


class EffectChangeSerializer(serializers.Serializer[Any]):
    observed = serializers.FloatField(help_text="What came.")
    expected = EffectIntervalSerializer(help_text="What would have come without it.")
    absolute = EffectIntervalSerializer(help_text="The difference, in the measure's unit.")
    relative = EffectIntervalSerializer(
        allow_null=True,
        help_text="The difference as a share of what would have come; null for shares.",
    )
    direction = serializers.ChoiceField(
        ["fell", "rose", "unclear"],
        help_text="What may be said of it aloud, which asks for more than the interval does.",
    )


class EffectReasonSerializer(serializers.Serializer[Any]):
    code = serializers.ChoiceField(EffectReason.choices, help_text="Stable word.")
    sentence = serializers.CharField(help_text="The same for people.")


class ResponseEffectSerializer(serializers.ModelSerializer[ResponseEffect]):
    brand = BrandField(read_only=True)
    incident = serializers.UUIDField(
        source="publication.message.incident_id", help_text="Id of the incident.", read_only=True
    )
    verdict = serializers.ChoiceField(
        EffectVerdict.choices, read_only=True, help_text="Whether the publication helped."
    )
    reasons = serializers.SerializerMethodField(
        help_text="Why the verdict is so, and what to keep in mind with it."
    )
    volume = EffectChangeSerializer(
        read_only=True, allow_null=True, help_text="Mentions; null where they cannot be told."
    )
    negative_share = EffectChangeSerializer(
        read_only=True,
        allow_null=True,
        help_text="Share of negative mentions, from 0 to 1; null where it cannot be told.",
    )
    engagement = EffectChangeSerializer(
        read_only=True,
        allow_null=True,
        help_text="Likes, comments and shares; null until they are a day old.",
    )

    class Meta:
        model = ResponseEffect
        fields = [
            "id",
            "brand",
            "incident",
            "publication",
            "number",
            "milestone",
            "verdict",
            "reasons",
            "since",
            "until",
            "volume",
            "negative_share",
            "engagement",
            "method",
            "inputs",
            "fingerprint",
            "measured_at",
            "superseded_at",
            "requested_by",
        ]
        read_only_fields = fields

    @extend_schema_field(EffectReasonSerializer(many=True))
    def get_reasons(self, effect: ResponseEffect) -> list[dict[str, str]]:
        """Return each reason with its sentence."""
        return [
            {"code": code, "sentence": str(EffectReason(code).label)} for code in effect.reasons
        ]


class NewResponseEffectSerializer(serializers.Serializer[Any]):
    publication = VisibleField(
        queryset=Publication.objects.select_related("message__incident__brand"),
        help_text="Id of the publication.",
    )


class ResponseEffectFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(
        field_name="publication__message__incident_id", help_text="Id of the incident."
    )
    publication = filters.UUIDFilter(
        field_name="publication_id", help_text="Id of the publication."
    )
    is_current = filters.BooleanFilter(
        field_name="superseded_at",
        lookup_expr="isnull",
        help_text="Only the latest measurement of each publication, or only the earlier ones.",
    )

    class Meta:
        model = ResponseEffect
        fields = ["verdict"]


class ResponseEffectViewSet(BrandViewSet):
    """Whether what we published helped."""

    serializer_class = ResponseEffectSerializer
    queryset = ResponseEffect.objects.all()
    related = ("brand", "publication__message")
    filterset_class = ResponseEffectFilter
    keyset = "-measured_at"
    access = dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.METRICS_READ)) | {
        "create": Access(Role.RESPONDER)
    }
    terms = {"create": NewResponseEffectSerializer}

    @extend_schema(request=NewResponseEffectSerializer, responses={201: ResponseEffectSerializer})
    def create(self, request: Request) -> Response:
        """Measure a publication now.

        The workers measure each after an hour, six hours, a day and three days. Answers with the
        latest measurement when nothing has changed since.
        """
        publication = self.validated()["publication"]
        self.require(publication.brand_id)
        return self.created(
            measure_publication(publication=publication, actor=self.actor, now=self.now())
        )
