"""Publications: what is on its way to the public, or there."""

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
from crisisapi.common.fields import MomentField
from incidents.api.incidents import OptionalReasonSerializer, ReasonSerializer
from messaging.models import Publication, PublicationStatus
from messaging.services import publications as services


class PublicationSerializer(serializers.ModelSerializer[Publication]):
    brand = BrandField(read_only=True)

    class Meta:
        model = Publication
        fields = [
            "id",
            "brand",
            "message",
            "channel",
            "revision",
            "wording_hash",
            "status",
            "instructions",
            "url",
            "external_id",
            "attempts",
            "last_error",
            "requested_by",
            "published_by",
            "requested_at",
            "attempted_at",
            "published_at",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class PostingSerializer(serializers.Serializer[Any]):
    url = serializers.CharField(
        max_length=2_000, help_text="Where the public reads it; http or https."
    )
    posted_at = MomentField(required=False, help_text="When it was posted; left out: now.")


class PublicationFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(
        field_name="message__incident_id", help_text="Id of the incident."
    )
    message = filters.UUIDFilter(field_name="message_id", help_text="Id of the message.")
    channel = filters.UUIDFilter(field_name="channel_id", help_text="Id of the channel.")
    status = filters.MultipleChoiceFilter(
        choices=PublicationStatus.choices, help_text="One or more statuses (repeat the parameter)."
    )

    class Meta:
        model = Publication
        fields: list[str] = []


class PublicationViewSet(BrandViewSet):
    """One message to one channel, followed until its outcome is known."""

    serializer_class = PublicationSerializer
    queryset = Publication.objects.all()
    filterset_class = PublicationFilter
    access = dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.MESSAGES_READ)) | {
        "record": Access(Role.RESPONDER),
        "fail": Access(Role.RESPONDER),
        "cancel": Access(Role.APPROVER),
    }
    terms = {
        "record": PostingSerializer,
        "fail": ReasonSerializer,
        "cancel": OptionalReasonSerializer,
    }

    @extend_schema(
        request=PostingSerializer,
        responses=PublicationSerializer,
        summary="Record where a publication was posted",
    )
    @action(detail=True, methods=["post"])
    def record(self, request: Request, pk: Any) -> Response:
        """You posted it, here it is. People only."""
        return self._done(services.record_publication)

    @extend_schema(
        request=ReasonSerializer,
        responses=PublicationSerializer,
        summary="Record that a publication failed",
    )
    @action(detail=True, methods=["post"])
    def fail(self, request: Request, pk: Any) -> Response:
        """It did not reach the public, and why. People only."""
        return self._done(services.fail_publication)

    @extend_schema(request=OptionalReasonSerializer, responses=PublicationSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: Any) -> Response:
        """It shall not go out after all. People only."""
        return self._done(services.cancel_publication)

    def _done(self, service: Any) -> Response:
        publication = self.get_object()
        return self.shown(service(publication=publication, **self.validated(), **self.change()))
