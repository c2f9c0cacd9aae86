"""Numbers for the public, for those who propose and approve them."""

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
from crisisapi.common.fields import MomentField, OneOfField
from incidents.api.incidents import ReasonSerializer
from incidents.models import Goal, Incident
from messaging.api.public_incidents import PublicApprovalSerializer
from messaging.api.words import WordsSerializer
from messaging.models import NumberUnit, PublicNumber
from messaging.services import public_numbers as services

_POSITION = serializers.IntegerField(
    min_value=0, max_value=1_000, required=False, help_text="Lower comes first."
)


class NumberWordingSerializer(serializers.Serializer[Any]):
    labels = WordsSerializer(required=False, help_text="What it counts, by language.")
    sources = WordsSerializer(required=False, help_text="Where it comes from, by language.")
    unit = OneOfField(choices=NumberUnit.choices, required=False, help_text="What is counted.")
    value = serializers.DecimalField(
        max_digits=18,
        decimal_places=4,
        required=False,
        allow_null=True,
        help_text="The number; left out where a goal measures it.",
    )
    as_of = MomentField(
        required=False, allow_null=True, help_text="When it was so; left out where a goal measures."
    )
    evidence = serializers.CharField(
        max_length=2_000,
        required=False,
        allow_blank=True,
        help_text="What shows that it is so, for the team; not shown in public.",
    )


class PublicNumberSerializer(serializers.ModelSerializer[PublicNumber]):
    brand = BrandField(read_only=True)
    labels = WordsSerializer(help_text="What it counts, by language.")
    sources = WordsSerializer(help_text="Where it comes from, by language.")
    proposal = serializers.SerializerMethodField(
        help_text="What waits for approval, in the fields of a proposal; null when nothing does."
    )

    class Meta:
        model = PublicNumber
        fields = [
            "id",
            "brand",
            "incident",
            "goal",
            "position",
            "labels",
            "sources",
            "unit",
            "value",
            "as_of",
            "evidence",
            "proposal",
            "proposed_by",
            "revision",
            "approved_revision",
            "approved_by",
            "approved_at",
            "withdrawn_at",
            "withdrawn_reason",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields

    def get_proposal(self, number: PublicNumber) -> dict[str, Any] | None:
        """Return it as it is kept."""
        return number.proposal


class PublicNumberChangeSerializer(NumberWordingSerializer):
    position = _POSITION


class NewPublicNumberSerializer(PublicNumberChangeSerializer):
    incident = VisibleField(queryset=Incident.objects.all(), help_text="Id of the incident.")
    goal = VisibleField(
        queryset=Goal.objects.all(),
        required=False,
        allow_null=True,
        help_text="Id of the goal that measures it; left out for a number typed in.",
    )
    labels = WordsSerializer(help_text="What it counts, by language.")


class PublicNumberFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")
    goal = filters.UUIDFilter(field_name="goal_id", help_text="Id of the goal that measures it.")

    class Meta:
        model = PublicNumber
        fields = ["unit"]


class PublicNumberViewSet(BrandViewSet):
    """Numbers the public is shown, each with its time and its source."""

    serializer_class = PublicNumberSerializer
    queryset = PublicNumber.objects.all()
    filterset_class = PublicNumberFilter
    access = (
        dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.MESSAGES_READ))
        | dict.fromkeys(["create", "partial_update"], Access(Role.RESPONDER, Scope.MESSAGES_WRITE))
        | dict.fromkeys(["approve", "withdraw"], Access(Role.APPROVER))
    )
    terms = {
        "create": NewPublicNumberSerializer,
        "partial_update": PublicNumberChangeSerializer,
        "approve": PublicApprovalSerializer,
        "withdraw": ReasonSerializer,
    }

    @extend_schema(request=NewPublicNumberSerializer, responses={201: PublicNumberSerializer})
    def create(self, request: Request) -> Response:
        """Propose a number: one that a goal measures, or one typed in with what shows it."""
        terms = self.validated()
        self.require(terms["incident"].brand_id)
        return self.created(services.propose_number(**terms, actor=self.actor, now=self.now()))

    @extend_schema(request=PublicNumberChangeSerializer, responses=PublicNumberSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Propose another value or other words; what was approved is shown until then."""
        return self._done(services.change_number)

    @extend_schema(request=PublicApprovalSerializer, responses=PublicNumberSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: Any) -> Response:
        """Show what you read. People only; nobody approves what they proposed."""
        return self._done(services.approve_number)

    @extend_schema(request=ReasonSerializer, responses=PublicNumberSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: Any) -> Response:
        """Take it off the page, and say why. People only."""
        return self._done(services.withdraw_number)

    def _done(self, service: Any) -> Response:
        number = self.get_object()
        return self.shown(service(public_number=number, **self.validated(), **self.change()))
