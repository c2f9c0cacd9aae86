"""Deliveries: what came in, and what became of it."""

from datetime import datetime
from typing import Any

from django.db.models import Q
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
from crisisapi.common.fields import MomentField, ShortListField
from crisisapi.common.nudges import nudge
from monitoring.models import Delivery, DeliveryStatus
from monitoring.services.deliveries import replay_delivery
from monitoring.services.keeping import kept_until
from monitoring.services.replaying import REPLAYED_AT_ONCE, replay_many
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
        "rejected": delivery.refused_items,
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
            "redacted_at",
        ]
        read_only_fields = fields


class DeliveryInFullSerializer(DeliverySerializer):
    headers = serializers.DictField(
        child=serializers.CharField(),
        read_only=True,
        help_text="As they came, by lower-case name, without those that are secret.",
    )
    rejections = RejectionSerializer(
        source="refused_items", many=True, help_text="Items that were refused, and why."
    )
    kept_until = serializers.SerializerMethodField(
        help_text="When it is removed; the mentions stored from it stay."
    )

    class Meta(DeliverySerializer.Meta):
        fields = [*DeliverySerializer.Meta.fields, "headers", "rejections", "kept_until"]
        read_only_fields = fields

    def get_kept_until(self, delivery: Delivery) -> datetime:
        """Return a time."""
        return kept_until(delivery)


class ReplaySerializer(serializers.Serializer[Any]):
    brand = BrandField(help_text="Slug of the brand.")
    ids = ShortListField(
        child=serializers.UUIDField(),
        required=False,
        min_length=1,
        max_length=REPLAYED_AT_ONCE,
        help_text="These, whatever their status. Without it: all that failed and fit the rest.",
    )
    source = serializers.UUIDField(  # type: ignore[assignment]
        required=False, help_text="Only of this source."
    )
    with_refused_items = serializers.BooleanField(
        default=False,
        help_text="Also those that were read, except for some of their items.",
    )
    error_code = serializers.CharField(
        required=False, max_length=40, help_text="Only those that failed for this reason."
    )
    created_from = MomentField(
        required=False, help_text="Only those that came at or after this time."
    )
    created_before = MomentField(required=False, help_text="Only those that came before this time.")
    before = MomentField(
        required=False,
        help_text="To go on: `before` of the answer. What was tried since is left alone.",
    )


class ReplayedSerializer(serializers.Serializer[Any]):
    processed = serializers.IntegerField(help_text="Deliveries that could be read now.")
    again = serializers.IntegerField(help_text="Deliveries that failed again.")
    accepted = serializers.IntegerField(help_text="New mentions in them.")
    left = serializers.IntegerField(help_text="Not tried yet. Ask again until it is 0.")
    before = serializers.DateTimeField(help_text="Send it along when you ask again.")


class DeliveryFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    source = filters.UUIDFilter(field_name="source_id", help_text="Id of the source.")
    error_code = filters.CharFilter(help_text="Why it failed, e.g. malformed_json.")
    created_from = filters.IsoDateTimeFilter(
        field_name="created_at", lookup_expr="gte", help_text="Came at or after this time."
    )
    created_before = filters.IsoDateTimeFilter(
        field_name="created_at", lookup_expr="lt", help_text="Came before this time."
    )

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
        "replay_many": Access(Role.RESPONDER),
    }
    terms = {"replay": NothingSerializer, "replay_many": ReplaySerializer}

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

    @extend_schema(
        request=ReplaySerializer,
        responses=ReplayedSerializer,
        operation_id="replayDeliveries",
        summary="Replay many deliveries",
    )
    @action(detail=False, methods=["post"], url_path="replay")
    def replay_many(self, request: Request) -> Response:
        """Process failed deliveries again, the oldest first, a hundred at most in one request.

        As after a mended parser. The answer says how many are left; ask again with its `before`
        until none is.
        """
        terms = self.validated()
        brand, before = terms.pop("brand"), terms.pop("before", None)
        self.require(brand.pk)
        found = self.get_queryset().filter(_chosen(terms), brand_id=brand.pk)
        now = self.now()
        replayed = replay_many(deliveries=found, before=before or now, actor=self.actor, now=now)
        nudge(analyse_mentions)
        return Response(ReplayedSerializer(replayed).data)


def _chosen(terms: dict[str, Any]) -> Q:
    lookups = {
        "source": "source_id",
        "error_code": "error_code",
        "created_from": "created_at__gte",
        "created_before": "created_at__lt",
    }
    chosen = Q(**{lookup: terms[name] for name, lookup in lookups.items() if name in terms})
    if "ids" in terms:
        return chosen & Q(pk__in=terms["ids"])
    failed = Q(status=DeliveryStatus.FAILED)
    return chosen & (failed | Q(rejected__gt=0) if terms["with_refused_items"] else failed)
