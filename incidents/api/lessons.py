"""Lessons."""

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
from incidents.api.incidents import OptionalReasonSerializer, ReasonSerializer
from incidents.models import Incident, Lesson
from incidents.services import lessons as services


class LessonSerializer(serializers.ModelSerializer[Lesson]):
    brand = BrandField(read_only=True)

    class Meta:
        model = Lesson
        fields = [
            "id",
            "brand",
            "incident",
            "title",
            "observation",
            "recommendation",
            "status",
            "status_reason",
            "owner",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class LessonChangeSerializer(serializers.ModelSerializer[Lesson]):
    owner = MemberUserField(required=False, allow_null=True, help_text="Who sees it through.")

    class Meta:
        model = Lesson
        fields = ["title", "observation", "recommendation", "owner"]


class NewLessonSerializer(LessonChangeSerializer):
    incident = VisibleField(queryset=Incident.objects.all(), help_text="Id of the incident.")

    class Meta(LessonChangeSerializer.Meta):
        fields = ["incident", *LessonChangeSerializer.Meta.fields]


class LessonFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")

    owner = filters.UUIDFilter(field_name="owner_id", help_text="Id of who sees it through.")

    class Meta:
        model = Lesson
        fields = ["status"]


_STEPS = ["accept", "reject", "adopt", "verify"]


class LessonViewSet(BrandViewSet):
    """What to do otherwise next time."""

    serializer_class = LessonSerializer
    queryset = Lesson.objects.all()
    filterset_class = LessonFilter
    access = (
        dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.INCIDENTS_READ))
        | dict.fromkeys(["create", "partial_update"], Access(Role.RESPONDER, Scope.INCIDENTS_WRITE))
        | dict.fromkeys(_STEPS, Access(Role.APPROVER))
    )
    terms = dict.fromkeys(_STEPS, OptionalReasonSerializer) | {
        "create": NewLessonSerializer,
        "partial_update": LessonChangeSerializer,
        "reject": ReasonSerializer,
    }

    @extend_schema(request=NewLessonSerializer, responses={201: LessonSerializer})
    def create(self, request: Request) -> Response:
        """Propose a lesson."""
        terms = self.validated()
        self.require(terms["incident"].brand_id)
        return self.created(services.propose_lesson(**terms, actor=self.actor, now=self.now()))

    @extend_schema(request=LessonChangeSerializer, responses=LessonSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change the wording or the owner."""
        return self._done(services.change_lesson)

    @extend_schema(request=OptionalReasonSerializer, responses=LessonSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: Any) -> Response:
        """Agree to act on it."""
        return self._done(services.accept_lesson)

    @extend_schema(request=ReasonSerializer, responses=LessonSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: Any) -> Response:
        """Disagree, and say why."""
        return self._done(services.reject_lesson)

    @extend_schema(request=OptionalReasonSerializer, responses=LessonSerializer)
    @action(detail=True, methods=["post"])
    def adopt(self, request: Request, pk: Any) -> Response:
        """The way we work was changed."""
        return self._done(services.adopt_lesson)

    @extend_schema(request=OptionalReasonSerializer, responses=LessonSerializer)
    @action(detail=True, methods=["post"])
    def verify(self, request: Request, pk: Any) -> Response:
        """It was seen to work."""
        return self._done(services.verify_lesson)

    def _done(self, service: Any) -> Response:
        lesson = self.get_object()
        return self.shown(service(lesson=lesson, **self.validated(), **self.change()))
