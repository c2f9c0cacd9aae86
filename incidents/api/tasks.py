"""Tasks and commitments."""

from typing import Any, get_args

from django.utils import timezone
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
from crisisapi.common.fields import MomentField
from crisisapi.common.filters import YesNoFilter
from incidents.api.incidents import OptionalReasonSerializer, ReasonSerializer
from incidents.models import Incident, Task, TaskStatus
from incidents.rules.tasks import PublicState, possible_moves
from incidents.services import tasks as services

PUBLIC_STATES = list(get_args(PublicState))


class TaskSerializer(serializers.ModelSerializer[Task]):
    brand = BrandField(read_only=True)
    department = serializers.CharField(
        help_text="The department that does it; empty when none is named."
    )
    possible_actions = serializers.SerializerMethodField(help_text="Steps that are possible now.")
    is_late = serializers.SerializerMethodField(
        help_text="Whether its time has passed and it is neither done nor cancelled."
    )
    public_state = serializers.ChoiceField(
        choices=PUBLIC_STATES,
        allow_null=True,
        help_text="What has become of a commitment; null for a task.",
    )

    class Meta:
        model = Task
        fields = [
            "id",
            "brand",
            "incident",
            "kind",
            "title",
            "description",
            "owner",
            "department",
            "priority",
            "due_at",
            "is_late",
            "status",
            "status_reason",
            "possible_actions",
            "evidence",
            "promise",
            "promised_at",
            "promised_in",
            "is_public",
            "public_state",
            "done_at",
            "done_by",
            "ended_at",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields

    def get_possible_actions(self, task: Task) -> list[str]:
        """Name the steps open from here."""
        return possible_moves(task.status)

    def get_is_late(self, task: Task) -> bool:
        """Compare with the time."""
        return task.is_late_at(timezone.now())


class TaskChangeSerializer(serializers.ModelSerializer[Task]):
    owner = MemberUserField(required=False, allow_null=True, help_text="The member who does it.")
    due_at = MomentField(required=False, allow_null=True, help_text="When it is due.")

    class Meta:
        model = Task
        fields = [
            "title",
            "description",
            "owner",
            "department",
            "priority",
            "due_at",
            "evidence",
            "promised_in",
            "is_public",
        ]


class NewTaskSerializer(TaskChangeSerializer):
    incident = VisibleField(queryset=Incident.objects.all(), help_text="Id of the incident.")

    class Meta(TaskChangeSerializer.Meta):
        fields = [
            "incident",
            "title",
            "description",
            "owner",
            "department",
            "priority",
            "due_at",
        ]


class NewCommitmentSerializer(NewTaskSerializer):
    title = serializers.CharField(
        max_length=200, required=False, help_text="One line; else the promise itself."
    )
    promise = serializers.CharField(
        max_length=2_000, help_text="What the public was promised, word for word."
    )
    promised_at = MomentField(required=False, help_text="When it was promised; now by default.")
    due_at = MomentField(help_text="When it is due.")
    is_public = serializers.BooleanField(
        required=False, default=True, help_text="Whether the public may follow how it stands."
    )

    class Meta(NewTaskSerializer.Meta):
        fields = [
            *NewTaskSerializer.Meta.fields,
            "promise",
            "promised_at",
            "promised_in",
            "is_public",
        ]


class FinishSerializer(serializers.Serializer[Any]):
    evidence = serializers.CharField(
        max_length=5_000,
        required=False,
        allow_blank=True,
        help_text="What shows that it was done; needed of a commitment.",
    )


class TaskFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")
    owner = filters.UUIDFilter(field_name="owner_id", help_text="Id of who does it.")
    status = filters.MultipleChoiceFilter(
        choices=TaskStatus.choices, help_text="One or more statuses (repeat the parameter)."
    )
    late = YesNoFilter(method="filter_late", help_text="true: unfinished and past its time.")
    due_before = filters.IsoDateTimeFilter(
        field_name="due_at", lookup_expr="lt", help_text="Due before this time."
    )

    class Meta:
        model = Task
        fields = ["kind", "department", "priority", "is_public"]

    def filter_late(self, queryset: Any, name: str, value: bool) -> Any:  # noqa: FBT001
        """Keep the late, or the others."""
        late = queryset.late(now=timezone.now())
        return late if value else queryset.exclude(pk__in=late.values("pk"))


_STEPS = ["start", "block", "finish", "cancel", "reopen"]


class TaskViewSet(BrandViewSet):
    """What is to be done by whom and by when, and what the public was promised.

    A task that was promised in public is a commitment: its words and its time stand, it is kept
    only with evidence, and it outlives the incident.
    """

    serializer_class = TaskSerializer
    queryset = Task.objects.all()
    filterset_class = TaskFilter
    access = dict.fromkeys(
        ["list", "retrieve"], Access(Role.VIEWER, Scope.INCIDENTS_READ)
    ) | dict.fromkeys(
        ["create", "promise", "partial_update", *_STEPS],
        Access(Role.RESPONDER, Scope.INCIDENTS_WRITE),
    )
    terms = {
        "create": NewTaskSerializer,
        "promise": NewCommitmentSerializer,
        "partial_update": TaskChangeSerializer,
        "start": OptionalReasonSerializer,
        "block": ReasonSerializer,
        "finish": FinishSerializer,
        "cancel": ReasonSerializer,
        "reopen": ReasonSerializer,
    }

    @extend_schema(request=NewTaskSerializer, responses={201: TaskSerializer})
    def create(self, request: Request) -> Response:
        """Add a task."""
        terms = self.validated()
        self.require(terms["incident"].brand_id)
        return self.created(services.add_task(**terms, actor=self.actor, now=self.now()))

    @extend_schema(
        request=NewCommitmentSerializer,
        responses={201: TaskSerializer},
        operation_id="makeCommitment",
        summary="Make a commitment",
    )
    @action(detail=False, methods=["post"], filterset_class=None)
    def promise(self, request: Request) -> Response:
        """Write down what the public was promised, and by when it should be done."""
        terms = self.validated()
        self.require(terms["incident"].brand_id)
        made = services.make_commitment(**terms, actor=self.actor, now=self.now())
        return self.created(made)

    @extend_schema(request=TaskChangeSerializer, responses=TaskSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change what is to be done, or pass it on to another owner or department."""
        return self._done(services.change_task)

    @extend_schema(request=OptionalReasonSerializer, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: Any) -> Response:
        """Somebody is at it."""
        return self._done(services.start_task)

    @extend_schema(request=ReasonSerializer, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def block(self, request: Request, pk: Any) -> Response:
        """It cannot go on, and this is why."""
        return self._done(services.block_task)

    @extend_schema(request=FinishSerializer, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def finish(self, request: Request, pk: Any) -> Response:
        """It is done; a commitment needs evidence that it was kept."""
        return self._done(services.finish_task)

    @extend_schema(request=ReasonSerializer, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: Any) -> Response:
        """It will not be done, and this is why."""
        return self._done(services.cancel_task)

    @extend_schema(request=ReasonSerializer, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: Any) -> Response:
        """It is not done after all; its due time stands."""
        return self._done(services.reopen_task)

    def _done(self, service: Any) -> Response:
        task = self.get_object()
        return self.shown(service(task=task, **self.validated(), **self.change()))
