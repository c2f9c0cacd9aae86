"""Sources, and the webhook of each."""

from datetime import datetime, timedelta
from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.api_keys import RotationSerializer
from crisisapi.accounts.api.fields import BrandField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.errors import DomainError, Refusal
from crisisapi.common.nudges import nudge
from crisisapi.common.problems import problem
from monitoring.api.deliveries import OutcomeSerializer, outcome_of
from monitoring.models import DeliveryStatus, Source
from monitoring.rules.incoming import COUNT_LIMIT, ITEMS_LIMIT
from monitoring.rules.signature import BadSignature, verify
from monitoring.selectors.sources import find_source
from monitoring.services.deliveries import receive_delivery
from monitoring.services.sources import (
    change_source,
    create_source,
    rotate_secret,
    usable_secrets,
)
from monitoring.tasks import analyse_mentions


class SourceSerializer(serializers.ModelSerializer[Source]):
    brand = BrandField(read_only=True)

    class Meta:
        model = Source
        fields = [
            "id",
            "brand",
            "slug",
            "name",
            "kind",
            "platform",
            "is_active",
            "previous_secret_until",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class SourceWithSecretSerializer(SourceSerializer):
    secret = serializers.CharField(
        read_only=True, help_text="Signing secret (Standard Webhooks); shown only now."
    )

    class Meta(SourceSerializer.Meta):
        fields = [*SourceSerializer.Meta.fields, "secret"]
        read_only_fields = fields


class SourceChangeSerializer(serializers.ModelSerializer[Source]):
    class Meta:
        model = Source
        fields = ["name", "platform", "is_active"]


class NewSourceSerializer(serializers.ModelSerializer[Source]):
    brand = BrandField()

    class Meta:
        model = Source
        fields = ["brand", "slug", "name", "kind", "platform"]


class SourceFilter(filters.FilterSet):
    brand = BrandSlugFilter()

    class Meta:
        model = Source
        fields = ["slug", "kind", "is_active"]


@extend_schema_serializer(component_name="IncomingAuthor")
class AuthorSerializer(serializers.Serializer[Any]):
    handle = serializers.CharField(required=False, max_length=300, help_text="Account name.")
    name = serializers.CharField(required=False, max_length=300, help_text="Name shown.")
    followers = serializers.IntegerField(
        required=False, min_value=0, max_value=COUNT_LIMIT, help_text="Followers."
    )


class IncomingMentionSerializer(serializers.Serializer[Any]):
    """One mention; unknown fields are ignored."""

    id = serializers.CharField(
        max_length=300, help_text="Its id at the source; the same id is stored once."
    )
    text = serializers.CharField(max_length=40_000, help_text="What was said.")
    platform = serializers.RegexField(
        r"^[a-z0-9_-]{1,30}$", required=False, help_text="Where; the source's own by default."
    )
    published_at = serializers.DateTimeField(
        required=False, help_text="When, with offset; the time of receipt by default."
    )
    url = serializers.CharField(required=False, max_length=2_000, help_text="Its address.")
    language = serializers.RegexField(
        r"^([a-z]{2,3})?$", required=False, help_text="ISO 639; found out when left away."
    )
    author = AuthorSerializer(required=False, help_text="Who said it.")
    likes = serializers.IntegerField(
        required=False, min_value=0, max_value=COUNT_LIMIT, help_text="Likes so far."
    )
    comments = serializers.IntegerField(
        required=False, min_value=0, max_value=COUNT_LIMIT, help_text="Comments so far."
    )
    shares = serializers.IntegerField(
        required=False, min_value=0, max_value=COUNT_LIMIT, help_text="Shares so far."
    )
    reach = serializers.IntegerField(
        required=False, min_value=0, max_value=COUNT_LIMIT, help_text="People reached."
    )


@extend_schema_serializer(component_name="IncomingMentions")
class WebhookBodySerializer(serializers.Serializer[Any]):
    mentions = IncomingMentionSerializer(many=True, help_text=f"At most {ITEMS_LIMIT}.")


class UnsignedDelivery(DomainError):
    """The signature headers do not fit the bytes."""

    refusal = Refusal.UNSIGNED

    def __init__(self, fault: BadSignature) -> None:
        super().__init__(fault.sentence)
        self.code = fault.code


_HEADERS = [
    OpenApiParameter(name, str, OpenApiParameter.HEADER, required=True, description=description)
    for name, description in (
        ("webhook-id", "Your id of this delivery; the same one again is answered as before."),
        ("webhook-timestamp", "Unix seconds; at most five minutes off."),
        ("webhook-signature", "`v1,` + base64 of HMAC-SHA256 over `id.timestamp.body`."),
    )
]


class SourceViewSet(BrandViewSet):
    """Where mentions come from."""

    serializer_class = SourceSerializer
    queryset = Source.objects.all()
    filterset_class = SourceFilter
    access = dict.fromkeys(
        ["list", "retrieve"], Access(Role.VIEWER, Scope.SOURCES_READ)
    ) | dict.fromkeys(["create", "partial_update", "rotate_secret"], Access(Role.MANAGER))
    terms = {
        "create": NewSourceSerializer,
        "partial_update": SourceChangeSerializer,
        "rotate_secret": RotationSerializer,
    }

    @extend_schema(request=NewSourceSerializer, responses={201: SourceWithSecretSerializer})
    def create(self, request: Request) -> Response:
        """Make a source; the answer is the only place where its secret stands."""
        terms = self.validated()
        self.require(terms["brand"].pk)
        return self._with_secret(*create_source(**terms, actor=self.actor, now=self.now()), 201)

    @extend_schema(request=SourceChangeSerializer, responses=SourceSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change name, platform, or whether it takes anything."""
        source = self.get_object()
        return self.shown(change_source(source=source, **self.validated(), **self.change()))

    @extend_schema(request=RotationSerializer, responses=SourceWithSecretSerializer)
    @action(detail=True, methods=["post"], url_path="rotate-secret")
    def rotate_secret(self, request: Request, pk: Any) -> Response:
        """Make a new signing secret; the old one signs a while longer."""
        source = self.get_object()
        overlap = timedelta(hours=self.validated()["overlap_hours"])
        return self._with_secret(*rotate_secret(source=source, overlap=overlap, **self.change()))

    @extend_schema(
        request=WebhookBodySerializer,
        responses={202: OutcomeSerializer},
        parameters=_HEADERS,
        operation_id="pushMentions",
        summary="Push mentions",
    )
    @action(
        detail=True,
        methods=["post"],
        authentication_classes=[],
        permission_classes=[AllowAny],
        idempotent=False,
    )
    def webhook(self, request: Request, pk: Any) -> Response:
        """Push mentions, signed after Standard Webhooks.

        The delivery is stored before it is answered. The same webhook-id with the same bytes
        gets the same answer and changes nothing; with other bytes it is a conflict.
        """
        now = self.now()
        body = request._request.body
        source = self._signer(pk, body, now)
        delivery, _again = receive_delivery(
            source=source, external_id=request.headers["webhook-id"], body=body, now=now
        )
        if delivery.status == DeliveryStatus.FAILED:
            return Response(
                problem(400, code=delivery.error_code, detail=delivery.error_detail)
                | {"delivery": delivery.pk},
                status=400,
                content_type="application/problem+json",
            )
        nudge(analyse_mentions)
        return Response(outcome_of(delivery), status=202)

    def _signer(self, pk: Any, body: bytes, now: datetime) -> Source:
        headers = self.request.headers
        # A source that is not there has no secret, so that nothing it signs can be right.
        source = find_source(pk) or Source()
        try:
            verify(
                usable_secrets=usable_secrets(source, now=now),
                message_id=headers.get("webhook-id", ""),
                timestamp=headers.get("webhook-timestamp", ""),
                signatures=headers.get("webhook-signature", ""),
                body=body,
                now=now,
            )
        except BadSignature as fault:
            raise UnsignedDelivery(fault) from fault
        return source

    def _with_secret(self, source: Source, secret: str, status: int = 200) -> Response:
        shown = self.shown(source, status=status)
        shown.data = {**shown.data, "secret": secret}
        return shown
