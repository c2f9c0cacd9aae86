"""Updates on the public page, for those who answer for them."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField, VisibleField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from incidents.api.incidents import ReasonSerializer
from messaging.models import PublicUpdate
from messaging.services import public_updates as services


class PublicUpdateSerializer(serializers.ModelSerializer[PublicUpdate]):
    brand = BrandField(read_only=True)

    class Meta:
        model = PublicUpdate
        fields = [
            "id",
            "brand",
            "incident",
            "message",
            "language",
            "title",
            "body",
            "published_at",
            "withdrawn_at",
            "withdrawn_reason",
            "corrected_by",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class CorrectionSerializer(serializers.Serializer[Any]):
    by = VisibleField(
        queryset=PublicUpdate.objects.all(), help_text="Id of the later update that says it right."
    )


class PublicUpdateFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")
    message = filters.UUIDFilter(field_name="message_id", help_text="Id of the message.")

    class Meta:
        model = PublicUpdate
        fields = ["language"]


class PublicUpdateViewSet(BrandViewSet):
    """What went up on the public page: approved messages, word for word."""

    serializer_class = PublicUpdateSerializer
    queryset = PublicUpdate.objects.all()
    filterset_class = PublicUpdateFilter
    access = dict.fromkeys(
        ["list", "retrieve"], Access(Role.VIEWER, Scope.MESSAGES_READ)
    ) | dict.fromkeys(["withdraw", "correct"], Access(Role.APPROVER))
    terms = {"withdraw": ReasonSerializer, "correct": CorrectionSerializer}

    @extend_schema(request=ReasonSerializer, responses=PublicUpdateSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: Any) -> Response:
        """Take it down, and say why; that it was there stays to be seen. People only."""
        return self._done(services.withdraw_update)

    @extend_schema(request=CorrectionSerializer, responses=PublicUpdateSerializer)
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, pk: Any) -> Response:
        """Name the later update that says it right; both stay to be read. People only."""
        return self._done(services.correct_update)

    def _done(self, service: Any) -> Response:
        update = self.get_object()
        return self.shown(service(public_update=update, **self.validated(), **self.change()))
