"""Goals."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField, VisibleField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from incidents.models import Goal, Incident
from incidents.rules.metrics import METRICS
from incidents.services.goals import change_goal, set_goal


class GoalSerializer(serializers.ModelSerializer[Goal]):
    brand = BrandField(read_only=True)
    unit = serializers.SerializerMethodField(help_text="Unit of the metric.")
    better = serializers.ChoiceField(
        choices=["lower", "higher"], help_text="Which way is better for the metric."
    )
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
            "baseline",
            "target",
            "deadline",
            "current",
            "progress",
            "state",
            "measured_at",
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

    class Meta:
        model = Goal
        fields = ["incident", "title", "metric", "baseline", "target", "deadline"]


class GoalChangeSerializer(serializers.ModelSerializer[Goal]):
    class Meta:
        model = Goal
        fields = ["title", "baseline", "target", "deadline"]


class GoalFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")

    class Meta:
        model = Goal
        fields = ["state", "metric"]


class GoalViewSet(BrandViewSet):
    """Where a metric should be, and by when; measured by the workers."""

    serializer_class = GoalSerializer
    queryset = Goal.objects.all()
    filterset_class = GoalFilter
    access = dict.fromkeys(
        ["list", "retrieve"], Access(Role.VIEWER, Scope.INCIDENTS_READ)
    ) | dict.fromkeys(["create", "partial_update"], Access(Role.RESPONDER, Scope.INCIDENTS_WRITE))
    terms = {"create": NewGoalSerializer, "partial_update": GoalChangeSerializer}

    @extend_schema(request=NewGoalSerializer, responses={201: GoalSerializer})
    def create(self, request: Request) -> Response:
        """Set a goal; the workers measure it from now on."""
        terms = self.validated()
        self.require(terms["incident"].brand_id)
        return self.created(set_goal(**terms, actor=self.actor, now=self.now()))

    @extend_schema(request=GoalChangeSerializer, responses=GoalSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change title, baseline, target or deadline."""
        goal = self.get_object()
        return self.shown(change_goal(goal=goal, **self.validated(), **self.change()))
