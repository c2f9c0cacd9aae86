"""Incidents, their lifecycle and their timeline."""

from typing import Any, cast

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField, MemberUserField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.callers import Access, caller_of
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.fields import OneOfField, ShortListField
from crisisapi.common.filters import YesNoFilter
from crisisapi.events.api.events import EventSerializer
from crisisapi.events.models import Event
from incidents.api.understanding import READS, TERMS, UnderstandingActions
from incidents.models import Incident, Status
from incidents.models.incident import OVER
from incidents.models.stakeholder import StakeholderKind
from incidents.rules.lifecycle import possible_moves
from incidents.selectors.incident_relations import relations_of
from incidents.selectors.merged import with_merged
from incidents.selectors.sentences import severity_sentences
from incidents.services import incidents as services
from incidents.services.acknowledgements import acknowledge_incident

ASSESSMENT = [
    "audiences",
    "expected_reaction",
    "crisis_history",
    "prior_reputation",
    "harm",
    "legal_exposure",
]


class SignalsSerializer(serializers.Serializer[Any]):
    volume_ratio = serializers.FloatField(
        allow_null=True, help_text="Mentions of the last hour against the usual number an hour."
    )
    negative_share = serializers.FloatField(
        allow_null=True, help_text="Share of negative mentions, last 24 hours."
    )
    reach = serializers.IntegerField(allow_null=True, help_text="People reached, last 24 hours.")
    press = serializers.IntegerField(
        allow_null=True, help_text="Mentions in the press, last 24 hours."
    )


class RelatedIncidentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Id of the other incident.")
    reference = serializers.CharField(help_text="Its reference.")
    title = serializers.CharField(help_text="Its title.")
    status = serializers.ChoiceField(choices=Status.choices, help_text="Where it stands.")
    note = serializers.CharField(help_text="What they have to do with each other.")


class IncidentListSerializer(serializers.ListSerializer[Any]):
    def to_representation(self, data: Any) -> Any:
        """Look the relations of all incidents up at once."""
        context = cast("dict[str, Any]", self.context)
        caller = caller_of(context["request"])
        context["relations"] = relations_of([incident.pk for incident in data], caller=caller)
        return super().to_representation(data)


class IncidentSerializer(serializers.ModelSerializer[Incident]):
    brand = BrandField(read_only=True)
    audiences = serializers.ListField(
        child=serializers.ChoiceField(choices=StakeholderKind.choices),
        help_text="Which publics it concerns.",
    )
    signals = SignalsSerializer(help_text="What was measured of the talk last; null: not known.")
    severity_differs = serializers.BooleanField(
        help_text="Whether the computed severity is another than the one people set."
    )
    severity_reasons = serializers.SerializerMethodField(
        help_text="Why the computed severity is what it is, in sentences."
    )
    related = serializers.SerializerMethodField(
        help_text="Incidents it has to do with, of those the caller may see."
    )
    possible_actions = serializers.SerializerMethodField(
        help_text="Actions of the lifecycle that are possible now."
    )

    class Meta:
        model = Incident
        list_serializer_class = IncidentListSerializer
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
            *ASSESSMENT,
            "severity",
            "computed_severity",
            "severity_differs",
            "severity_reasons",
            "signals",
            "signals_at",
            "mode",
            "visibility",
            "status",
            "status_reason",
            "merged_into",
            "related",
            "possible_actions",
            "lead",
            "started_at",
            "opened_at",
            "acknowledged_at",
            "acknowledged_by",
            "next_update_due_at",
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

    def get_severity_reasons(self, incident: Incident) -> list[str]:
        """Say why the computed severity is what it is."""
        return severity_sentences(incident.severity_reasons)

    @extend_schema_field(RelatedIncidentSerializer(many=True))
    def get_related(self, incident: Incident) -> list[dict[str, Any]]:
        """Name the other end of each relation."""
        relations = self.context.get("relations")
        if relations is None:
            caller = caller_of(self.context["request"])
            relations = relations_of([incident.pk], caller=caller)
        return [
            {
                "id": other.pk,
                "reference": other.reference,
                "title": other.title,
                "status": other.status,
                "note": relation.note,
            }
            for relation in relations[incident.pk]
            for other in [relation.other_than(incident.pk)]
        ]


class IncidentChangeSerializer(serializers.ModelSerializer[Incident]):
    lead = MemberUserField(required=False, allow_null=True, help_text="The member who leads it.")
    audiences = ShortListField(
        child=OneOfField(choices=StakeholderKind.choices),
        required=False,
        max_length=len(StakeholderKind.choices),
        help_text="Which publics it concerns, each once.",
    )

    class Meta:
        model = Incident
        fields = [
            "title",
            "summary",
            "kind",
            "cause",
            "legitimacy",
            "responsibility",
            *ASSESSMENT,
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


class NothingSerializer(serializers.Serializer[Any]):
    """Nothing need be said."""


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
        fields = [
            "kind",
            "severity",
            "computed_severity",
            "mode",
            "legitimacy",
            "responsibility",
            "harm",
            "legal_exposure",
            "reference",
        ]

    def filter_active(self, queryset: Any, name: str, value: bool) -> Any:  # noqa: FBT001
        """Keep the active, or the others."""
        return queryset.active() if value else queryset.filter(status__in=OVER)


_WRITE = Access(Role.RESPONDER, Scope.INCIDENTS_WRITE)
_READ = Access(Role.VIEWER, Scope.INCIDENTS_READ)
_MOVES = ["respond", "monitor", "recover", "learn", "close", "decline", "reopen"]


class IncidentViewSet(UnderstandingActions):
    """Crises from first suspicion to lessons learned."""

    serializer_class = IncidentSerializer
    queryset = Incident.objects.all()
    filterset_class = IncidentFilter
    access = (
        dict.fromkeys(["list", "retrieve", "timeline", *READS], _READ)
        | dict.fromkeys(["create", "partial_update", "acknowledge"], _WRITE)
        | dict.fromkeys([*_MOVES, *TERMS], _WRITE)
    )
    terms = {
        **dict.fromkeys(_MOVES, OptionalReasonSerializer),
        **TERMS,
        "create": NewIncidentSerializer,
        "partial_update": IncidentChangeSerializer,
        "acknowledge": NothingSerializer,
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

    @extend_schema(request=NothingSerializer, responses=IncidentSerializer)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: Any) -> Response:
        """Somebody looks at it; the first time counts, and leaving triage counts as well."""
        return self._done(acknowledge_incident)

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
        """Everything that happened in an incident, newest first, read from the event log.

        What happened in those merged into it is there too; each event names its incident.
        """
        ids = with_merged(self.get_object().pk)
        return self.listed(Event.objects.of_incidents(ids).select_related("brand"))

    def _done(self, service: Any) -> Response:
        incident = self.get_object()
        changed = service(incident=incident, **self.validated(), **self.change())
        # Clocks hear of the change and say when the public hears from us next.
        changed.refresh_from_db(fields=["next_update_due_at"])
        return self.shown(changed)
