"""Erasures: authors who asked to be forgotten, and what is held on one."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.api_keys import NothingSerializer
from crisisapi.accounts.api.fields import BrandField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role
from crisisapi.common.nudges import nudge
from monitoring.api.authors import AuthorDetailSerializer
from monitoring.api.mentions import MentionSerializer
from monitoring.api.second_looks import SecondLookSerializer
from monitoring.models import Erasure
from monitoring.services.erasures import (
    Author,
    end_suppression,
    export_author,
    preview_erasure,
    request_erasure,
)
from monitoring.tasks import erase_authors


class LeftSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="What it is, e.g. fact, evidence or message.")
    id = serializers.UUIDField(help_text="Its id.")


class ErasureSerializer(serializers.ModelSerializer[Erasure]):
    brand = BrandField(read_only=True)
    left = LeftSerializer(
        many=True,
        read_only=True,
        help_text="What the team wrote and names the person: a person has to look at it.",
    )

    class Meta:
        model = Erasure
        fields = [
            "id",
            "brand",
            "platform",
            "author_hash",
            "suppress",
            "reason",
            "state",
            "erased_mentions",
            "seen_deliveries",
            "redacted_deliveries",
            "erased_questions",
            "left",
            "requested_by",
            "created_at",
            "finished_at",
        ]
        read_only_fields = fields


class ErasureAuthorSerializer(serializers.Serializer[Any]):
    brand = BrandField()
    platform = serializers.RegexField(
        r"^[a-z0-9_-]{1,30}\Z", help_text="Where the account is, e.g. x or facebook."
    )
    author_handle = serializers.CharField(
        required=False, max_length=300, help_text="Name of the account, with or without @."
    )
    author_external_id = serializers.CharField(
        required=False,
        max_length=300,
        help_text="The account's id at the platform; one of the two is needed.",
    )

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Put what names the author into one."""
        terms: dict[str, Any] = super().to_internal_value(data)
        author = Author(
            platform=terms.pop("platform"),
            handle=terms.pop("author_handle", ""),
            external_id=terms.pop("author_external_id", ""),
        )
        return {**terms, "author": author}


class NewErasureSerializer(ErasureAuthorSerializer):
    reason = serializers.CharField(
        max_length=2_000,
        help_text="Why, e.g. the number of the request. It is kept: do not name the person.",
    )
    suppress = serializers.BooleanField(
        default=False,
        help_text="Whether new posts of theirs are counted without words and author, too.",
    )


class ErasurePreviewSerializer(serializers.Serializer[Any]):
    mentions = serializers.IntegerField(help_text="Mentions that would be erased.")
    accounts = serializers.IntegerField(help_text="Ids at the platform they are known by.")
    handles = serializers.IntegerField(help_text="Handles they are known by.")
    deliveries = serializers.IntegerField(help_text="Deliveries that would be looked through.")


class AuthorExportSerializer(serializers.Serializer[Any]):
    mentions = MentionSerializer(many=True, help_text="Everything heard of them, the first first.")
    is_whole = serializers.BooleanField(
        help_text="Whether this is all of it: an export ends with the thousandth mention."
    )
    authors = AuthorDetailSerializer(
        many=True, help_text="What is counted of each account, and who the team says it is."
    )
    second_looks = SecondLookSerializer(
        many=True, help_text="What a model found that looked at these mentions again."
    )


class ErasureFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    platform = filters.CharFilter(help_text="Exactly this platform, e.g. x.")

    class Meta:
        model = Erasure
        fields = ["state", "suppress"]


class ErasureViewSet(BrandViewSet):
    """Authors who asked to be forgotten."""

    serializer_class = ErasureSerializer
    queryset = Erasure.objects.all()
    filterset_class = ErasureFilter
    access = dict.fromkeys(
        ["list", "retrieve", "create", "preview", "export", "end_suppression"],
        Access(Role.MANAGER),
    )
    terms = {
        "create": NewErasureSerializer,
        "preview": ErasureAuthorSerializer,
        "export": ErasureAuthorSerializer,
        "end_suppression": NothingSerializer,
    }

    @extend_schema(request=NewErasureSerializer, responses={201: ErasureSerializer})
    def create(self, request: Request) -> Response:
        """Have everything an author said erased; look at it again to see how far it is.

        Mentions still count; their words, addresses and authors go, also from what came in.
        """
        terms = self._asked()
        erasure = request_erasure(**terms, actor=self.actor, now=self.now())
        nudge(erase_authors)
        return self.created(erasure)

    @extend_schema(
        request=ErasureAuthorSerializer,
        responses=ErasurePreviewSerializer,
        operation_id="previewErasure",
        summary="Preview an erasure",
    )
    @action(detail=False, methods=["post"], idempotent=False)
    def preview(self, request: Request) -> Response:
        """Say how much there is to erase; changes nothing."""
        return Response(ErasurePreviewSerializer(preview_erasure(**self._asked())).data)

    @extend_schema(
        request=ErasureAuthorSerializer,
        responses=AuthorExportSerializer,
        operation_id="exportAuthor",
        summary="Export what is held on an author",
    )
    @action(detail=False, methods=["post"], idempotent=False)
    def export(self, request: Request) -> Response:
        """Answer everything that was heard of an author; the event log tells that it was asked."""
        exported = export_author(**self._asked(), actor=self.actor, now=self.now())
        context = self.get_serializer_context()
        return Response(AuthorExportSerializer(exported, context=context).data)

    @extend_schema(request=NothingSerializer, responses=ErasureSerializer)
    @action(detail=True, methods=["post"], url_path="end-suppression")
    def end_suppression(self, request: Request, pk: Any) -> Response:
        """Store what they say from now on as that of anybody."""
        erasure = self.get_object()
        self.validated()
        return self.shown(end_suppression(erasure=erasure, actor=self.actor, now=self.now()))

    def _asked(self) -> dict[str, Any]:
        terms = self.validated()
        self.require(terms["brand"].pk)
        return terms
