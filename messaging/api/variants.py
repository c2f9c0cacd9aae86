"""Variants of messages."""

from collections.abc import Mapping
from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField, VisibleField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.fields import ShortDictField, ShortListField
from messaging.api.measures import MeasuredPostSerializer
from messaging.models import ALT_LENGTH, Channel, MediaAsset, Message, Variant
from messaging.services import variants as services
from messaging.services.piecing import measures_of

MOST_MEDIA = 40


class ShownMediaSerializer(serializers.Serializer[Any]):
    asset = VisibleField(queryset=MediaAsset.objects.all(), help_text="Id of the picture or film.")
    alt_text = serializers.CharField(
        max_length=ALT_LENGTH,
        required=False,
        allow_blank=True,
        help_text="What it shows; left out: as the picture itself is described.",
    )


class VariantMediaSerializer(serializers.Serializer[Any]):
    asset = serializers.UUIDField(source="asset_id", help_text="Id of the picture or film.")
    alt_text = serializers.CharField(help_text="What it shows.")


class VariantSerializer(serializers.ModelSerializer[Variant]):
    brand = BrandField(read_only=True)
    options = serializers.DictField(help_text="What the platform is told beside it.")
    media = VariantMediaSerializer(many=True, help_text="Pictures and films, in order.")
    pieces = serializers.SerializerMethodField(
        help_text="Exactly what is sent, a post each, and how it fits."
    )

    class Meta:
        model = Variant
        fields = [
            "id",
            "brand",
            "message",
            "channel",
            "title",
            "text",
            "is_thread",
            "is_numbered",
            "is_isolated",
            "link",
            "options",
            "media",
            "pieces",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields

    @extend_schema_field(MeasuredPostSerializer(many=True))
    def get_pieces(self, variant: Variant) -> list[Mapping[str, Any]]:
        """Measure what is kept."""
        shown = [(one.asset, one.alt_text) for one in variant.media.all()]
        measures = measures_of(variant, shown, variant.pieces)
        rows = [
            {"piece": piece, "measure": measure}
            for piece, measure in zip(variant.pieces, measures, strict=True)
        ]
        found: list[Mapping[str, Any]] = list(MeasuredPostSerializer(rows, many=True).data)
        return found


class VariantChangeSerializer(serializers.ModelSerializer[Variant]):
    options = ShortDictField(
        child=serializers.JSONField(),
        required=False,
        help_text="What the platform is told beside it, by name (docs/platform-limits.md).",
    )
    media = ShortListField(
        child=ShownMediaSerializer(),
        required=False,
        max_length=MOST_MEDIA,
        help_text="Pictures and films, in order; all of them.",
    )
    reason = serializers.CharField(
        max_length=2_000, required=False, allow_blank=True, help_text="Why it is worded so."
    )

    class Meta:
        model = Variant
        fields = [
            "title",
            "text",
            "is_thread",
            "is_numbered",
            "is_isolated",
            "link",
            "options",
            "media",
            "reason",
        ]

    def validate_media(self, shown: list[dict[str, Any]]) -> list[tuple[MediaAsset, str]]:
        """Describe what is not described here as it describes itself."""
        return [(one["asset"], one.get("alt_text", one["asset"].alt_text)) for one in shown]


class NewVariantSerializer(VariantChangeSerializer):
    message = VisibleField(queryset=Message.objects.all(), help_text="Id of the message.")
    channel = VisibleField(queryset=Channel.objects.all(), help_text="Id of the channel.")

    class Meta(VariantChangeSerializer.Meta):
        fields = ["message", "channel", *VariantChangeSerializer.Meta.fields]
        # A second one for a channel is the service's refusal, with a code of its own.
        validators: list[Any] = []


class VariantFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    message = filters.UUIDFilter(field_name="message_id", help_text="Id of the message.")
    channel = filters.UUIDFilter(field_name="channel_id", help_text="Id of the channel.")

    class Meta:
        model = Variant
        fields = ["is_thread"]


class VariantViewSet(BrandViewSet):
    """What a message says on one channel, and the posts that makes."""

    serializer_class = VariantSerializer
    queryset = Variant.objects.prefetch_related("media__asset")
    related = ("brand", "message", "channel")
    filterset_class = VariantFilter
    access = dict.fromkeys(
        ["list", "retrieve"], Access(Role.VIEWER, Scope.MESSAGES_READ)
    ) | dict.fromkeys(
        ["create", "partial_update", "destroy"], Access(Role.RESPONDER, Scope.MESSAGES_WRITE)
    )
    terms = {"create": NewVariantSerializer, "partial_update": VariantChangeSerializer}

    @extend_schema(request=NewVariantSerializer, responses={201: VariantSerializer})
    def create(self, request: Request) -> Response:
        """Say what a message says on a channel; an approval of the message is taken back."""
        terms = self.validated()
        self.require(terms["message"].brand_id)
        made = services.write_variant(**terms, actor=self.actor, now=self.now())
        return self.created(self._whole(made))

    @extend_schema(request=VariantChangeSerializer, responses=VariantSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change it; a change takes an approval of the message back."""
        variant = self.get_object()
        changed = services.change_variant(variant=variant, **self.validated(), **self.change())
        return self.shown(self._whole(changed))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: Any) -> Response:
        """Let the channel show the message as it stands; revisions keep what it was."""
        services.drop_variant(variant=self.get_object(), **self.change())
        return Response(status=204)

    def _whole(self, variant: Variant) -> Any:
        return self.get_queryset().get(pk=variant.pk)
