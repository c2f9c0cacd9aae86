"""Incidents, their lifecycle and their timeline."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField, MemberUserField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.filters import YesNoFilter
from crisisapi.events.api.events import EventSerializer
from crisisapi.events.models import Event
from incidents.models import Incident, Status
from incidents.models.incident import OVER
from incidents.rules.lifecycle import possible_moves
from incidents.services import incidents as services


class IncidentSerializer(serializers.ModelSerializer[Incident]):
    brand = BrandField(read_only=True)
    possible_actions = serializers.SerializerMethodField(
        help_text="Actions of the lifecycle that are possible now."
    )

    class Meta:
        model = Incident
        fields = [
            "id",
            "brand",
            "reference",
            "title",
            "summary",
            "kind",
            "cause",
            "legitimacy",
            "responsibility",
            "severity",
            "mode",
            "visibility",
            "status",
            "status_reason",
            "merged_into",
            "possible_actions",
            "lead",
            "started_at",
            "opened_at",
            "responded_at",
            "ended_at",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields

    def get_possible_actions(self, incident: Incident) -> list[str]:
        """Name the moves open from here."""
        return possible_moves(incident.status)


class IncidentChangeSerializer(serializers.ModelSerializer[Incident]):
    lead = MemberUserField(required=False, allow_null=True, help_text="The member who leads it.")

    class Meta:
        model = Incident
        fields = [
            "title",
            "summary",
            "kind",
            "cause",
            "legitimacy",
            "responsibility",
            "severity",
            "visibility",
            "lead",
            "started_at",
        ]


class NewIncidentSerializer(IncidentChangeSerializer):
    brand = BrandField()

    class Meta(IncidentChangeSerializer.Meta):
        fields = ["brand", *IncidentChangeSerializer.Meta.fields, "mode"]
        extra_kwargs = {"started_at": {"required": False}}


class ReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=2_000, help_text="Why.")


class OptionalReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(
        max_length=2_000, required=False, allow_blank=True, help_text="Why."
    )


class IncidentFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    status = filters.MultipleChoiceFilter(
        choices=Status.choices, help_text="One or more statuses (repeat the parameter)."
    )
    lead = filters.UUIDFilter(field_name="lead_id", help_text="Id of the person who leads it.")
    active = YesNoFilter(
        method="filter_active", help_text="true: neither closed, declined nor merged; false: over."
    )

    class Meta:
        model = Incident
        fields = ["kind", "severity", "mode", "legitimacy", "reference"]

    def filter_active(self, queryset: Any, name: str, value: bool) -> Any:  # noqa: FBT001
        """Keep the active, or the others."""
        return queryset.active() if value else queryset.filter(status__in=OVER)


_WRITE = Access(Role.RESPONDER, Scope.INCIDENTS_WRITE)
_READ = Access(Role.VIEWER, Scope.INCIDENTS_READ)
_MOVES = ["respond", "monitor", "recover", "learn", "close", "decline", "reopen"]


class IncidentViewSet(BrandViewSet):
    """Crises from first suspicion to lessons learned."""

    serializer_class = IncidentSerializer
    queryset = Incident.objects.all()
    filterset_class = IncidentFilter
    access = (
        dict.fromkeys(["list", "retrieve", "timeline"], _READ)
        | dict.fromkeys(["create", "partial_update"], _WRITE)
        | dict.fromkeys(_MOVES, _WRITE)
    )
    terms = dict.fromkeys(_MOVES, OptionalReasonSerializer) | {
        "create": NewIncidentSerializer,
        "partial_update": IncidentChangeSerializer,
        "decline": ReasonSerializer,
        "reopen": ReasonSerializer,
    }

    @extend_schema(request=NewIncidentSerializer, responses={201: IncidentSerializer})
    def create(self, request: Request) -> Response:
        """Open an incident in triage."""
        terms = self.validated()
        self.require(terms["brand"].pk)
        return self.created(services.open_incident(**terms, actor=self.actor, now=self.now()))

    @extend_schema(request=IncidentChangeSerializer, responses=IncidentSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change what is known of an incident."""
        return self._done(services.change_incident)

    @extend_schema(
        request=OptionalReasonSerializer,
        responses=IncidentSerializer,
        operation_id="respondToIncident",
        summary="Respond to an incident",
    )
    @action(detail=True, methods=["post"])
    def respond(self, request: Request, pk: Any) -> Response:
        """Start to respond: triage → responding."""
        return self._done(services.start_response)

    @extend_schema(request=OptionalReasonSerializer, responses=IncidentSerializer)
    @action(detail=True, methods=["post"])
    def monitor(self, request: Request, pk: Any) -> Response:
        """The message is out, watch what it does: responding → monitoring."""
        return self._done(services.start_monitoring)

    @extend_schema(
        request=OptionalReasonSerializer,
        responses=IncidentSerializer,
        operation_id="recoverFromIncident",
        summary="Recover from an incident",
    )
    @action(detail=True, methods=["post"])
    def recover(self, request: Request, pk: Any) -> Response:
        """The talk calms down, rebuild trust: monitoring → recovering."""
        return self._done(services.start_recovery)

    @extend_schema(
        request=OptionalReasonSerializer,
        responses=IncidentSerializer,
        operation_id="learnFromIncident",
        summary="Learn from an incident",
    )
    @action(detail=True, methods=["post"])
    def learn(self, request: Request, pk: Any) -> Response:
        """The crisis is over, learn from it: recovering → learning."""
        return self._done(services.start_learning)

    @extend_schema(request=OptionalReasonSerializer, responses=IncidentSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: Any) -> Response:
        """Nothing is left to do: learning → closed."""
        return self._done(services.close_incident)

    @extend_schema(request=ReasonSerializer, responses=IncidentSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: Any) -> Response:
        """Not a crisis of ours: triage → declined."""
        return self._done(services.decline_incident)

    @extend_schema(request=ReasonSerializer, responses=IncidentSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: Any) -> Response:
        """It flared up again: back to responding."""
        return self._done(services.reopen_incident)

    @extend_schema(
        responses=EventSerializer(many=True),
        filters=False,
        operation_id="getIncidentTimeline",
        summary="Get the timeline of an incident",
    )
    @action(
        detail=True,
        filterset_class=None,
        filters_query=True,
        serializer_class=EventSerializer,
        keyset="-id",
    )
    def timeline(self, request: Request, pk: Any) -> Response:
        """Everything that happened in an incident, newest first, read from the event log."""
        incident = self.get_object()
        return self.listed(Event.objects.of_incident(incident.pk).select_related("brand"))

    def _done(self, service: Any) -> Response:
        incident = self.get_object()
        return self.shown(service(incident=incident, **self.validated(), **self.change()))
