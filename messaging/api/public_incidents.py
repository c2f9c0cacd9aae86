"""Incidents made public, for those who word and approve them."""

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
from crisisapi.common.fields import OneOfField
from incidents.api.incidents import ReasonSerializer
from incidents.models import Incident
from messaging.api.words import WordsSerializer
from messaging.models import PublicIncident, PublicIncidentStatus
from messaging.services import public_incidents as services


class PublicWordingSerializer(serializers.Serializer[Any]):
    leaves_out = True
    titles = WordsSerializer(required=False, help_text="The title, by language; one line.")
    summaries = WordsSerializer(required=False, help_text="What the public is told, by language.")


class PublicIncidentSerializer(serializers.ModelSerializer[PublicIncident]):
    brand = BrandField(read_only=True)
    titles = WordsSerializer(help_text="The title that is shown, by language.")
    summaries = WordsSerializer(help_text="The summary that is shown, by language.")
    proposal = PublicWordingSerializer(
        allow_null=True, help_text="The words that wait for approval; null when none do."
    )

    class Meta:
        model = PublicIncident
        fields = [
            "id",
            "brand",
            "incident",
            "titles",
            "summaries",
            "proposal",
            "proposed_by",
            "revision",
            "approved_revision",
            "approved_by",
            "approved_at",
            "status",
            "status_at",
            "made_public_at",
            "withdrawn_at",
            "withdrawn_reason",
            "merged_into",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class NewPublicIncidentSerializer(serializers.Serializer[Any]):
    incident = VisibleField(queryset=Incident.objects.all(), help_text="Id of the incident.")
    titles = WordsSerializer(help_text="The title, by language; one line, written for the public.")
    summaries = WordsSerializer(help_text="What the public is told, by language.")


class PublicApprovalSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(min_value=1, help_text="Number of the revision you read.")


class PublicMoveSerializer(serializers.Serializer[Any]):
    status = OneOfField(
        choices=PublicIncidentStatus.choices, help_text="Where it stands, as the public is told."
    )


class PublicIncidentFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")

    class Meta:
        model = PublicIncident
        fields = ["status"]


_WRITE = Access(Role.RESPONDER, Scope.MESSAGES_WRITE)


class PublicIncidentViewSet(BrandViewSet):
    """What the public is told of an incident, in words written for it."""

    serializer_class = PublicIncidentSerializer
    queryset = PublicIncident.objects.all()
    filterset_class = PublicIncidentFilter
    access = (
        dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.MESSAGES_READ))
        | dict.fromkeys(["create", "partial_update"], _WRITE)
        | dict.fromkeys(["approve", "move", "withdraw"], Access(Role.APPROVER))
    )
    terms = {
        "create": NewPublicIncidentSerializer,
        "partial_update": PublicWordingSerializer,
        "approve": PublicApprovalSerializer,
        "move": PublicMoveSerializer,
        "withdraw": ReasonSerializer,
    }

    @extend_schema(request=NewPublicIncidentSerializer, responses={201: PublicIncidentSerializer})
    def create(self, request: Request) -> Response:
        """Write what the public shall be told; nobody reads it before it is approved."""
        terms = self.validated()
        self.require(terms["incident"].brand_id)
        return self.created(services.word_incident(**terms, actor=self.actor, now=self.now()))

    @extend_schema(request=PublicWordingSerializer, responses=PublicIncidentSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Propose other words; the public reads the approved ones until then."""
        return self._done(services.reword_incident)

    @extend_schema(request=PublicApprovalSerializer, responses=PublicIncidentSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: Any) -> Response:
        """Approve the words you read and let everybody read them. People only.

        Nobody approves what they wrote. One that was taken off the page comes back by this.
        """
        return self._done(services.make_public)

    @extend_schema(
        request=PublicMoveSerializer,
        responses=PublicIncidentSerializer,
        summary="Say where a public incident stands",
    )
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: Any) -> Response:
        """Tell the public where it stands now. People only."""
        return self._done(services.move_public)

    @extend_schema(request=ReasonSerializer, responses=PublicIncidentSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: Any) -> Response:
        """Take it off the page, and say why. People only."""
        return self._done(services.withdraw_public)

    def _done(self, service: Any) -> Response:
        public = self.get_object()
        return self.shown(service(public_incident=public, **self.validated(), **self.change()))
