"""Runs of playbooks."""

from typing import Any

from django.db.models import Prefetch
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
from incidents.api.run_steps import RunStepSerializer
from incidents.models import Incident, Playbook, PlaybookRun, RunState, RunStep
from incidents.services import playbook_runs as services


class TriggerSerializer(serializers.Serializer[Any]):
    trigger = serializers.CharField(help_text="kind, severity or word.")
    value = serializers.CharField(help_text="What made it hold.")


class PlaybookRunSerializer(serializers.ModelSerializer[PlaybookRun]):
    brand = BrandField(read_only=True)
    matches = TriggerSerializer(
        many=True,
        read_only=True,
        help_text="What made it begin by itself; empty when a person began it.",
    )

    class Meta:
        model = PlaybookRun
        fields = [
            "id",
            "brand",
            "incident",
            "playbook",
            "playbook_version",
            "state",
            "reason",
            "matches",
            "started_by",
            "started_at",
            "ended_at",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class PlaybookRunWithStepsSerializer(PlaybookRunSerializer):
    steps = RunStepSerializer(many=True, read_only=True, help_text="In the playbook's order.")

    class Meta(PlaybookRunSerializer.Meta):
        fields = [*PlaybookRunSerializer.Meta.fields, "steps"]
        read_only_fields = fields


class NewPlaybookRunSerializer(serializers.ModelSerializer[PlaybookRun]):
    incident = VisibleField(queryset=Incident.objects.all(), help_text="Id of the incident.")
    playbook = VisibleField(queryset=Playbook.objects.all(), help_text="Id of the playbook.")

    class Meta:
        model = PlaybookRun
        fields = ["incident", "playbook"]


class PlaybookRunFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")
    playbook = filters.UUIDFilter(field_name="playbook_id", help_text="Id of the playbook.")
    state = filters.MultipleChoiceFilter(
        choices=RunState.choices, help_text="One or more states (repeat the parameter)."
    )

    class Meta:
        model = PlaybookRun
        fields: list[str] = []


class PlaybookRunViewSet(BrandViewSet):
    """Playbooks at work."""

    serializer_class = PlaybookRunSerializer
    queryset = PlaybookRun.objects.all()
    filterset_class = PlaybookRunFilter
    access = dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.INCIDENTS_READ)) | {
        "create": Access(Role.RESPONDER, Scope.INCIDENTS_WRITE),
        "cancel": Access(Role.RESPONDER),
    }
    terms = {"create": NewPlaybookRunSerializer, "cancel": ReasonSerializer}

    def get_queryset(self) -> Any:
        """Return visible runs; outside of lists with their steps."""
        runs = super().get_queryset()
        if self.action == "list":
            return runs
        steps = RunStep.objects.select_related("brand").order_by("position")
        return runs.prefetch_related(Prefetch("steps", queryset=steps))

    def get_serializer_class(self) -> Any:
        """Return the short form for lists."""
        return PlaybookRunSerializer if self.action == "list" else PlaybookRunWithStepsSerializer

    @extend_schema(responses=PlaybookRunWithStepsSerializer)
    def retrieve(self, request: Request, pk: Any) -> Response:
        """Show a run with its steps."""
        return super().retrieve(request, pk)

    @extend_schema(
        request=NewPlaybookRunSerializer, responses={201: PlaybookRunWithStepsSerializer}
    )
    def create(self, request: Request) -> Response:
        """Apply a playbook to an incident; it goes as far as it can at once."""
        terms = self.validated()
        self.require(terms["incident"].brand_id)
        run = services.start_run(**terms, actor=self.actor, now=self.now())
        return self.created(self._anew(run))

    @extend_schema(request=ReasonSerializer, responses=PlaybookRunWithStepsSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: Any) -> Response:
        """Stop a run; its open steps are skipped, what it made stays. People only."""
        run = self.get_object()
        services.cancel_run(run=run, **self.validated(), **self.change())
        return self.shown(self._anew(run))

    def _anew(self, run: PlaybookRun) -> Any:
        return self.get_queryset().get(pk=run.pk)
