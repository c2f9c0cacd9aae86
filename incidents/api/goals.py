"""Goals and their measurements."""

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
from crisisapi.common.filters import YesNoFilter
from incidents.api.incidents import ReasonSerializer
from incidents.models import Goal, GoalMeasurement, Incident
from incidents.models.goal import METRIC_CHOICES
from incidents.rules.metrics import METRICS
from incidents.services import goals as services
from incidents.services.measurements import add_measurement


class GoalSerializer(serializers.ModelSerializer[Goal]):
    brand = BrandField(read_only=True)
    unit = serializers.SerializerMethodField(help_text="Unit of the metric.")
    better = serializers.ChoiceField(
        choices=["lower", "higher"], help_text="Which way is better for the metric."
    )
    is_manual = serializers.BooleanField(help_text="Whether people measure it, not the workers.")
    progress = serializers.FloatField(
        allow_null=True, help_text="Share of the way from baseline to target, 0 to 1."
    )

    class Meta:
        model = Goal
        fields = [
            "id",
            "brand",
            "incident",
            "title",
            "metric",
            "unit",
            "better",
            "is_manual",
            "baseline",
            "baseline_from",
            "target",
            "deadline",
            "current",
            "progress",
            "state",
            "measured_at",
            "withdrawn_at",
            "withdrawn_reason",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields

    def get_unit(self, goal: Goal) -> str:
        """Name the unit."""
        return METRICS[goal.metric].unit


class NewGoalSerializer(serializers.ModelSerializer[Goal]):
    incident = VisibleField(queryset=Incident.objects.all(), help_text="Id of the incident.")
    metric = OneOfField(choices=METRIC_CHOICES, help_text="What is measured.")

    class Meta:
        model = Goal
        fields = ["incident", "title", "metric", "baseline", "target", "deadline"]


class GoalChangeSerializer(serializers.ModelSerializer[Goal]):
    class Meta:
        model = Goal
        fields = ["title", "baseline", "target", "deadline"]


class GoalMeasurementSerializer(serializers.ModelSerializer[GoalMeasurement]):
    class Meta:
        model = GoalMeasurement
        fields = ["id", "goal", "value", "measured_at", "by", "note", "created_at"]
        read_only_fields = fields


class NewMeasurementSerializer(serializers.ModelSerializer[GoalMeasurement]):
    class Meta:
        model = GoalMeasurement
        fields = ["value", "measured_at", "note"]
        extra_kwargs = {"measured_at": {"required": False}}


class GoalFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")
    withdrawn = YesNoFilter(
        field_name="withdrawn_at",
        lookup_expr="isnull",
        exclude=True,
        help_text="true: given up; false: it counts.",
    )

    class Meta:
        model = Goal
        fields = ["state", "metric"]


_MEASUREMENTS: dict[str, Any] = {
    "serializer_class": GoalMeasurementSerializer,
    "filterset_class": None,
    "filters_query": True,
    "keyset": "-measured_at",
}


class GoalViewSet(BrandViewSet):
    """Where a metric should be, and by when; measured by the workers, or by people."""

    serializer_class = GoalSerializer
    queryset = Goal.objects.all()
    filterset_class = GoalFilter
    access = dict.fromkeys(
        ["list", "retrieve", "measurements"], Access(Role.VIEWER, Scope.INCIDENTS_READ)
    ) | dict.fromkeys(
        ["create", "partial_update", "measure", "withdraw"],
        Access(Role.RESPONDER, Scope.INCIDENTS_WRITE),
    )
    terms = {
        "create": NewGoalSerializer,
        "partial_update": GoalChangeSerializer,
        "measure": NewMeasurementSerializer,
        "withdraw": ReasonSerializer,
    }

    @extend_schema(request=NewGoalSerializer, responses={201: GoalSerializer})
    def create(self, request: Request) -> Response:
        """Set a goal; without a baseline, the first measurement is it.

        The workers measure mentions from now on; manual metrics are measured by people.
        """
        terms = self.validated()
        self.require(terms["incident"].brand_id)
        return self.created(services.set_goal(**terms, actor=self.actor, now=self.now()))

    @extend_schema(request=GoalChangeSerializer, responses=GoalSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change title, baseline, target or deadline."""
        return self._done(services.change_goal)

    @extend_schema(request=ReasonSerializer, responses=GoalSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: Any) -> Response:
        """Give it up, and say why; it keeps its state."""
        return self._done(services.withdraw_goal)

    @extend_schema(responses=GoalMeasurementSerializer(many=True), filters=False)
    @action(detail=True, **_MEASUREMENTS)
    def measurements(self, request: Request, pk: Any) -> Response:
        """What was measured, newest first: each change, and one an hour while nothing changes."""
        return self.listed(self.get_object().measurements.all())

    @extend_schema(
        request=NewMeasurementSerializer,
        responses={201: GoalMeasurementSerializer},
        operation_id="measureGoal",
        summary="Write down a measurement of a goal",
    )
    @measurements.mapping.post
    def measure(self, request: Request, pk: Any) -> Response:
        """Write down what you read elsewhere; for manual metrics only."""
        goal = self.get_object()
        said = {**self.validated(), "actor": self.actor, "now": self.now()}
        return self.shown(add_measurement(goal=goal, **said), status=201)

    def _done(self, service: Any) -> Response:
        goal = self.get_object()
        return self.shown(service(goal=goal, **self.validated(), **self.change()))
