"""The ledger of facts."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField, VisibleField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from incidents.models import Fact, Incident
from incidents.services import facts as services


class FactSerializer(serializers.ModelSerializer[Fact]):
    brand = BrandField(read_only=True)

    class Meta:
        model = Fact
        fields = [
            "id",
            "brand",
            "incident",
            "statement",
            "status",
            "evidence",
            "decided_by",
            "decided_at",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class NewFactSerializer(serializers.ModelSerializer[Fact]):
    incident = VisibleField(queryset=Incident.objects.all(), help_text="Id of the incident.")

    class Meta:
        model = Fact
        fields = ["incident", "statement", "evidence"]


class FactChangeSerializer(serializers.ModelSerializer[Fact]):
    class Meta:
        model = Fact
        fields = ["statement", "evidence"]


@extend_schema_serializer(component_name="FactDecision")
class DecisionSerializer(serializers.Serializer[Any]):
    evidence = serializers.CharField(
        max_length=5_000, required=False, allow_blank=True, help_text="What shows it."
    )


class FactFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")

    class Meta:
        model = Fact
        fields = ["status"]


class FactViewSet(BrandViewSet):
    """What is known, not known, or false."""

    serializer_class = FactSerializer
    queryset = Fact.objects.all()
    filterset_class = FactFilter
    access = dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.INCIDENTS_READ)) | {
        "create": Access(Role.RESPONDER, Scope.INCIDENTS_WRITE),
        "partial_update": Access(Role.RESPONDER, Scope.INCIDENTS_WRITE),
        "confirm": Access(Role.RESPONDER),
        "refute": Access(Role.RESPONDER),
    }
    terms = {
        "create": NewFactSerializer,
        "partial_update": FactChangeSerializer,
        "confirm": DecisionSerializer,
        "refute": DecisionSerializer,
    }

    @extend_schema(request=NewFactSerializer, responses={201: FactSerializer})
    def create(self, request: Request) -> Response:
        """State something, unconfirmed."""
        terms = self.validated()
        self.require(terms["incident"].brand_id)
        return self.created(services.state_fact(**terms, actor=self.actor, now=self.now()))

    @extend_schema(request=FactChangeSerializer, responses=FactSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change the evidence, or the statement while it is unconfirmed."""
        return self._done(services.change_fact)

    @extend_schema(request=DecisionSerializer, responses=FactSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: Any) -> Response:
        """It is true. People only."""
        return self._done(services.confirm_fact)

    @extend_schema(request=DecisionSerializer, responses=FactSerializer)
    @action(detail=True, methods=["post"])
    def refute(self, request: Request, pk: Any) -> Response:
        """It is false. People only."""
        return self._done(services.refute_fact)

    def _done(self, service: Any) -> Response:
        fact = self.get_object()
        return self.shown(service(fact=fact, **self.validated(), **self.change()))
