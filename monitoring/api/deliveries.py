"""Deliveries: what came in, and what became of it."""

from typing import Any

from django.http import HttpResponse
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.api_keys import NothingSerializer
from crisisapi.accounts.api.fields import BrandField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.nudges import nudge
from monitoring.models import Delivery
from monitoring.services.deliveries import replay_delivery
from monitoring.tasks import analyse_mentions


@extend_schema_serializer(component_name="RejectedItem")
class RejectionSerializer(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="Place in `mentions`, from 0.")
    code = serializers.CharField(help_text="Stable.")
    reason = serializers.CharField(help_text="In words.")


@extend_schema_serializer(component_name="DeliveryOutcome")
class OutcomeSerializer(serializers.Serializer[Any]):
    delivery = serializers.UUIDField(help_text="Id of the delivery.")
    accepted = serializers.IntegerField(help_text="Mentions stored.")
    duplicates = serializers.IntegerField(help_text="Mentions known before.")
    updated = serializers.IntegerField(help_text="Known mentions whose engagement had grown.")
    rejected = RejectionSerializer(many=True, help_text="Items that were refused, and why.")


def outcome_of(delivery: Delivery) -> dict[str, Any]:
    """Return what a sender is told; the same for each repetition."""
    return {
        "delivery": delivery.pk,
        "accepted": delivery.accepted,
        "duplicates": delivery.duplicates,
        "updated": delivery.updated,
        "rejected": delivery.rejections,
    }


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    brand = BrandField(read_only=True)

    class Meta:
        model = Delivery
        fields = [
            "id",
            "brand",
            "source",
            "external_id",
            "body_hash",
            "status",
            "error_code",
            "error_detail",
            "accepted",
            "duplicates",
            "updated",
            "rejected",
            "created_at",
            "processed_at",
        ]
        read_only_fields = fields


class DeliveryInFullSerializer(DeliverySerializer):
    rejections = RejectionSerializer(many=True, help_text="Items that were refused, and why.")

    class Meta(DeliverySerializer.Meta):
        fields = [*DeliverySerializer.Meta.fields, "rejections"]
        read_only_fields = fields


class DeliveryFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    source = filters.UUIDFilter(field_name="source_id", help_text="Id of the source.")

    class Meta:
        model = Delivery
        fields = ["status", "external_id"]


class DeliveryViewSet(BrandViewSet):
    """Every inbound request, kept as it came."""

    serializer_class = DeliveryInFullSerializer
    queryset = Delivery.objects.defer("body")
    filterset_class = DeliveryFilter
    access = dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.MENTIONS_READ)) | {
        "raw": Access(Role.RESPONDER, Scope.MENTIONS_READ),
        "replay": Access(Role.RESPONDER),
    }
    terms = {"replay": NothingSerializer}

    def get_queryset(self) -> Any:
        """Leave out of lists what one delivery may have a thousand of."""
        found = super().get_queryset()
        return found.defer("rejections") if self.action == "list" else found

    def get_serializer_class(self) -> type[DeliverySerializer]:
        """Return the short form for lists."""
        return DeliverySerializer if self.action == "list" else DeliveryInFullSerializer

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        parameters=[
            OpenApiParameter(
                "Content-Disposition",
                str,
                OpenApiParameter.HEADER,
                response=[200],
                description="A name for the file.",
            )
        ],
        operation_id="getDeliveryBody",
        summary="Get the body of a delivery",
    )
    @action(detail=True)
    def raw(self, request: Request, pk: Any) -> HttpResponse:
        """The exact bytes that came in."""
        body = bytes(self.get_object().body)
        return HttpResponse(
            body,
            content_type="application/octet-stream",
            headers={"Content-Disposition": f'attachment; filename="{pk}.json"'},
        )

    @extend_schema(request=NothingSerializer, responses=DeliveryInFullSerializer)
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, pk: Any) -> Response:
        """Process it again; mentions known already stay as they are."""
        delivery = self.get_object()
        self.validated()
        replayed = replay_delivery(delivery=delivery, actor=self.actor, now=self.now())
        nudge(analyse_mentions)
        return self.shown(replayed)
