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
from incidents.api.playbook_steps import StepField, StepsField
from incidents.models import Incident, Lesson, Playbook
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
            "due_at",
            "alarm",
            "change",
            "playbook_version",
            "evidence",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class LessonChangeSerializer(serializers.ModelSerializer[Lesson]):
    owner = MemberUserField(required=False, allow_null=True, help_text="Who sees it through.")

    class Meta:
        model = Lesson
        fields = ["title", "observation", "recommendation", "owner", "due_at"]


class NewLessonSerializer(LessonChangeSerializer):
    incident = VisibleField(queryset=Incident.objects.all(), help_text="Id of the incident.")

    class Meta(LessonChangeSerializer.Meta):
        fields = ["incident", *LessonChangeSerializer.Meta.fields]


class LessonAcceptanceSerializer(OptionalReasonSerializer):
    owner = MemberUserField(
        required=False, help_text="Who sees it through; needed when nobody owns it yet."
    )


class LessonAdoptionSerializer(OptionalReasonSerializer):
    change = serializers.CharField(
        max_length=2_000,
        required=False,
        allow_blank=True,
        help_text="What was changed; needed without a playbook, else the note of its new version.",
    )
    playbook = VisibleField(
        queryset=Playbook.objects.all(),
        required=False,
        help_text="Id of the playbook of which a new version is made and published.",
    )
    steps = StepsField(required=False, help_text="All steps of the new version.")
    add_step = StepField(required=False, help_text="One step to add to those in use.")


class LessonVerificationSerializer(OptionalReasonSerializer):
    evidence = serializers.CharField(max_length=5_000, help_text="What shows that it works.")


class LessonFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")

    owner = filters.UUIDFilter(field_name="owner_id", help_text="Id of who sees it through.")

    class Meta:
        model = Lesson
        fields = ["status"]


_ADOPTION = ["change", "playbook", "steps", "add_step"]
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
    terms = {
        "create": NewLessonSerializer,
        "partial_update": LessonChangeSerializer,
        "accept": LessonAcceptanceSerializer,
        "reject": ReasonSerializer,
        "adopt": LessonAdoptionSerializer,
        "verify": LessonVerificationSerializer,
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

    @extend_schema(request=LessonAcceptanceSerializer, responses=LessonSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: Any) -> Response:
        """Agree to act on it; somebody has to own it."""
        return self._done(services.accept_lesson)

    @extend_schema(request=ReasonSerializer, responses=LessonSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: Any) -> Response:
        """Disagree, and say why."""
        return self._done(services.reject_lesson)

    @extend_schema(request=LessonAdoptionSerializer, responses=LessonSerializer)
    @action(detail=True, methods=["post"])
    def adopt(self, request: Request, pk: Any) -> Response:
        """The way we work was changed; with a playbook, by its new version."""
        lesson = self.get_object()
        terms = self.validated()
        adoption = services.Adoption(
            **{name: terms.pop(name) for name in _ADOPTION if name in terms}
        )
        adopted = services.adopt_lesson(lesson=lesson, adoption=adoption, **terms, **self.change())
        return self.shown(adopted)

    @extend_schema(request=LessonVerificationSerializer, responses=LessonSerializer)
    @action(detail=True, methods=["post"])
    def verify(self, request: Request, pk: Any) -> Response:
        """It was seen to work."""
        return self._done(services.verify_lesson)

    def _done(self, service: Any) -> Response:
        lesson = self.get_object()
        return self.shown(service(lesson=lesson, **self.validated(), **self.change()))
