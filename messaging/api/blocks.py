"""Blocks of templates."""

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
from messaging.api.placeholders import DeclarationsField, PlaceholderSerializer
from messaging.models import Block, Purpose
from messaging.services.blocks import add_block, change_block


class BlockSerializer(serializers.ModelSerializer[Block]):
    brand = BrandField(read_only=True)
    purpose = serializers.ChoiceField(
        choices=Purpose.choices,
        allow_blank=True,
        read_only=True,
        help_text="The sort of message it is meant for; empty: any.",
    )
    placeholders = PlaceholderSerializer(
        many=True, help_text="What each placeholder of the body takes."
    )

    class Meta:
        model = Block
        fields = [
            "id",
            "brand",
            "name",
            "title",
            "purpose",
            "language",
            "body",
            "placeholders",
            "is_active",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class BlockChangeSerializer(serializers.ModelSerializer[Block]):
    placeholders = DeclarationsField()

    class Meta:
        model = Block
        fields = ["name", "title", "purpose", "language", "body", "placeholders", "is_active"]


class NewBlockSerializer(BlockChangeSerializer):
    brand = BrandField()

    class Meta(BlockChangeSerializer.Meta):
        fields = ["brand", *BlockChangeSerializer.Meta.fields]
        # A name taken already is the service's refusal, with a code of its own.
        validators: list[Any] = []


class BlockFilter(filters.FilterSet):
    brand = BrandSlugFilter()

    class Meta:
        model = Block
        fields = ["name", "purpose", "language", "is_active"]


class BlockViewSet(BrandViewSet):
    """Paragraphs that several templates share."""

    serializer_class = BlockSerializer
    queryset = Block.objects.all()
    filterset_class = BlockFilter
    access = dict.fromkeys(
        ["list", "retrieve"], Access(Role.VIEWER, Scope.MESSAGES_READ)
    ) | dict.fromkeys(["create", "partial_update"], Access(Role.APPROVER))
    terms = {"create": NewBlockSerializer, "partial_update": BlockChangeSerializer}

    @extend_schema(request=NewBlockSerializer, responses={201: BlockSerializer})
    def create(self, request: Request) -> Response:
        """Prepare a block. People only."""
        terms = self.validated()
        self.require(terms["brand"].pk)
        return self.created(add_block(**terms, actor=self.actor, now=self.now()))

    @extend_schema(request=BlockChangeSerializer, responses=BlockSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a block; messages that have it stay as they are. People only."""
        block = self.get_object()
        return self.shown(change_block(block=block, **self.validated(), **self.change()))
