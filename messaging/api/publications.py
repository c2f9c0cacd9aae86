"""Publications: what is on its way to the public, or there."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

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
from crisisapi.common.nudges import nudge
from incidents.api.incidents import OptionalReasonSerializer, ReasonSerializer
from messaging.models import Publication, PublicationPart, PublicationStatus
from messaging.services import publications as services
from messaging.services import releases
from messaging.services.retries import retry_publication
from messaging.services.withdrawals import record_withdrawal, withdraw_publication
from messaging.tasks import perform_publications


class PublicationPartSerializer(serializers.ModelSerializer[PublicationPart]):
    class Meta:
        model = PublicationPart
        fields = [
            "id",
            "number",
            "title",
            "text",
            "language",
            "attachments",
            "options",
            "status",
            "external_id",
            "url",
            "attempts",
            "may_be_out",
            "attempted_at",
            "next_attempt_at",
            "published_at",
            "last_error",
            "error_code",
        ]
        read_only_fields = fields


class PublicationSerializer(serializers.ModelSerializer[Publication]):
    brand = BrandField(read_only=True)
    not_before_local = serializers.SerializerMethodField(
        help_text="The time it is scheduled for, by the clock of the brand."
    )
    parts = PublicationPartSerializer(
        many=True, read_only=True, help_text="The posts it is, word for word as they are sent."
    )

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
            "waits_on_person",
            "instructions",
            "url",
            "external_id",
            "attempts",
            "last_error",
            "error_code",
            "parts",
            "requested_by",
            "published_by",
            "requested_at",
            "attempted_at",
            "published_at",
            "not_before",
            "not_before_local",
            "held_at",
            "held_because",
            "held_for",
            "withdrawal_requested_by",
            "withdrawal_reason",
            "withdrawn_at",
            "is_double",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields

    def get_not_before_local(self, publication: Publication) -> datetime | None:
        """Return the time in the time zone of the brand."""
        if publication.not_before is None:
            return None
        return publication.not_before.astimezone(ZoneInfo(publication.brand.time_zone))


class PostingSerializer(serializers.Serializer[Any]):
    url = serializers.CharField(
        max_length=2_000, help_text="Where the public reads it; http or https."
    )
    posted_at = MomentField(required=False, help_text="When it was posted; left out: now.")
    external_id = serializers.CharField(
        required=False,
        max_length=500,
        help_text="What the platform calls it; without it a thread cannot go on after it, and "
        "the service cannot take it down.",
    )


class ReleaseSerializer(OptionalReasonSerializer):
    publish_at = MomentField(
        required=False,
        help_text="When it shall leave; left out: at the time it had if that is ahead, or at once.",
    )


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
    held_for = filters.UUIDFilter(
        field_name="held_for_id", help_text="Id of the hold that last stopped it."
    )
    waits_on_person = filters.BooleanFilter(
        help_text="Whether somebody has to post it, look whether it is out, or take it down."
    )

    class Meta:
        model = Publication
        fields: list[str] = []


class PublicationViewSet(BrandViewSet):
    """One message to one channel, followed until its outcome is known."""

    serializer_class = PublicationSerializer
    queryset = Publication.objects.prefetch_related("parts")
    filterset_class = PublicationFilter
    access = dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.MESSAGES_READ)) | {
        "record": Access(Role.RESPONDER),
        "fail": Access(Role.RESPONDER),
        "cancel": Access(Role.APPROVER),
        "release": Access(Role.APPROVER),
        "drop": Access(Role.APPROVER),
        "retry": Access(Role.APPROVER),
        "withdraw": Access(Role.APPROVER),
        "record_withdrawal": Access(Role.RESPONDER),
    }
    terms = {
        "record": PostingSerializer,
        "fail": ReasonSerializer,
        "cancel": OptionalReasonSerializer,
        "release": ReleaseSerializer,
        "drop": ReasonSerializer,
        "retry": OptionalReasonSerializer,
        "withdraw": ReasonSerializer,
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

    @extend_schema(
        request=ReleaseSerializer,
        responses=PublicationSerializer,
        summary="Release a publication held back",
    )
    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: Any) -> Response:
        """Let go what was held back: at a new time, at its own, or at once. People only.

        Refused while a hold covers it, and when the approval does not stand any more.
        """
        return self._sent(releases.release_publication)

    @extend_schema(
        request=ReasonSerializer,
        responses=PublicationSerializer,
        summary="Drop a publication held back",
    )
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, pk: Any) -> Response:
        """Decide that what was held back will not go out, and say why. People only."""
        return self._done(releases.drop_publication)

    @extend_schema(
        request=OptionalReasonSerializer,
        responses=PublicationSerializer,
        summary="Send once more what is not out",
    )
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: Any) -> Response:
        """It is not out: send it again. What is unknown needs a reason. People only."""
        return self._sent(retry_publication)

    @extend_schema(
        request=ReasonSerializer,
        responses=PublicationSerializer,
        summary="Take down what is out",
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: Any) -> Response:
        """Take it down where the platform can, and ask a person elsewhere. People only."""
        return self._sent(withdraw_publication)

    @extend_schema(
        request=None,
        responses=PublicationSerializer,
        summary="Record that a publication was taken down",
    )
    @action(detail=True, methods=["post"], url_path="record-withdrawal")
    def record_withdrawal(self, request: Request, pk: Any) -> Response:
        """You took it down on the platform; it is gone. People only."""
        publication = self.get_object()
        return self.shown(record_withdrawal(publication=publication, **self.change()))

    def _sent(self, service: Any) -> Response:
        answer = self._done(service)
        nudge(perform_publications)
        return answer

    def _done(self, service: Any) -> Response:
        publication = self.get_object()
        return self.shown(service(publication=publication, **self.validated(), **self.change()))
