"""Who has which part in an incident."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField, MemberUserField, VisibleField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.filters import YesNoFilter
from incidents.api.incidents import NothingSerializer
from incidents.models import Assignment, Incident
from incidents.services import assignments as services


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    brand = BrandField(read_only=True)

    class Meta:
        model = Assignment
        fields = [
            "id",
            "brand",
            "incident",
            "person",
            "role",
            "note",
            "taken_over_from",
            "ended_at",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class NewAssignmentSerializer(serializers.ModelSerializer[Assignment]):
    incident = VisibleField(queryset=Incident.objects.all(), help_text="Id of the incident.")
    person = MemberUserField(help_text="The member who takes the role.")

    class Meta:
        model = Assignment
        fields = ["incident", "person", "role", "note"]


class HandOverSerializer(serializers.ModelSerializer[Assignment]):
    person = MemberUserField(help_text="The member who takes the role over.")

    class Meta:
        model = Assignment
        fields = ["person", "note"]


class AssignmentFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")
    person = filters.UUIDFilter(field_name="person_id", help_text="Id of the person.")
    current = YesNoFilter(
        field_name="ended_at", lookup_expr="isnull", help_text="true: not ended; false: ended."
    )

    class Meta:
        model = Assignment
        fields = ["role"]


class AssignmentViewSet(BrandViewSet):
    """Who has which part in an incident, and who had it before.

    Lead, communications lead, spokesperson and scribe are one person at a time: giving such a
    role to another hands it over. Who has a part in a restricted incident sees it.
    """

    serializer_class = AssignmentSerializer
    queryset = Assignment.objects.all()
    filterset_class = AssignmentFilter
    access = dict.fromkeys(
        ["list", "retrieve"], Access(Role.VIEWER, Scope.INCIDENTS_READ)
    ) | dict.fromkeys(["create", "hand_over", "end"], Access(Role.RESPONDER, Scope.INCIDENTS_WRITE))
    terms = {
        "create": NewAssignmentSerializer,
        "hand_over": HandOverSerializer,
        "end": NothingSerializer,
    }

    @extend_schema(request=NewAssignmentSerializer, responses={201: AssignmentSerializer})
    def create(self, request: Request) -> Response:
        """Give a member a role; a role of one person passes on to them."""
        terms = self.validated()
        self.require(terms["incident"].brand_id)
        return self.created(services.assign_role(**terms, actor=self.actor, now=self.now()))

    @extend_schema(
        request=HandOverSerializer,
        responses=AssignmentSerializer,
        operation_id="handOverAssignment",
        summary="Hand an assignment over",
    )
    @action(detail=True, methods=["post"], url_path="hand-over")
    def hand_over(self, request: Request, pk: Any) -> Response:
        """Pass the role on; answers the assignment of who has it now.

        The note says where things stand, and stands in the shift log as well.
        """
        return self._done(services.hand_over)

    @extend_schema(request=NothingSerializer, responses=AssignmentSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: Any) -> Response:
        """End it without a successor."""
        return self._done(services.end_assignment)

    def _done(self, service: Any) -> Response:
        assignment = self.get_object()
        return self.shown(service(assignment=assignment, **self.validated(), **self.change()))
