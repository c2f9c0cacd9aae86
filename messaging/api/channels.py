"""Channels."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from messaging.models import Channel
from messaging.services.channels import add_channel, change_channel


class ChannelSerializer(serializers.ModelSerializer[Channel]):
    brand = BrandField(read_only=True)

    class Meta:
        model = Channel
        fields = [
            "id",
            "brand",
            "name",
            "platform",
            "kind",
            "is_active",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class ChannelChangeSerializer(serializers.ModelSerializer[Channel]):
    class Meta:
        model = Channel
        fields = ["name", "platform", "kind", "is_active"]


class NewChannelSerializer(ChannelChangeSerializer):
    brand = BrandField()

    class Meta(ChannelChangeSerializer.Meta):
        fields = ["brand", *ChannelChangeSerializer.Meta.fields]
        # A name taken already is the service's refusal, with a code of its own.
        validators: list[Any] = []


class ChannelFilter(filters.FilterSet):
    brand = BrandSlugFilter()

    class Meta:
        model = Channel
        fields = ["platform", "kind", "is_active"]


class ChannelViewSet(BrandViewSet):
    """The accounts and places a brand speaks through."""

    serializer_class = ChannelSerializer
    queryset = Channel.objects.all()
    filterset_class = ChannelFilter
    access = dict.fromkeys(
        ["list", "retrieve"], Access(Role.VIEWER, Scope.MESSAGES_READ)
    ) | dict.fromkeys(["create", "partial_update"], Access(Role.MANAGER))
    terms = {"create": NewChannelSerializer, "partial_update": ChannelChangeSerializer}

    @extend_schema(request=NewChannelSerializer, responses={201: ChannelSerializer})
    def create(self, request: Request) -> Response:
        """Add a channel. People only."""
        terms = self.validated()
        self.require(terms["brand"].pk)
        return self.created(add_channel(**terms, actor=self.actor, now=self.now()))

    @extend_schema(request=ChannelChangeSerializer, responses=ChannelSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a channel, or set it inactive. People only."""
        channel = self.get_object()
        return self.shown(change_channel(channel=channel, **self.validated(), **self.change()))
