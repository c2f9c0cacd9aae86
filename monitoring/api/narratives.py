"""Narratives: what is said again and again, by whom it may be arranged, and what answers it."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.api_keys import NothingSerializer
from crisisapi.accounts.api.fields import BrandField, VisibleField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from incidents.models import Incident
from monitoring.models import CoordinationEvidence, CoordinationSign, Narrative, NarrativeState
from monitoring.rules.narratives.coordination import evidence_of
from monitoring.selectors.narratives import with_totals
from monitoring.services import narratives as services


class NarrativeTermSerializer(serializers.Serializer[Any]):
    word = serializers.CharField(help_text="The word, as it is mostly written.")
    z = serializers.FloatField(
        help_text="How telling it is: log-odds against the rest of the talk, in standard errors."
    )
    texts = serializers.IntegerField(help_text="In how many of the latest texts it stands.")


class CoordinationSignSerializer(serializers.Serializer[Any]):
    sign = serializers.ChoiceField(CoordinationSign.choices, help_text="Stable word.")
    sentence = serializers.SerializerMethodField(help_text="The same for people.")
    strength = serializers.FloatField(help_text="How strong it is, 0 to 1.")
    seen = serializers.FloatField(help_text="Share of the posts (or accounts) that show it.")
    usual = serializers.FloatField(
        allow_null=True, help_text="The share that would be usual; null where none is known."
    )

    def get_sentence(self, sign: dict[str, Any]) -> str:
        """Return what is looked at, in the reader's language."""
        return str(CoordinationSign(sign["sign"]).label)


class NarrativeSerializer(serializers.ModelSerializer[Narrative]):
    brand = BrandField(read_only=True)
    state = serializers.ChoiceField(
        NarrativeState.choices, read_only=True, help_text="Where it is in its life."
    )
    mentions = serializers.IntegerField(
        source="total",
        read_only=True,
        help_text="How many mentions tell it, with those of narratives merged into it; exact.",
    )
    first_at = serializers.DateTimeField(
        source="since", read_only=True, help_text="When it was first said."
    )
    last_at = serializers.DateTimeField(
        source="until", read_only=True, help_text="When it was last said."
    )
    terms = NarrativeTermSerializer(many=True, read_only=True, help_text="The most telling first.")
    signs = CoordinationSignSerializer(
        many=True,
        read_only=True,
        help_text="What speaks for its being arranged; the strongest first.",
    )
    evidence = serializers.SerializerMethodField(
        help_text="The figure in words: evidence for a person to judge, not a verdict."
    )

    class Meta:
        model = Narrative
        fields = [
            "id",
            "brand",
            "incident",
            "name",
            "title",
            "terms",
            "state",
            "velocity",
            "growth",
            "mentions",
            "texts",
            "authors",
            "coordination",
            "evidence",
            "signs",
            "first_at",
            "last_at",
            "peak_at",
            "claim",
            "merged_into",
            "dismissed_at",
            "dismissed_by",
            "refreshed_at",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(CoordinationEvidence.choices))
    def get_evidence(self, narrative: Narrative) -> str:
        """Return how much speaks for its being arranged."""
        return evidence_of(narrative.coordination)


class NarrativeChangeSerializer(serializers.ModelSerializer[Narrative]):
    incident = VisibleField(
        queryset=Incident.objects.select_related("merged_into"),
        required=False,
        allow_null=True,
        help_text="Id of the incident it belongs to; null: to none.",
    )

    class Meta:
        model = Narrative
        fields = ["name", "incident"]


class NarrativeMergeSerializer(serializers.Serializer[Any]):
    into = VisibleField(
        queryset=Narrative.objects.all(), help_text="Id of the narrative it goes on in."
    )


class NarrativeFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")
    claim = filters.UUIDFilter(field_name="claim_id", help_text="Id of the claim it makes.")
    merged_into = filters.UUIDFilter(
        field_name="merged_into_id", help_text="Those merged into this one; else none is listed."
    )
    is_dismissed = filters.BooleanFilter(
        field_name="dismissed_at",
        lookup_expr="isnull",
        exclude=True,
        help_text="Only those put aside, or only the others.",
    )
    has_claim = filters.BooleanFilter(
        field_name="claim_id",
        lookup_expr="isnull",
        exclude=True,
        help_text="Whether it is known what it asserts.",
    )
    min_mentions = filters.NumberFilter(
        field_name="total", lookup_expr="gte", help_text="Told by so many mentions at least."
    )
    min_coordination = filters.NumberFilter(
        field_name="coordination", lookup_expr="gte", help_text="Coordination from this on, 0 to 1."
    )
    said_from = filters.IsoDateTimeFilter(
        field_name="until", lookup_expr="gte", help_text="Last said at or after this time."
    )

    class Meta:
        model = Narrative
        fields = ["state"]

    def filter_queryset(self, queryset: QuerySet[Any]) -> Any:
        """Leave out what goes on elsewhere, unless that is asked for, and what nobody tells."""
        found = super().filter_queryset(queryset).filter(total__gt=0)
        return found if self.form.cleaned_data.get("merged_into") else found.standing()


_ACTS = ["partial_update", "dismiss", "restore", "merge", "part"]


class NarrativeViewSet(BrandViewSet):
    """What is said again and again, the fastest first."""

    serializer_class = NarrativeSerializer
    queryset = Narrative.objects.all()
    filterset_class = NarrativeFilter
    keyset = "-velocity"
    access = dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.MENTIONS_READ))
    access |= dict.fromkeys(_ACTS, Access(Role.RESPONDER))
    terms = {
        "partial_update": NarrativeChangeSerializer,
        "merge": NarrativeMergeSerializer,
        **dict.fromkeys(["dismiss", "restore", "part"], NothingSerializer),
    }

    def get_queryset(self) -> Any:
        """Return narratives with what those merged into them count."""
        return with_totals(super().get_queryset())

    @extend_schema(request=NarrativeChangeSerializer, responses=NarrativeSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Name a narrative, or say which incident it belongs to; from then on it stays there."""
        return self._done(services.change_narrative)

    @extend_schema(request=NothingSerializer, responses=NarrativeSerializer)
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, pk: Any) -> Response:
        """Put a narrative aside: it goes on counting."""
        return self._done(services.dismiss_narrative)

    @extend_schema(request=NothingSerializer, responses=NarrativeSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: Any) -> Response:
        """Take a narrative that was put aside up again."""
        return self._done(services.restore_narrative)

    @extend_schema(
        request=NarrativeMergeSerializer,
        responses=NarrativeSerializer,
        operation_id="mergeNarrative",
        summary="Merge a narrative into another one",
    )
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: Any) -> Response:
        """Let a narrative go on in another one, which counts both; answers with the other one.

        `POST /narratives/{id}/part/` undoes it.
        """
        return self._done(services.merge_narrative)

    @extend_schema(
        request=NothingSerializer,
        responses=NarrativeSerializer,
        operation_id="partNarrative",
        summary="Take a narrative out of the one it was merged into",
    )
    @action(detail=True, methods=["post"])
    def part(self, request: Request, pk: Any) -> Response:
        """Let a narrative stand by itself again, as if it had never been merged."""
        return self._done(services.part_narrative)

    def _done(self, service: Any) -> Response:
        narrative = self.get_object()
        changed = service(narrative=narrative, **self.validated(), **self.change())
        return self.shown(self.get_queryset().get(pk=changed.pk))
