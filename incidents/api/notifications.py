"""What the caller should know."""

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
from crisisapi.accounts.models import Role
from crisisapi.common.filters import YesNoFilter
from incidents.api.incidents import NothingSerializer
from incidents.models import Notification
from incidents.services.notifications import mark_all_read, mark_read


class NotificationSerializer(serializers.ModelSerializer[Notification]):
    brand = BrandField(read_only=True)
    sentence = serializers.CharField(help_text="What to know, in the language of the request.")

    class Meta:
        model = Notification
        fields = [
            "id",
            "brand",
            "incident",
            "event",
            "verb",
            "object_type",
            "object_id",
            "sentence",
            "read_at",
            "created_at",
        ]
        read_only_fields = fields


class ReadCountSerializer(serializers.Serializer[Any]):
    read = serializers.IntegerField(help_text="How many were not read before.")


class NotificationFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")
    unread = YesNoFilter(
        field_name="read_at", lookup_expr="isnull", help_text="true: not read yet; false: read."
    )

    class Meta:
        model = Notification
        fields = ["verb"]


class NotificationViewSet(BrandViewSet):
    """What the caller should know, newest first: their own only, and of incidents they may see."""

    serializer_class = NotificationSerializer
    queryset = Notification.objects.all()
    filterset_class = NotificationFilter
    access = dict.fromkeys(["list", "read_all"], Access(Role.VIEWER)) | dict.fromkeys(
        ["retrieve", "read"], Access(None)
    )
    terms = dict.fromkeys(["read", "read_all"], NothingSerializer)

    def get_queryset(self) -> Any:
        """Return only what was told to the caller."""
        return super().get_queryset().filter(recipient_id=self.caller.actor.id)

    @extend_schema(
        request=NothingSerializer,
        responses=NotificationSerializer,
        summary="Mark a notification as read",
    )
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: Any) -> Response:
        """It was seen; the first time counts."""
        self.validated()
        return self.shown(mark_read(notification=self.get_object(), now=self.now()))

    @extend_schema(
        request=NothingSerializer,
        responses=ReadCountSerializer,
        operation_id="readAllNotifications",
        summary="Mark all notifications as read",
    )
    @action(detail=False, methods=["post"], url_path="read-all", filterset_class=None)
    def read_all(self, request: Request) -> Response:
        """Everything there was so far was seen."""
        self.validated()
        seen = mark_all_read(recipient_id=self.caller.who.pk, now=self.now())
        return Response({"read": seen})
