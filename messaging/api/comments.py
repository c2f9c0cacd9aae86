"""Comments on messages."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.api_keys import NothingSerializer
from crisisapi.accounts.api.fields import BrandField, VisibleField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.filters import YesNoFilter
from messaging.models import BODY_LENGTH, Comment, Message
from messaging.services import comments as services


class CommentSerializer(serializers.ModelSerializer[Comment]):
    brand = BrandField(read_only=True)

    class Meta:
        model = Comment
        fields = [
            "id",
            "brand",
            "message",
            "revision",
            "author",
            "text",
            "start",
            "end",
            "quote",
            "is_blocking",
            "resolved_by",
            "resolved_at",
            "resolution",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class NewCommentSerializer(serializers.Serializer[Any]):
    message = VisibleField(queryset=Message.objects.all(), help_text="Id of the message.")
    revision = serializers.IntegerField(min_value=1, help_text="Number of the revision you read.")
    text = serializers.CharField(max_length=5_000, help_text="What you think of it.")
    start = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=BODY_LENGTH,
        help_text="Where the place in the body begins, in code points; with end.",
    )
    end = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=BODY_LENGTH,
        help_text="One behind the last code point of the place; with start.",
    )
    is_blocking = serializers.BooleanField(
        required=False, help_text="Whether the message must not be approved before it is resolved."
    )

    def validate(self, terms: dict[str, Any]) -> dict[str, Any]:
        """Take both ends of a place, or none."""
        start, end = terms.pop("start", None), terms.pop("end", None)
        if (start is None) != (end is None):
            missing = "start" if start is None else "end"
            raise serializers.ValidationError({missing: _("Give both ends of the place.")})
        if start is not None and end is not None:
            terms["place"] = services.Place(start, end)
        return terms


class ResolutionSerializer(serializers.Serializer[Any]):
    resolution = serializers.CharField(
        max_length=2_000, required=False, allow_blank=True, help_text="What was done about it."
    )


class CommentFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    message = filters.UUIDFilter(field_name="message_id", help_text="Id of the message.")
    author = filters.UUIDFilter(field_name="author_id", help_text="Id of who wrote it.")
    open = YesNoFilter(
        field_name="resolved_at", lookup_expr="isnull", help_text="true: not resolved yet."
    )

    class Meta:
        model = Comment
        fields = ["is_blocking"]


class CommentViewSet(BrandViewSet):
    """What people say of a wording; nothing is deleted, it is resolved."""

    serializer_class = CommentSerializer
    queryset = Comment.objects.all()
    filterset_class = CommentFilter
    access = dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.MESSAGES_READ)) | {
        "create": Access(Role.RESPONDER, Scope.MESSAGES_WRITE),
        "resolve": Access(Role.RESPONDER),
        "reopen": Access(Role.RESPONDER),
    }
    terms = {
        "create": NewCommentSerializer,
        "resolve": ResolutionSerializer,
        "reopen": NothingSerializer,
    }

    @extend_schema(request=NewCommentSerializer, responses={201: CommentSerializer})
    def create(self, request: Request) -> Response:
        """Comment on the wording you read, at a place of it or on all of it."""
        terms = self.validated()
        self.require(terms["message"].brand_id)
        return self.created(services.comment_message(**terms, actor=self.actor, now=self.now()))

    @extend_schema(request=ResolutionSerializer, responses=CommentSerializer)
    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, pk: Any) -> Response:
        """It was seen to. A blocking one: by who wrote it, or by an approver. People only."""
        return self._done(services.resolve_comment)

    @extend_schema(request=NothingSerializer, responses=CommentSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: Any) -> Response:
        """It was not seen to after all. People only."""
        return self._done(services.reopen_comment)

    def _done(self, service: Any) -> Response:
        comment = self.get_object()
        return self.shown(service(comment=comment, **self.validated(), **self.change()))
