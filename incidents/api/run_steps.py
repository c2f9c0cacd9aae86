"""Steps of runs, and what people do to them."""

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
from crisisapi.common.fields import ShortDictField
from incidents.api.incidents import ReasonSerializer
from incidents.api.playbook_steps import StepField
from incidents.models import RunStep, StepState
from incidents.rules.playbook_runs import possible_step_moves
from incidents.services import run_steps as services


class RunStepSerializer(serializers.ModelSerializer[RunStep]):
    brand = BrandField(read_only=True)
    terms = StepField(read_only=True, help_text="The step as the playbook had it.")
    values = serializers.DictField(
        child=serializers.CharField(),
        read_only=True,
        help_text="Values for the placeholders of its message that people supplied.",
    )
    possible_actions = serializers.SerializerMethodField(help_text="Actions that are possible now.")

    class Meta:
        model = RunStep
        fields = [
            "id",
            "brand",
            "incident",
            "run",
            "key",
            "position",
            "kind",
            "title",
            "terms",
            "state",
            "possible_actions",
            "reason",
            "attempt",
            "outcome",
            "values",
            "object_type",
            "object_id",
            "wake_at",
            "started_at",
            "ended_at",
            "ended_by",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields

    def get_possible_actions(self, step: RunStep) -> list[str]:
        """Name what may be done to it; nothing once its run is over."""
        follows = step.object_id is not None or bool(step.terms.get("of"))
        return possible_step_moves(kind=step.kind, state=step.state, follows_message=follows)


class ApprovalCommentSerializer(serializers.Serializer[Any]):
    comment = serializers.CharField(
        max_length=2_000, required=False, allow_blank=True, help_text="What to know about it."
    )


class ChoiceSerializer(serializers.Serializer[Any]):
    option = serializers.CharField(max_length=60, help_text="One of the options of the step.")


class SupplySerializer(serializers.Serializer[Any]):
    values = ShortDictField(
        child=serializers.CharField(max_length=2_000),
        help_text="The text for each placeholder, by name.",
    )


class RunStepFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")
    run = filters.UUIDFilter(field_name="run_id", help_text="Id of the run.")
    state = filters.MultipleChoiceFilter(
        choices=StepState.choices, help_text="One or more states (repeat the parameter)."
    )

    class Meta:
        model = RunStep
        fields = ["kind"]


class RunStepViewSet(BrandViewSet):
    """The steps of runs of playbooks."""

    serializer_class = RunStepSerializer
    queryset = RunStep.objects.all()
    filterset_class = RunStepFilter
    access = (
        dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.INCIDENTS_READ))
        | dict.fromkeys(["choose", "skip"], Access(Role.RESPONDER))
        | dict.fromkeys(["supply", "retry"], Access(Role.RESPONDER, Scope.INCIDENTS_WRITE))
        | dict.fromkeys(["approve", "decline"], Access(Role.APPROVER))
    )
    terms = {
        "approve": ApprovalCommentSerializer,
        "decline": ReasonSerializer,
        "choose": ChoiceSerializer,
        "supply": SupplySerializer,
        "skip": ReasonSerializer,
        "retry": serializers.Serializer,
    }

    @extend_schema(request=ApprovalCommentSerializer, responses=RunStepSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: Any) -> Response:
        """Agree to what an approval step asks. People only.

        A step that follows a message is approved by approving that message.
        """
        return self._done(services.approve_step)

    @extend_schema(request=ReasonSerializer, responses=RunStepSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: Any) -> Response:
        """Do not agree; the step fails and can be retried or skipped. People only."""
        return self._done(services.decline_step)

    @extend_schema(
        request=ChoiceSerializer,
        responses=RunStepSerializer,
        summary="Choose an option of a run step",
    )
    @action(detail=True, methods=["post"])
    def choose(self, request: Request, pk: Any) -> Response:
        """Decide; steps for another choice are skipped. People only."""
        return self._done(services.choose_option)

    @extend_schema(
        request=SupplySerializer,
        responses=RunStepSerializer,
        summary="Supply values that a run step waits for",
    )
    @action(detail=True, methods=["post"])
    def supply(self, request: Request, pk: Any) -> Response:
        """Give values the message lacks; it is drafted as soon as none is missing."""
        return self._done(services.supply_values)

    @extend_schema(request=ReasonSerializer, responses=RunStepSerializer)
    @action(detail=True, methods=["post"])
    def skip(self, request: Request, pk: Any) -> Response:
        """Leave a step out; what follows it goes on. People only."""
        return self._done(services.skip_step)

    @extend_schema(request=None, responses=RunStepSerializer)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: Any) -> Response:
        """Start a step that failed once more."""
        return self._done(services.retry_step)

    def _done(self, service: Any) -> Response:
        step = self.get_object()
        return self.shown(service(step=step, **self.validated(), **self.change()))
