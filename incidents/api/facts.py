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
from crisisapi.common.filters import YesNoFilter
from incidents.models import Fact, Incident
from incidents.services import facts as services


class FactSerializer(serializers.ModelSerializer[Fact]):
    brand = BrandField(read_only=True)
    supersedes = serializers.PrimaryKeyRelatedField[Fact](
        read_only=True, allow_null=True, help_text="The fact it was stated in the place of."
    )

    class Meta:
        model = Fact
        fields = [
            "id",
            "brand",
            "incident",
            "statement",
            "bearing",
            "status",
            "status_reason",
            "supersedes",
            "superseded_by",
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
        fields = ["incident", "statement", "bearing", "evidence"]


class FactChangeSerializer(serializers.ModelSerializer[Fact]):
    class Meta:
        model = Fact
        fields = ["statement", "bearing", "evidence"]


@extend_schema_serializer(component_name="FactDecision")
class DecisionSerializer(serializers.Serializer[Any]):
    evidence = serializers.CharField(
        max_length=5_000,
        required=False,
        allow_blank=True,
        help_text="What shows it; to confirm, give it here unless evidence is attached.",
    )
    reason = serializers.CharField(
        max_length=2_000,
        required=False,
        allow_blank=True,
        help_text="Why; needed where an earlier decision is turned round.",
    )


class SupersessionSerializer(serializers.ModelSerializer[Fact]):
    class Meta:
        model = Fact
        fields = ["statement", "evidence"]


class FactFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")

    superseded = YesNoFilter(
        field_name="superseded_by",
        lookup_expr="isnull",
        exclude=True,
        help_text="true: another fact stands in its place; false: it stands.",
    )

    class Meta:
        model = Fact
        fields = ["status", "bearing"]


class FactViewSet(BrandViewSet):
    """What is known, not known, or false."""

    serializer_class = FactSerializer
    queryset = Fact.objects.all()
    related = ("brand", "supersedes")
    filterset_class = FactFilter
    access = dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.INCIDENTS_READ)) | {
        "create": Access(Role.RESPONDER, Scope.INCIDENTS_WRITE),
        "partial_update": Access(Role.RESPONDER, Scope.INCIDENTS_WRITE),
        "confirm": Access(Role.RESPONDER),
        "refute": Access(Role.RESPONDER),
        "supersede": Access(Role.RESPONDER, Scope.INCIDENTS_WRITE),
    }
    terms = {
        "create": NewFactSerializer,
        "partial_update": FactChangeSerializer,
        "confirm": DecisionSerializer,
        "refute": DecisionSerializer,
        "supersede": SupersessionSerializer,
    }

    @extend_schema(request=NewFactSerializer, responses={201: FactSerializer})
    def create(self, request: Request) -> Response:
        """State something, unconfirmed."""
        terms = self.validated()
        self.require(terms["incident"].brand_id)
        return self.created(services.state_fact(**terms, actor=self.actor, now=self.now()))

    @extend_schema(request=FactChangeSerializer, responses=FactSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change evidence or bearing, or the statement while it is unconfirmed."""
        return self._done(services.change_fact)

    @extend_schema(request=DecisionSerializer, responses=FactSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: Any) -> Response:
        """It is true, and something shows it. People only.

        A refuted fact may be confirmed, with a reason.
        """
        return self._done(services.confirm_fact)

    @extend_schema(request=DecisionSerializer, responses=FactSerializer)
    @action(detail=True, methods=["post"])
    def refute(self, request: Request, pk: Any) -> Response:
        """It is false. People only.

        A confirmed fact may be refuted, with a reason. What rests on it and is approved but not
        public loses its approval; what is public is flagged.
        """
        return self._done(services.refute_fact)

    @extend_schema(request=SupersessionSerializer, responses={201: FactSerializer})
    @action(detail=True, methods=["post"])
    def supersede(self, request: Request, pk: Any) -> Response:
        """State a new fact in the place of this one; answers the new one, unconfirmed.

        No message may rest on the old one any more.
        """
        old = self.get_object()
        stated = services.supersede_fact(fact=old, **self.validated(), **self.change())
        return self.shown(stated, status=201)

    def _done(self, service: Any) -> Response:
        fact = self.get_object()
        return self.shown(service(fact=fact, **self.validated(), **self.change()))
