"""Sources."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.api_keys import NothingSerializer, RotationSerializer
from crisisapi.accounts.api.fields import BrandField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.fields import OneOfField, TextsField
from crisisapi.common.nudges import nudge
from monitoring.api.previews import PayloadSerializer, SourcePreviewSerializer, letter_of
from monitoring.api.webhooks import WebhookViewSet
from monitoring.models import Intake, Source, SourceState
from monitoring.selectors.health import health_in_words
from monitoring.services.overload import GATE, bounded_statements
from monitoring.services.previewing import preview_delivery
from monitoring.services.sources import change_source, create_source, rotate_secret
from monitoring.services.trying import sync_source, try_source
from monitoring.sources import PROVIDERS
from monitoring.tasks import fetch_one

KINDS = [(kind, str(provider.label)) for kind, provider in sorted(PROVIDERS.items())]


class IntakeSerializer(serializers.ModelSerializer[Intake]):
    in_words = serializers.SerializerMethodField(
        help_text="How it is heard, in sentences in the language you ask for."
    )

    class Meta:
        model = Intake
        fields = [
            "state",
            "due_at",
            "attempted_at",
            "succeeded_at",
            "heard_at",
            "newest_at",
            "lag_seconds",
            "failures",
            "error_code",
            "error_detail",
            "error_at",
            "silent_since",
            "usual_per_hour",
            "refused_code",
            "refused_times",
            "refused_since",
            "refused_at",
            "in_words",
        ]
        read_only_fields = fields

    def get_in_words(self, intake: Intake) -> list[str]:
        """Return the sentences; times are those of the brand."""
        return health_in_words(intake.source, now=timezone.now())


class SourceSerializer(serializers.ModelSerializer[Source]):
    brand = BrandField(read_only=True)
    kind = serializers.ChoiceField(KINDS, read_only=True, help_text="Platform or tool.")
    settings = serializers.DictField(
        child=serializers.CharField(),
        read_only=True,
        help_text="By name; which there are depends on the kind.",
    )
    credentials_set = serializers.SerializerMethodField(
        help_text="Names of the credentials that are stored; what they are is never shown."
    )
    intake = IntakeSerializer(read_only=True, help_text="How listening goes.")

    class Meta:
        model = Source
        fields = [
            "id",
            "brand",
            "slug",
            "name",
            "kind",
            "platform",
            "is_active",
            "interval_seconds",
            "settings",
            "credentials_set",
            "intake",
            "previous_secret_until",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields

    def get_credentials_set(self, source: Source) -> list[str]:
        """Return the names only."""
        return sorted(source.credentials)


class SourceWithSecretSerializer(SourceSerializer):
    secret = serializers.CharField(
        read_only=True, help_text="Signing secret (Standard Webhooks); shown only now."
    )

    class Meta(SourceSerializer.Meta):
        fields = [*SourceSerializer.Meta.fields, "secret"]
        read_only_fields = fields


class SourceChangeSerializer(serializers.ModelSerializer[Source]):
    interval_seconds = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=30,
        max_value=86_400,
        help_text="How often it is asked; null for what suits its kind.",
    )
    settings = TextsField(
        required=False, help_text="All settings by name; those left out are forgotten."
    )
    credentials = TextsField(
        required=False,
        write_only=True,
        help_text="Secrets by name, stored encrypted and never shown. Those left out stay; an "
        "empty one is forgotten.",
    )

    class Meta:
        model = Source
        fields = ["name", "platform", "is_active", "interval_seconds", "settings", "credentials"]


class NewSourceSerializer(SourceChangeSerializer):
    brand = BrandField()
    kind = OneOfField(KINDS, default="webhook", help_text="Platform or tool they come from.")

    class Meta(SourceChangeSerializer.Meta):
        fields = ["brand", "slug", "kind", *SourceChangeSerializer.Meta.fields]
        # A slug taken already is the service's refusal.
        validators: list[Any] = []


class SourceProblemSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Stable word.")
    sentence = serializers.CharField(help_text="What is wrong, and what would help.")
    field = serializers.CharField(
        help_text="The setting or credential to mend, e.g. settings.url; may be empty."
    )


class SourceTestSerializer(serializers.Serializer[Any]):
    problems = SourceProblemSerializer(many=True, help_text="None: it works.")


class SourceFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    state = filters.ChoiceFilter(
        field_name="intake__state", choices=SourceState.choices, help_text="How it is heard."
    )
    is_silent = filters.BooleanFilter(
        field_name="intake__silent_since",
        lookup_expr="isnull",
        exclude=True,
        help_text="Whether nothing comes although it usually would.",
    )

    class Meta:
        model = Source
        fields = ["slug", "kind", "is_active"]


class SourceViewSet(WebhookViewSet):
    """Where mentions come from."""

    serializer_class = SourceSerializer
    queryset = Source.objects.select_related("intake", "brand")
    filterset_class = SourceFilter
    access = dict.fromkeys(
        ["list", "retrieve"], Access(Role.VIEWER, Scope.SOURCES_READ)
    ) | dict.fromkeys(
        ["create", "partial_update", "rotate_secret", "test", "sync", "preview"],
        Access(Role.MANAGER),
    )
    terms = {
        "create": NewSourceSerializer,
        "partial_update": SourceChangeSerializer,
        "rotate_secret": RotationSerializer,
        "test": NothingSerializer,
        "sync": NothingSerializer,
        "preview": PayloadSerializer,
    }

    @extend_schema(request=NewSourceSerializer, responses={201: SourceWithSecretSerializer})
    def create(self, request: Request) -> Response:
        """Make a source; the answer is the only place where its secret stands."""
        terms = self.validated()
        self.require(terms["brand"].pk)
        return self._with_secret(*create_source(**terms, actor=self.actor, now=self.now()), 201)

    @extend_schema(request=SourceChangeSerializer, responses=SourceSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change name, platform, or whether it takes anything."""
        source = self.get_object()
        return self.shown(change_source(source=source, **self.validated(), **self.change()))

    @extend_schema(request=RotationSerializer, responses=SourceWithSecretSerializer)
    @action(detail=True, methods=["post"], url_path="rotate-secret")
    def rotate_secret(self, request: Request, pk: Any) -> Response:
        """Make a new signing secret; the old one signs a while longer."""
        source = self.get_object()
        overlap = timedelta(hours=self.validated()["overlap_hours"])
        return self._with_secret(*rotate_secret(source=source, overlap=overlap, **self.change()))

    @extend_schema(request=NothingSerializer, responses=SourceTestSerializer)
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: Any) -> Response:
        """Ask the platform whether the source would work, and say what is wrong."""
        source = self.get_object()
        self.validated()
        problems = try_source(source=source, now=self.now())
        return Response(SourceTestSerializer({"problems": problems}).data)

    @extend_schema(request=NothingSerializer, responses={202: SourceSerializer})
    @action(detail=True, methods=["post"])
    def sync(self, request: Request, pk: Any) -> Response:
        """Ask the source now, whatever it waits for."""
        source = self.get_object()
        self.validated()
        sync_source(source=source, actor=self.actor, now=self.now())
        nudge(fetch_one, str(source.pk))
        return self.shown(self.get_object(), status=202)

    @extend_schema(request=PayloadSerializer, responses=SourcePreviewSerializer)
    @action(detail=True, methods=["post"], idempotent=False)
    def preview(self, request: Request, pk: Any) -> Response:
        """Say what would become of a payload, item by item; stores nothing.

        With the headers it came with, also whether its signature would be accepted; with the
        parameters of a handshake, whether that would be answered.
        """
        source = self.get_object()
        letter = letter_of(self.validated())
        with GATE.passed(), bounded_statements():
            found = preview_delivery(source=source, letter=letter, now=self.now())
        return Response(SourcePreviewSerializer(found).data)

    def _with_secret(self, source: Source, secret: str, status: int = 200) -> Response:
        shown = self.shown(source, status=status)
        shown.data = {**shown.data, "secret": secret}
        return shown
