"""Playbooks, and which of them an incident calls for."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from incidents.api.playbook_steps import StepsField
from incidents.models import Incident, Playbook, Severity, VersionStatus
from incidents.models.incident import Kind
from incidents.rules.triggers import Match
from incidents.selectors.playbooks import suggestions_for
from incidents.services import playbooks as services

_SENTENCES = {
    "kind": _("It is for incidents of kind “%s”."),
    "severity": _("It is for incidents as severe as this one (%s)."),
    "word": _("“%s” is mentioned."),
}


_LEAST_SEVERITY = "It applies to incidents at least this severe, 1 (the worst) to 4; null: any."


class PlaybookSerializer(serializers.ModelSerializer[Playbook]):
    brand = BrandField(read_only=True)
    least_severity = serializers.IntegerField(
        read_only=True, allow_null=True, help_text=_LEAST_SEVERITY
    )
    published = serializers.SerializerMethodField(
        help_text="Id of the version in use; null before the first."
    )
    draft = serializers.SerializerMethodField(help_text="Id of the draft; null when there is none.")

    class Meta:
        model = Playbook
        fields = [
            "id",
            "brand",
            "name",
            "description",
            "is_active",
            "kinds",
            "least_severity",
            "words",
            "on_opening",
            "published",
            "draft",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields

    def get_published(self, playbook: Playbook) -> UUID | None:
        """Name the version in use."""
        return _version_of(playbook, VersionStatus.PUBLISHED)

    def get_draft(self, playbook: Playbook) -> UUID | None:
        """Name the draft."""
        return _version_of(playbook, VersionStatus.DRAFT)


class PlaybookChangeSerializer(serializers.ModelSerializer[Playbook]):
    least_severity = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=4, help_text=_LEAST_SEVERITY
    )

    class Meta:
        model = Playbook
        fields = [
            "name",
            "description",
            "is_active",
            "kinds",
            "least_severity",
            "words",
            "on_opening",
        ]


class NewPlaybookSerializer(PlaybookChangeSerializer):
    brand = BrandField()
    steps = StepsField(required=False, help_text="Steps of its first draft.")

    class Meta(PlaybookChangeSerializer.Meta):
        fields = ["brand", *PlaybookChangeSerializer.Meta.fields, "steps"]
        # A name taken already is the service's refusal, with a code of its own.
        validators: list[Any] = []


class PlaybookFilter(filters.FilterSet):
    brand = BrandSlugFilter()

    class Meta:
        model = Playbook
        fields = ["is_active", "on_opening"]


class PlaybookViewSet(BrandViewSet):
    """What to do when it happens, prepared before."""

    serializer_class = PlaybookSerializer
    queryset = Playbook.objects.with_versions()
    filterset_class = PlaybookFilter
    access = dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.INCIDENTS_READ)) | {
        "create": Access(Role.RESPONDER, Scope.INCIDENTS_WRITE),
        "partial_update": Access(Role.APPROVER),
    }
    terms = {"create": NewPlaybookSerializer, "partial_update": PlaybookChangeSerializer}

    @extend_schema(request=NewPlaybookSerializer, responses={201: PlaybookSerializer})
    def create(self, request: Request) -> Response:
        """Make a playbook with its first draft; it is used once that is published."""
        terms = self.validated()
        self.require(terms["brand"].pk)
        made = services.create_playbook(**terms, actor=self.actor, now=self.now())
        return self.created(self._anew(made))

    @extend_schema(request=PlaybookChangeSerializer, responses=PlaybookSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change its name, when it applies, or whether it is active. People only."""
        playbook = self.get_object()
        terms = self.validated()
        changed = services.change_playbook(playbook=playbook, **terms, **self.change())
        return self.shown(self._anew(changed))

    def _anew(self, playbook: Playbook) -> Any:
        return self.get_queryset().get(pk=playbook.pk)


class MatchSerializer(serializers.Serializer[Match]):
    trigger = serializers.CharField(help_text="kind, severity or word.")
    value = serializers.CharField(help_text="What made it hold.")
    said = serializers.SerializerMethodField(help_text="Why, in a sentence.")

    def get_said(self, match: Match) -> str:
        """Say it in the reader's language."""
        return str(_SENTENCES[match.trigger] % _named(match))


class SuggestionSerializer(serializers.Serializer[Any]):
    playbook = serializers.UUIDField(source="playbook.pk", help_text="Id of the playbook.")
    name = serializers.CharField(source="playbook.name", help_text="Its name.")
    on_opening = serializers.CharField(
        source="playbook.on_opening", help_text="Whether it would have begun by itself."
    )
    matches = MatchSerializer(many=True, help_text="Why it is called for.")
    run = serializers.UUIDField(
        source="run.pk", default=None, help_text="Id of its run that stands in the incident."
    )


class SuggestionsSerializer(serializers.Serializer[Any]):
    results = SuggestionSerializer(many=True, help_text="By name; not paged.")


class IncidentPlaybooksViewSet(BrandViewSet):
    """Which playbooks an incident calls for."""

    queryset = Incident.objects.all()
    serializer_class = SuggestionsSerializer
    access = {"playbooks": Access(Role.VIEWER, Scope.INCIDENTS_READ)}
    tag = "incidents"
    pagination_class = None
    filter_backends = []

    @extend_schema(
        responses=SuggestionsSerializer,
        operation_id="listIncidentPlaybooks",
        summary="List the playbooks an incident calls for",
    )
    def playbooks(self, request: Request, pk: Any) -> Response:
        """Playbooks whose triggers hold as the incident is described now, each with why."""
        found = suggestions_for(self.get_object())
        return Response(self.get_serializer({"results": found}).data)


def _version_of(playbook: Any, status: VersionStatus) -> UUID | None:
    versions = playbook.standing_versions
    return next((version.pk for version in versions if version.status == status), None)


def _named(match: Match) -> str:
    if match.trigger == "kind":
        return str(Kind(match.value).label)
    return str(Severity(int(match.value)).label) if match.trigger == "severity" else match.value
