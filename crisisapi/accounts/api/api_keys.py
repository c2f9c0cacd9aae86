"""API keys of integrators."""

from datetime import timedelta
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
from crisisapi.accounts.models import ApiKey, Role
from crisisapi.accounts.services.api_keys import create_api_key, revoke_api_key, rotate_api_key


class ApiKeySerializer(serializers.ModelSerializer[ApiKey]):
    brand = BrandField(read_only=True)

    class Meta:
        model = ApiKey
        fields = [
            "id",
            "brand",
            "name",
            "prefix",
            "scopes",
            "expires_at",
            "revoked_at",
            "last_used_at",
            "replaces",
            "created_at",
            "version",
        ]
        read_only_fields = fields


class IssuedApiKeySerializer(ApiKeySerializer):
    key = serializers.CharField(read_only=True, help_text="The key itself; shown only now.")

    class Meta(ApiKeySerializer.Meta):
        fields = [*ApiKeySerializer.Meta.fields, "key"]
        read_only_fields = fields


class NewApiKeySerializer(serializers.ModelSerializer[ApiKey]):
    brand = BrandField()

    class Meta:
        model = ApiKey
        fields = ["brand", "name", "scopes", "expires_at"]
        extra_kwargs = {"scopes": {"allow_empty": False}}


class RotationSerializer(serializers.Serializer[Any]):
    overlap_hours = serializers.IntegerField(
        default=24, min_value=0, max_value=720, help_text="Hours the old key still works."
    )


class NothingSerializer(serializers.Serializer[Any]):
    """An empty body."""


class ApiKeyFilter(filters.FilterSet):
    brand = BrandSlugFilter()


class ApiKeyViewSet(BrandViewSet):
    """Keys with scopes; only their hash is kept."""

    serializer_class = ApiKeySerializer
    queryset = ApiKey.objects.all()
    filterset_class = ApiKeyFilter
    access = dict.fromkeys(["list", "retrieve", "create", "rotate", "revoke"], Access(Role.MANAGER))
    terms = {
        "create": NewApiKeySerializer,
        "rotate": RotationSerializer,
        "revoke": NothingSerializer,
    }

    @extend_schema(request=NewApiKeySerializer, responses={201: IssuedApiKeySerializer})
    def create(self, request: Request) -> Response:
        """Make a key; the answer is the only place where it stands in full."""
        terms = self.validated()
        self.require(terms["brand"].pk)
        return self._issued(*create_api_key(**terms, actor=self.actor, now=self.now()))

    @extend_schema(request=RotationSerializer, responses={201: IssuedApiKeySerializer})
    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, pk: Any) -> Response:
        """Make a successor of the same scopes; the old key works a while longer."""
        key = self.get_object()
        overlap = timedelta(hours=self.validated()["overlap_hours"])
        return self._issued(*rotate_api_key(key=key, overlap=overlap, **self.change()))

    @extend_schema(request=NothingSerializer, responses=ApiKeySerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: Any) -> Response:
        """Take a key back at once."""
        key = self.get_object()
        self.validated()
        return self.shown(revoke_api_key(key=key, **self.change()))

    def _issued(self, key: ApiKey, secret: str) -> Response:
        return Response({**self.get_serializer(key).data, "key": secret}, status=201)
