"""Versions of playbooks: drafted, changed, brought into use."""

from typing import Any

from django.db.models import OuterRef, Subquery
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
from incidents.api.playbook_steps import StepsField
from incidents.models import Lesson, Playbook, PlaybookVersion
from incidents.services import playbooks as services


class PlaybookVersionSerializer(serializers.ModelSerializer[PlaybookVersion]):
    brand = BrandField(read_only=True)
    steps = StepsField(read_only=True, help_text="What is done, and after what.")
    lesson = serializers.UUIDField(
        source="seen_lesson",
        read_only=True,
        allow_null=True,
        help_text="The lesson that made it, where the caller may see that.",
    )

    class Meta:
        model = PlaybookVersion
        fields = [
            "id",
            "brand",
            "playbook",
            "number",
            "status",
            "steps",
            "note",
            "based_on",
            "lesson",
            "published_at",
            "published_by",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class PlaybookVersionChangeSerializer(serializers.ModelSerializer[PlaybookVersion]):
    steps = StepsField(help_text="All steps; they replace those before.")
    based_on = VisibleField(
        queryset=PlaybookVersion.objects.all(),
        required=False,
        help_text="Id of the version in use, once what is new in it was taken over.",
    )

    class Meta:
        model = PlaybookVersion
        fields = ["steps", "note", "based_on"]


class NewPlaybookVersionSerializer(serializers.ModelSerializer[PlaybookVersion]):
    playbook = VisibleField(queryset=Playbook.objects.all(), help_text="Id of the playbook.")
    steps = StepsField(required=False, help_text="Its steps; left out: those in use.")

    class Meta:
        model = PlaybookVersion
        fields = ["playbook", "steps", "note"]


class PlaybookVersionFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    playbook = filters.UUIDFilter(field_name="playbook_id", help_text="Id of the playbook.")

    class Meta:
        model = PlaybookVersion
        fields = ["status"]


class PlaybookVersionViewSet(BrandViewSet):
    """The steps of playbooks, each version as it was."""

    serializer_class = PlaybookVersionSerializer
    queryset = PlaybookVersion.objects.all()
    filterset_class = PlaybookVersionFilter
    access = dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.INCIDENTS_READ)) | {
        "create": Access(Role.RESPONDER, Scope.INCIDENTS_WRITE),
        "partial_update": Access(Role.RESPONDER, Scope.INCIDENTS_WRITE),
        "publish": Access(Role.APPROVER),
    }
    terms = {
        "create": NewPlaybookVersionSerializer,
        "partial_update": PlaybookVersionChangeSerializer,
        "publish": serializers.Serializer,
    }

    def get_queryset(self) -> Any:
        """Return visible versions; a lesson of a restricted incident stays unnamed."""
        lessons = Lesson.objects.visible_to(self.caller).filter(pk=OuterRef("lesson_id"))
        return super().get_queryset().annotate(seen_lesson=Subquery(lessons.values("pk")))

    @extend_schema(request=NewPlaybookVersionSerializer, responses={201: PlaybookVersionSerializer})
    def create(self, request: Request) -> Response:
        """Begin a draft; a playbook has one at a time."""
        terms = self.validated()
        self.require(terms["playbook"].brand_id)
        draft = services.draft_version(**terms, actor=self.actor, now=self.now())
        return self.created(self._anew(draft))

    @extend_schema(request=PlaybookVersionChangeSerializer, responses=PlaybookVersionSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a draft; what was published stands."""
        return self._done(services.change_version)

    @extend_schema(request=None, responses=PlaybookVersionSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: Any) -> Response:
        """Bring a draft into use and retire the version before it. People only.

        Runs that began with an earlier version keep it.
        """
        return self._done(services.publish_version)

    def _done(self, service: Any) -> Response:
        version = self.get_object()
        changed = service(playbook_version=version, **self.validated(), **self.change())
        return self.shown(self._anew(changed))

    def _anew(self, version: PlaybookVersion) -> Any:
        return self.get_queryset().get(pk=version.pk)
