"""How much each member and each department has on their hands."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Department, Role, Scope
from crisisapi.common.filters import refuse_unknown
from incidents.models import Assignment, IncidentRole, Task
from incidents.selectors.workload import Load, MemberLoad, read_workload


class LoadSerializer(serializers.Serializer[Any]):
    open_tasks = serializers.IntegerField(help_text="Tasks neither done nor cancelled.")
    late_tasks = serializers.IntegerField(help_text="Of these, past their time.")
    open_commitments = serializers.IntegerField(help_text="Of these, promised in public.")
    oldest_due_at = serializers.DateTimeField(
        allow_null=True, help_text="The earliest due time among them."
    )


class HeldRoleSerializer(serializers.Serializer[Any]):
    incident = serializers.UUIDField(help_text="Id of the incident.")
    reference = serializers.CharField(help_text="Its reference.")
    role = serializers.ChoiceField(choices=IncidentRole.choices, help_text="The role.")


class MemberLoadSerializer(LoadSerializer):
    person = serializers.UUIDField(help_text="Id of the person.")
    name = serializers.CharField(help_text="Name others see.")
    department = serializers.ChoiceField(
        choices=Department.choices, help_text="Where in the organisation they sit."
    )
    roles = HeldRoleSerializer(many=True, help_text="Roles in incidents that are not over.")
    led_incidents = serializers.IntegerField(help_text="How many of these incidents they lead.")


class DepartmentLoadSerializer(LoadSerializer):
    department = serializers.ChoiceField(choices=Department.choices, help_text="The department.")


class WorkloadSerializer(serializers.Serializer[Any]):
    brand = serializers.SlugField(help_text="Slug of the brand.")
    members = MemberLoadSerializer(many=True, help_text="Every member, the most pressed first.")
    departments = DepartmentLoadSerializer(
        many=True, help_text="Every department: tasks that name it, and those of its members."
    )


class WorkloadTermsSerializer(serializers.Serializer[Any]):
    brand = BrandField()


class WorkloadViewSet(BrandViewSet):
    """Who has how much to do."""

    queryset = Task.objects.none()
    serializer_class = WorkloadSerializer
    access = {"show": Access(Role.VIEWER, Scope.INCIDENTS_READ)}
    filters_query = True
    tag = "workload"
    pagination_class = None
    filter_backends = []

    @extend_schema(
        responses=WorkloadSerializer,
        operation_id="getWorkload",
        summary="Get the workload of a brand",
        parameters=[OpenApiParameter("brand", str, description="Slug; not needed with one brand.")],
    )
    def show(self, request: Request) -> Response:
        """Open and late tasks, commitments and roles, by member and by department.

        Incidents that the caller may not see are left out.
        """
        refuse_unknown(request, {"brand"})
        terms = WorkloadTermsSerializer(
            data=request.query_params.dict(), context=self.get_serializer_context()
        )
        terms.is_valid(raise_exception=True)
        brand = terms.validated_data["brand"]
        self.require(brand.pk)
        found = read_workload(
            brand,
            tasks=Task.objects.all().visible_to(self.caller),
            assignments=Assignment.objects.all().visible_to(self.caller),
            now=self.now(),
        )
        departments = [
            {"department": name, **_shown(load)} for name, load in found.departments.items()
        ]
        members = [_shown_member(one) for one in found.members]
        return Response({"brand": brand.slug, "members": members, "departments": departments})


def _shown(load: Load) -> dict[str, Any]:
    return {
        "open_tasks": load.open_tasks,
        "late_tasks": load.late_tasks,
        "open_commitments": load.open_commitments,
        "oldest_due_at": load.oldest_due_at,
    }


def _shown_member(one: MemberLoad) -> dict[str, Any]:
    return {
        "person": one.member.user_id,
        "name": one.member.user.display_name,
        "department": one.member.department,
        "roles": [
            {"incident": held.incident_id, "reference": held.incident.reference, "role": held.role}
            for held in one.assignments
        ],
        "led_incidents": one.led_incidents,
        **_shown(one.load),
    }
