"""Channels."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.fields import SentenceField, TextsField
from messaging.models import Channel
from messaging.services.channel_tests import try_channel
from messaging.services.channels import add_channel, change_channel


class ChannelProblemSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Stable word.")
    sentence = SentenceField(help_text="What is wrong, and what would help.")
    field = serializers.CharField(
        help_text="The setting or credential to mend, e.g. credentials.token; may be empty."
    )


class ChannelSerializer(serializers.ModelSerializer[Channel]):
    brand = BrandField(read_only=True)
    settings = serializers.DictField(
        child=serializers.CharField(),
        read_only=True,
        help_text="By name; which there are depends on the kind.",
    )
    credentials_set = serializers.SerializerMethodField(
        help_text="Names of the credentials that are stored; what they are is never shown."
    )
    test_problems = ChannelProblemSerializer(
        many=True, read_only=True, help_text="What the last test found wrong; none: it works."
    )

    class Meta:
        model = Channel
        fields = [
            "id",
            "brand",
            "name",
            "platform",
            "kind",
            "is_active",
            "settings",
            "credentials_set",
            "tested_at",
            "test_problems",
            "resume_at",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields

    def get_credentials_set(self, channel: Channel) -> list[str]:
        """Return the names only."""
        return sorted(channel.credentials)


class ChannelChangeSerializer(serializers.ModelSerializer[Channel]):
    settings = TextsField(
        required=False, help_text="All settings by name; those left out are forgotten."
    )
    credentials = TextsField(
        required=False,
        write_only=True,
        help_text="Secrets by name, stored encrypted and never shown. Those left out stay; an "
        "empty one is forgotten.",
    )

    class Meta:
        model = Channel
        fields = ["name", "platform", "kind", "is_active", "settings", "credentials"]


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
    ) | dict.fromkeys(["create", "partial_update", "test"], Access(Role.MANAGER))
    terms = {
        "create": NewChannelSerializer,
        "partial_update": ChannelChangeSerializer,
    }

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

    # No key is kept for it: the platform is asked outside of any transaction, and asking again
    # does no harm.
    @extend_schema(request=None, responses=ChannelSerializer, summary="Test a channel")
    @action(detail=True, methods=["post"], idempotent=False)
    def test(self, request: Request, pk: Any) -> Response:
        """Ask the platform whether it would work; sends nothing public. People only."""
        channel = self.get_object()
        return self.shown(try_channel(channel=channel, **self.change()))
