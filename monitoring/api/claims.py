"""Claims: what the public asserts, and the fact that answers it."""

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
from incidents.models import Fact, FactStatus, Incident
from monitoring.models import Claim
from monitoring.services.claims import change_claim, state_claim


class ClaimSerializer(serializers.ModelSerializer[Claim]):
    brand = BrandField(read_only=True)
    fact_status = serializers.ChoiceField(
        FactStatus.choices,
        source="fact.status",
        default=None,
        allow_null=True,
        read_only=True,
        help_text="What is known of that fact; null while nothing answers the claim.",
    )

    class Meta:
        model = Claim
        fields = [
            "id",
            "brand",
            "incident",
            "statement",
            "fact",
            "fact_status",
            "made_by",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class ClaimChangeSerializer(serializers.ModelSerializer[Claim]):
    fact = VisibleField(
        queryset=Fact.objects.all(),
        required=False,
        allow_null=True,
        help_text="Id of the fact of the incident that answers it.",
    )

    class Meta:
        model = Claim
        fields = ["statement", "fact"]


class NewClaimSerializer(ClaimChangeSerializer):
    incident = VisibleField(
        queryset=Incident.objects.select_related("brand"), help_text="Id of the incident."
    )

    class Meta(ClaimChangeSerializer.Meta):
        fields = ["incident", *ClaimChangeSerializer.Meta.fields]


class ClaimFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")
    fact = filters.UUIDFilter(field_name="fact_id", help_text="Id of the fact that answers it.")
    is_answered = filters.BooleanFilter(
        field_name="fact_id",
        lookup_expr="isnull",
        exclude=True,
        help_text="Whether a fact answers it.",
    )

    class Meta:
        model = Claim
        fields: list[str] = []


class ClaimViewSet(BrandViewSet):
    """What the public asserts, in the team's words, the latest first."""

    serializer_class = ClaimSerializer
    queryset = Claim.objects.all()
    related = ("brand", "fact")
    filterset_class = ClaimFilter
    access = dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.MENTIONS_READ)) | {
        "create": Access(Role.RESPONDER),
        "partial_update": Access(Role.RESPONDER),
    }
    terms = {"create": NewClaimSerializer, "partial_update": ClaimChangeSerializer}

    @extend_schema(request=NewClaimSerializer, responses={201: ClaimSerializer})
    def create(self, request: Request) -> Response:
        """Write down what is asserted, and which fact answers it where one does."""
        terms = self.validated()
        self.require(terms["incident"].brand_id)
        return self.created(state_claim(**terms, actor=self.actor, now=self.now()))

    @extend_schema(request=ClaimChangeSerializer, responses=ClaimSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Word a claim otherwise, or say which fact answers it."""
        terms = self.validated()
        return self.shown(change_claim(claim=self.get_object(), **terms, **self.change()))
