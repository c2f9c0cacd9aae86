"""Reviews of incidents."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField, VisibleField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from incidents.api.incidents import ReasonSerializer
from incidents.models import Incident, Review
from incidents.services import reviews as services

_WORDS = ["summary", "went_well", "went_badly", "causes", "recommendations"]


class ReviewSerializer(serializers.ModelSerializer[Review]):
    brand = BrandField(read_only=True)
    record = serializers.DictField(
        read_only=True,
        help_text=(
            "What the event log says: moments, counts by verb, statuses with their seconds, "
            "clocks, messages, waiting, goals, tasks, lessons, metrics."
        ),
    )

    class Meta:
        model = Review
        fields = [
            "id",
            "brand",
            "incident",
            "status",
            "status_reason",
            "record",
            "recorded_at",
            *_WORDS,
            "completed_at",
            "completed_by",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class ReviewChangeSerializer(serializers.ModelSerializer[Review]):
    class Meta:
        model = Review
        fields = _WORDS


class NewReviewSerializer(serializers.ModelSerializer[Review]):
    incident = VisibleField(queryset=Incident.objects.all(), help_text="Id of the incident.")

    class Meta:
        model = Review
        fields = ["incident"]


class ReviewFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")

    class Meta:
        model = Review
        fields = ["status"]


class ReviewViewSet(BrandViewSet):
    """Looking back at incidents."""

    serializer_class = ReviewSerializer
    queryset = Review.objects.all()
    filterset_class = ReviewFilter
    access = (
        dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.INCIDENTS_READ))
        | dict.fromkeys(
            ["create", "partial_update", "refresh"], Access(Role.RESPONDER, Scope.INCIDENTS_WRITE)
        )
        | dict.fromkeys(["complete", "reopen"], Access(Role.APPROVER))
    )
    terms = {
        "create": NewReviewSerializer,
        "partial_update": ReviewChangeSerializer,
        "refresh": serializers.Serializer,
        "complete": serializers.Serializer,
        "reopen": ReasonSerializer,
    }

    @extend_schema(request=NewReviewSerializer, responses={201: ReviewSerializer})
    def create(self, request: Request) -> Response:
        """Begin the review of an incident with what the log says; it has one."""
        terms = self.validated()
        self.require(terms["incident"].brand_id)
        return self.created(services.draft_review(**terms, actor=self.actor, now=self.now()))

    @extend_schema(request=ReviewChangeSerializer, responses=ReviewSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Write what people make of it."""
        return self._done(services.change_review)

    @extend_schema(request=None, responses=ReviewSerializer)
    @action(detail=True, methods=["post"])
    def refresh(self, request: Request, pk: Any) -> Response:
        """Read the log anew; what people wrote stays."""
        return self._done(services.refresh_review)

    @extend_schema(request=None, responses=ReviewSerializer)
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, pk: Any) -> Response:
        """It is written: draft → completed. People only.

        Needs a summary and at least one of `went_well`, `went_badly` and `recommendations`, and
        an incident that is recovering, learning or closed.
        """
        return self._done(services.complete_review)

    @extend_schema(request=ReasonSerializer, responses=ReviewSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: Any) -> Response:
        """It was not all: completed → draft. People only."""
        return self._done(services.reopen_review)

    def _done(self, service: Any) -> Response:
        review = self.get_object()
        return self.shown(service(review=review, **self.validated(), **self.change()))
