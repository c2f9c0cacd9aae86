"""Holds: the crisis brake."""

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
from crisisapi.common.filters import YesNoFilter
from incidents.api.incidents import ReasonSerializer
from incidents.models import Incident
from messaging.models import Channel, Hold
from messaging.services import holds as services


class HoldSerializer(serializers.ModelSerializer[Hold]):
    brand = BrandField(read_only=True)

    class Meta:
        model = Hold
        fields = [
            "id",
            "brand",
            "incident",
            "channels",
            "allows_incident_messages",
            "reason",
            "rule",
            "raised_by",
            "raised_at",
            "lifted_by",
            "lifted_at",
            "lift_reason",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class NewHoldSerializer(serializers.Serializer[Any]):
    brand = BrandField()
    channels = VisibleField(
        queryset=Channel.objects.all(),
        many=True,
        required=False,
        help_text="Ids of the channels to stop; left out or empty: all of the brand.",
    )
    incident = VisibleField(
        queryset=Incident.objects.all(),
        required=False,
        allow_null=True,
        help_text="Id of the incident it is pulled for.",
    )
    allows_incident_messages = serializers.BooleanField(
        required=False, help_text="Whether messages of that incident may leave; left out: yes."
    )
    reason = serializers.CharField(max_length=2_000, help_text="Why the brake is pulled.")


class HoldFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")
    rule = filters.UUIDFilter(field_name="rule_id", help_text="Id of the rule that pulled it.")
    standing = YesNoFilter(
        field_name="lifted_at", lookup_expr="isnull", help_text="true: not lifted; false: lifted."
    )

    class Meta:
        model = Hold
        fields: list[str] = []


class HoldViewSet(BrandViewSet):
    """The crisis brake: while a hold stands nothing it covers leaves."""

    serializer_class = HoldSerializer
    queryset = Hold.objects.prefetch_related("channels")
    filterset_class = HoldFilter
    access = dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.MESSAGES_READ)) | {
        "create": Access(Role.RESPONDER, Scope.MESSAGES_WRITE),
        "lift": Access(Role.APPROVER),
    }
    terms = {"create": NewHoldSerializer, "lift": ReasonSerializer}

    @extend_schema(
        request=NewHoldSerializer, responses={201: HoldSerializer}, summary="Pull the brake"
    )
    def create(self, request: Request) -> Response:
        """Pull the brake: what it covers and is not being sent at this moment is held back.

        Messages of its own incident go on, unless told otherwise: a crisis is answered while the
        advertising stops.
        """
        terms = self.validated()
        brand, reason = terms.pop("brand"), terms.pop("reason")
        self.require(brand.pk)
        hold = services.raise_hold(
            brand=brand,
            scope=services.Scope(**terms),
            reason=reason,
            actor=self.actor,
            now=self.now(),
        )
        return self.created(hold)

    @extend_schema(
        request=ReasonSerializer, responses=HoldSerializer, summary="Lift a hold of the brake"
    )
    @action(detail=True, methods=["post"])
    def lift(self, request: Request, pk: Any) -> Response:
        """End it; what it held back waits until each is released or dropped. People only."""
        hold = self.get_object()
        return self.shown(services.lift_hold(hold=hold, **self.validated(), **self.change()))
